"""What reads foreign text takes time in proportion to it: for four times the text, no more than nine times as long.

Linear time makes it four, quadratic sixteen. Each case is the worst that is known for its function.
"""

from collections.abc import Callable
from typing import Any

import pytest
import typer
from support.growth import FACTOR, MOST, growth

from flux2cli.catalog.lora import parse_lora
from flux2cli.catalog.sizes import is_ratio, meant_size, parse_custom, preset_of
from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.columns import column_named, complaint_about, meta_name
from flux2cli.core.batch.json_object import parse_object
from flux2cli.core.batch.other_formats import in_lines, in_prompt
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format
from flux2cli.core.images.data_urls import InlineFilter
from flux2cli.core.images.orientation import orientation_of
from flux2cli.core.images.sniff import Checker, NotAnImageError
from flux2cli.core.job.event_stream import EventStream
from flux2cli.core.job.retry import retry_after
from flux2cli.core.json_text import json_text
from flux2cli.core.key_text import check_key_text
from flux2cli.core.request.control_characters import check_characters
from flux2cli.core.request.data_uri import decode_data_uri
from flux2cli.core.request.file_names import shortened, slug
from flux2cli.core.request.safe_names import safe_value
from flux2cli.core.request.synonyms import meant, named_in
from flux2cli.core.request.templates import check_template, expand
from flux2cli.core.web_address import complaint_about as complaint_about_address
from flux2cli.edges.terminal import clean, clean_line
from flux2cli.errors import Flux2Error
from flux2cli.options.usage_errors import usage_error
from flux2cli.providers import error_text, intermediary
from flux2cli.providers.amounts import amount_of
from flux2cli.providers.urls import split
from flux2cli.quotes import shorten_quotes
from flux2cli.redact import redact_json, redact_text, redact_url, secrets_of
from flux2cli.runs.row_references import _PART
from flux2cli.wire import HttpResponse


def quietly(call: Callable[[Any], object]) -> Callable[[Any], object]:
    """The call, whose refusal of the text is a result, too."""

    def run(given: Any) -> object:
        try:
            return call(given)
        except (Flux2Error, NotAnImageError, ValueError) as error:
            return error

    return run


def filtered(data: bytes) -> None:
    InlineFilter(lambda: ("0", lambda _: None)).feed(data)


def filtered_in_pieces(data: bytes) -> None:
    stream = InlineFilter(lambda: ("0", lambda _: None))
    for at in range(0, len(data), 3):
        stream.feed(data[at : at + 3])


def streamed_in_pieces(data: bytes) -> None:
    stream = EventStream()
    for at in range(0, len(data), 2):
        stream.feed(data[at : at + 2])


def checked(data: bytes) -> object:
    checker = Checker()
    for at in range(0, len(data), 1000):
        checker.feed(data[at : at + 1000])
    return checker.finish()


def rows(form: Format) -> Callable[[str], object]:
    def run(text: str) -> object:
        lines = text.encode().splitlines(keepends=True)
        return list(read_rows(iter(lines), form, "p", rules=ColumnRules(), typed=False))

    return run


def answered(data: bytes) -> object:
    return intermediary.foreign("fal", HttpResponse(status=502, body=data))


def refused_arguments(text: str) -> object:
    return usage_error(typer.TyperException(f"Got unexpected ({text}"), None, [])


