"""Whose response it is, by its body."""

import pytest

from flux2cli.providers.fal import load_api
from flux2cli.providers.intermediary import explained, foreign
from flux2cli.wire import HttpResponse


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        (b'{"detail": "no"}', None),
        (b'"no"', None),
        (b"[]", None),
        (b"", "something between here and fal, or fal itself, answered 403 without a body"),
        (b" \r\n", "something between here and fal, or fal itself, answered 403 without a body"),
        (b"blocked.\nAsk IT.", "something between here and fal answered 403: blocked. Ask IT"),
        (b"<!doctype html><p>no", "something between here and fal answered 403 with an HTML page"),
        (b"<html><title></title>", "something between here and fal answered 403 with an HTML page"),
        (b"\xef\xbb\xbf<html><Title>No \xff</tiTle>",
         "something between here and fal answered 403 with an HTML page: No \ufffd"),
        (b"<title>" + b"x" * 5000, "something between here and fal answered 403 with an HTML page: " + "x" * 300),
    ],
)  # fmt: skip
def test_a_body_that_is_not_json_is_not_the_providers(body: bytes, clause: str | None) -> None:
    assert foreign("fal", HttpResponse(status=403, body=body)) == clause


def test_a_response_that_was_cut_off_is_foreign() -> None:
    assert foreign("fal", HttpResponse(status=400, body=b"{}", truncated=True)) is not None


CODED = "in the content coding `gzip, gzip`, which is not decoded."


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (200, "provider_failed", f"fal's reply (200) cannot be read: it is {CODED}"),
        (403, "auth", f"Something between here and fal answered 403 {CODED}"),
        (429, "rate_limited", f"Something between here and fal answered 429 {CODED}"),
        (502, "provider_failed", "fal answers 502."),
    ],
)
def test_a_body_in_two_content_codings_is_named_and_not_shown(status: int, code: str, message: str) -> None:
    response = HttpResponse(status=status, headers={"content-encoding": "gzip, gzip"}, body=b"\x1f\x8b\x00")

    problem = explained(load_api(), response)

    assert (problem.code, problem.message, problem.final) == (code, message, False)


def test_a_body_that_says_it_is_coded_and_is_not_counts() -> None:
    response = HttpResponse(status=403, headers={"content-encoding": "utf-8"}, body=b'{"detail": "Flagged"}')

    assert explained(load_api(), response).message == "fal does not allow this key to do that: Flagged."


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "rate_limited", "Something between here and fal answered 429 with an HTML page."),
        (499, "cancelled", "Something between here and fal answered 499 with an HTML page."),
        (502, "provider_failed", "fal answers 502."),
        (302, "provider_failed", "fal answers 302, a redirect, which is not followed."),
    ],
)
def test_the_words_of_a_refusal_change_and_it_is_never_final(status: int, code: str, message: str) -> None:
    problem = explained(load_api(), HttpResponse(status=status, body=b"<html>"))

    assert (problem.code, problem.message, problem.final) == (code, message, False)


@pytest.mark.parametrize(
    ("size", "said"),
    [(2, "less than 0.1 MiB"), (104_857, "less than 0.1 MiB"), (104_858, "0.1 MiB"), (12_900_000, "12.3 MiB")],
)
def test_the_size_of_a_request_is_told_in_mebibytes(size: int, said: str) -> None:
    problem = explained(load_api(), HttpResponse(status=413, body=b"{}"), b"x" * size)

    assert problem.message == f"The request is too large ({said}): fal refused the request with 413."
