"""What error responses say in words, wherever they stand."""

import pytest

from flux2cli.providers.error_text import sentence, words


def _nested(levels: int) -> object:
    found: object = "x"
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Too odd. ", "Too odd."),
        ("", None),
        (None, None),
        (7, None),
        ({"message": "no"}, "no"),
        ({"error": {"msg": "deep"}}, "deep"),
        ({"detail": "d", "message": "m"}, "m"),
        ({"message": "", "reason": "r"}, "r"),
        ([{"loc": ["body", "prompt"], "msg": "too long"}, {"msg": "and odd"}], "prompt: too long; and odd"),
        ([{"loc": ["body"], "msg": "whole"}], "whole"),
        ([], None),
        ({"other": "x"}, None),
        ([[[["four deep"]]]], "four deep"),
        (_nested(300), None),
        (["same"] * 10_000, "; ".join(["same"] * 20)),
    ],
)
def test_words_of_an_error(value: object, text: str | None) -> None:
    assert words(value) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "It failed."), ("", "It failed."), ("a\n b.", "It failed: a b."), ("x" * 400, f"It failed: {'x' * 300}.")],
)
def test_a_sentence_is_one_line_with_one_full_stop(text: str | None, said: str) -> None:
    assert sentence("It failed", text) == said