CASES: list[tuple[str, Callable[[Any], object], Callable[[int], str | bytes], int]] = [
    ("redact: an address of stops", redact_text, lambda n: "a://" + "." * n, 50_000),
    ("redact: schemes", redact_text, lambda n: "a" * 20 + "://a" * n, 20_000),
    ("redact: quotes", redact_text, lambda n: "https://'" * n, 20_000),
    ("redact: parameters", redact_url, lambda n: "https://x/?" + "token=b&" * n, 10_000),
    ("redact: signed", redact_url, lambda n: "https://x/?" + "sig=b&sp=c&" * n, 10_000),
    ("redact: nested", redact_url, lambda n: "https://x/?u=" + "https%3a%2f%2fx%3fu%3d" * n, 2_000),
    ("redact: secrets of", secrets_of, lambda n: "https://a:b@x/" + "?token=a#" * n, 5_000),
    ("redact: JSON", redact_json, lambda n: "a" * n + " ://", 100_000),
    ("quotes: openings", shorten_quotes, lambda n: " `a" * n, 30_000),
    ("quotes: backticks", shorten_quotes, lambda n: "`" * n, 100_000),
    ("sniff: comments", checked, lambda n: b"<!---->" * n + b"x", 20_000),
    ("sniff: fill bytes", checked, lambda n: b"\xff\xd8" + b"\xff" * n, 50_000),
    ("sniff: chunks", checked, lambda n: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IDAT\x35\xaf\x06\x1e" * n, 5_000),
    ("orientation: chunks", orientation_of, lambda n: b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IDATcrc!" * n, 20_000),
    ("orientation: segments", orientation_of, lambda n: b"\xff\xd8" + b"\xff\xe1\0\x02" * n, 20_000),
    ("inline: quotes", filtered, lambda n: b'"' * n, 1_000_000),
    ("inline: fields", filtered, lambda n: b'"url"        :        "dat' * n, 20_000),
    ("inline: images", filtered, lambda n: b'"url":"data:,' * n, 20_000),
    ("inline: pieces", filtered_in_pieces, lambda n: b'"url": "data:a"' * n, 2_000),
    ("inline: pieces of quotes", filtered_in_pieces, lambda n: b'\\"' * n, 20_000),
    ("events: a line in pieces", streamed_in_pieces, lambda n: b"data: " + b"x" * n, 200_000),
    ("events: lines in pieces", streamed_in_pieces, lambda n: b"data:\n" * n, 20_000),
    ("events: line ends", streamed_in_pieces, lambda n: b"\r" * n, 50_000),
    ("foreign: titles", answered, lambda n: b"<title>" * n, 50_000),
    ("foreign: blanks", answered, lambda n: b" " * n, 500_000),
    ("error text: long", lambda text: error_text.sentence("fal says", text), lambda n: "a b " * n, 50_000),
    ("amount: digits", amount_of, lambda n: "9" * n, 500_000),
    ("Retry-After: digits", lambda text: retry_after({"retry-after": text}, 0.0), lambda n: "1" * n, 50_000),
    ("Retry-After: dates", lambda text: retry_after({"retry-after": text}, 0.0), lambda n: "Mon, " * n, 5_000),
    ("url: split", split, lambda n: "https://x/" + "[" * n, 50_000),
    ("address", complaint_about_address, lambda n: "https://" + "a:@[" * n, 20_000),
    ("size: blanks", meant_size, lambda n: "11" + " " * n + "z", 20_000),
    ("size: custom", parse_custom, lambda n: "1" + " " * n + "z", 50_000),
    ("size: ratio", is_ratio, lambda n: "1." + "1" * n, 50_000),
    ("size: preset", lambda text: preset_of(text, ["auto"]), lambda n: "1" + " " * n + ":", 50_000),
    ("LoRA", parse_lora, lambda n: "a:" * n, 20_000),
    ("LoRA: scale", parse_lora, lambda n: "a:" + "1" * n + ".", 20_000),
    ("column: name", column_named, lambda n: "meta." + "a" * n + "!", 100_000),
    ("column: complaint", complaint_about, lambda n: "prompt " * n, 20_000),
    ("column: meta", meta_name, lambda n: " " * n + "meta.", 100_000),
    ("word: meant", lambda text: meant(text, ["size", "seed", "prompt"]), lambda n: "sizes" * n, 50_000),
    ("word: part", lambda text: named_in(text, ["size"]), lambda n: "size-" * n, 50_000),
    ("cell: images", _PART.findall, lambda n: "data:;" * n, 20_000),
    ("cell: data URI", decode_data_uri, lambda n: "data:;base64," + "%41" * n, 50_000),
    ("prompt: braces", in_prompt, lambda n: '{"' * n, 50_000),
    ("prompt: brackets", in_prompt, lambda n: "[" * n, 50_000),
    ("lines: dashes", lambda text: in_lines([text]), lambda n: "-" + " " * n, 50_000),
    ("lines: JSON", lambda text: in_lines([text]), lambda n: '{ "' + " " * n, 50_000),
    ("prompt: control", lambda text: check_characters("prompt", text), lambda n: "\n\r\n" * n, 50_000),
    ("object: keys twice", lambda text: parse_object(text, "row"),
     lambda n: "{" + "".join(f'"{k}":0,' for k in range(n)) + f'"{n - 1}":0}}', 2_000),
    ("object: nested", lambda text: parse_object(text, "row"), lambda n: '{"a":' * n, 20_000),
    ("rows: JSON strings", rows("json"), lambda n: "[" + '"a' * n, 20_000),
    ("rows: JSON objects", rows("json"), lambda n: "[" + "{}," * n, 2_000),
    ("rows: JSON lines", rows("json"), lambda n: "[" + "\n" * n, 5_000),
    ("rows: CSV quotes", rows("csv"), lambda n: "prompt\n" + 'a"' * n, 50_000),
    ("rows: CSV lines in quotes", rows("csv"), lambda n: 'prompt\n"' + "\n" * n, 10_000),
    ("rows: CSV header", rows("csv"), lambda n: "prompt," * n + "\nx", 2_000),
    ("rows: text", rows("txt"), lambda n: "a: b\n" * n, 5_000),
    ("slug: marks", slug, lambda n: "\u0301\u0316" * n, 20_000),
    ("slug: blanks", slug, lambda n: " " * n, 100_000),
    ("name: safe", safe_value, lambda n: ". " * n, 100_000),
    ("name: shortened", lambda text: shortened(text, 250), lambda n: "é." * n, 5_000),
    ("template: braces", check_template, lambda n: "{a{" * n, 50_000),
    ("template: fields", lambda text: expand(text, {}, "abcd2345"), lambda n: "{seed}/" * n + "a", 1_000),
    ("key", check_key_text, lambda n: "key" * n, 50_000),
    ("key: placeholder", check_key_text, lambda n: "your" + "-key" * n, 50_000),
    ("terminal", clean, lambda n: "##[\x9b" * n, 20_000),
    ("terminal: line", clean_line, lambda n: " " * n + "::", 100_000),
    ("JSON text", json_text, lambda n: "##[\x9b\\" * n, 20_000),
    ("arguments", refused_arguments, lambda n: "(" * n, 50_000),
]  # fmt: skip


@pytest.mark.parametrize(("call", "make", "size"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_time_grows_with_the_text_and_no_faster(
    call: Callable[[Any], object], make: Callable[[int], str | bytes], size: int
) -> None:
    assert growth(quietly(call), make, FACTOR * size) < MOST


def test_a_response_of_the_longest_length_is_read_in_linear_time() -> None:
    def read(body: bytes) -> object:
        return HttpResponse(status=200, body=body).json()

    assert growth(read, lambda n: b'"' * n, 1 << 24) < MOST
    assert growth(read, lambda n: b'["' + b"\\n" * n + b'"]', 1 << 22) < MOST
