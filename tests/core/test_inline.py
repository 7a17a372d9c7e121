"""Images inside a reply are drawn off, however the reply is cut into pieces; the JSON around them stays what it was."""

import json

from hypothesis import given
from hypothesis import strategies as st

from flux2cli.core.inline import InlineFilter


def spooled(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    kept: list[bytearray] = []

    def begin() -> tuple[str, object]:
        kept.append(bytearray())
        return str(len(kept) - 1), kept[-1].extend

    found = InlineFilter(begin)  # type: ignore[arg-type]
    rest = b"".join(found.feed(piece) for piece in pieces)
    return rest, [bytes(text) for text in kept]


def cut(text: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [*pieces, text[at:]]


DOCUMENT = {
    "images": [{"url": "data:image/png;base64,AAAA/BBBB"}, {"url": "DATA:x,y", "n": 1}],
    "prompt": 'say "data:no" and \\ and "',
    "data:key": "dat",
    "d": "data",
}


@given(st.lists(st.integers(0, 7), max_size=60))
def test_pieces_make_no_difference(sizes: list[int]) -> None:
    text = json.dumps(DOCUMENT).encode()

    rest, kept = spooled(cut(text, sizes))

    assert json.loads(rest)["images"] == [{"url": "spooled:0"}, {"url": "spooled:1", "n": 1}]
    assert json.loads(rest)["prompt"] == DOCUMENT["prompt"]
    assert json.loads(rest)["d"] == "data"
    assert kept[:2] == [b"data:image/png;base64,AAAA/BBBB"[5:], b"DATA:x,y"[5:]] or kept[:2] == [
        b"data:image/png;base64,AAAA/BBBB",
        b"DATA:x,y",
    ]


@given(st.lists(st.integers(0, 7), max_size=60))
def test_slashes_that_an_encoder_escaped_come_back(sizes: list[int]) -> None:
    rest, kept = spooled(cut(rb'{"url": "data:image\/png;base64,A\/\/B="}', sizes))

    assert rest == b'{"url": "spooled:0"}'
    assert kept == [b"data:image/png;base64,A//B="]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_json_without_images_passes_unchanged(document: object) -> None:
    text = json.dumps(document).encode()
    if b'"data:' not in text.lower():
        rest, kept = spooled([text[i : i + 3] for i in range(0, len(text), 3)])
        assert (rest, kept) == (text, [])
