"""Images inside a reply are drawn off, however the reply is cut into pieces; the JSON around them stays what it was."""

import json
import random
import time

import pytest

from flux2cli.core.images.data_urls import InlineFilter


def spooled(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    kept: list[bytearray] = []

    def begin() -> tuple[str, object]:
        kept.append(bytearray())
        return str(len(kept) - 1), kept[-1].extend

    found = InlineFilter(begin)  # type: ignore[arg-type]
    rest = b"".join(found.feed(piece) for piece in pieces) + found.finish()
    return rest, [bytes(text) for text in kept]


def cut(text: bytes, seed: int) -> list[bytes]:
    """The text in pieces of 0 to 7 bytes."""
    pieces, dice = [], random.Random(seed)
    while text:
        size = dice.randint(0, 7)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


DOCUMENT = {
    "images": [{"url": "data:image/png;base64,AAAA/BBBB"}, {"url": "DATA:x,y", "n": 1}],
    "prompt": "data: a chart of numbers",
    "revised_prompt": 'say "url": "data:no" and \\ and "',
    "urls": "data:no",
    "list": ["url", "data:no"],
    "sample": "DATA:image/png;base64,CCCC",
    "d": "data",
    "dat": ["", "da", "data", "\\", '"', "\N{SNOWMAN}"],
}


@pytest.mark.parametrize("seed", range(200))
def test_pieces_make_no_difference(seed: int) -> None:
    rest, kept = spooled(cut(json.dumps(DOCUMENT).encode(), seed))

    assert json.loads(rest) == {
        **DOCUMENT,
        "images": [{"url": "spooled:0"}, {"url": "spooled:1", "n": 1}],
        "sample": "spooled:2",
    }
    assert kept == [b"data:image/png;base64,AAAA/BBBB", b"DATA:x,y", b"DATA:image/png;base64,CCCC"]


@pytest.mark.parametrize("seed", range(50))
def test_slashes_that_an_encoder_escaped_come_back(seed: int) -> None:
    rest, kept = spooled(cut(rb'{"url": "data:image\/png;base64,A\/\/B="}', seed))

    assert rest == b'{"url": "spooled:0"}'
    assert kept == [b"data:image/png;base64,A//B="]


@pytest.mark.parametrize("text", [b"", b"[]", b'"dat', b'{"a": "b\\"c"}', b"<html>data:</html>", b'["\\\\", "data"]'])
def test_what_holds_no_images_passes_unchanged(text: bytes) -> None:
    rest, kept = spooled(cut(text, 1))

    assert (rest, kept) == (text, [])


@pytest.mark.parametrize("space", [b"", b" ", b"\n\t    "])
def test_blanks_around_the_colon_make_no_difference(space: bytes) -> None:
    rest, kept = spooled(cut(b'{"url"' + space + b":" + space + b'"data:,x"}', 3))

    assert (rest, kept) == (b'{"url"' + space + b":" + space + b'"spooled:0"}', [b"data:,x"])


@pytest.mark.parametrize("unit", [b'"', b'"url":"', b'"url" ', b'"url":"data', b"\\", b'"url"        :        '])
def test_hostile_text_takes_time_in_proportion_to_its_length(unit: bytes) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        for _ in range(5):
            spooled([unit * (1000 // len(unit))] * (size // 1000))
        return time.process_time() - began

    short, long = min(seconds(200_000) for _ in range(3)), min(seconds(1_600_000) for _ in range(3))

    assert long < 8 * short * 4  # eight times the text; a quadratic filter takes 64 times as long
