"""Bytes that were an image, with anything done to them: the readers give a sentence or an image, and nothing else."""

import warnings
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from support.image_shapes import saved

from flux2cli.core.images.data_urls import InlineFilter, Sink
from flux2cli.core.images.orientation import orientation_of
from flux2cli.core.images.other_files import other_file
from flux2cli.core.images.sniff import Checker, ImageInfo, NotAnImageError
from flux2cli.core.job.event_stream import EventStream
from flux2cli.edges.pixels import is_blank

WHOLE = [saved("PNG"), saved("PNG", "I;16"), saved("JPEG"), saved("JPEG", progressive=True), saved("WEBP"),
         saved("WEBP", lossless=True)]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A whole image with bytes changed, cut out, doubled or put in, or none of this."""
    data = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["change", "cut", "double", "insert", "end"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length]
            case "insert":
                data[at:at] = draw(st.binary(max_size=length))
            case _:
                del data[at:]
    return bytes(data)


def checked(data: bytes, cuts: list[int]) -> ImageInfo | str:
    """What the checker says of bytes that come in pieces."""
    checker, at = Checker(), 0
    try:
        for cut in [*sorted(min(cut, len(data)) for cut in cuts), len(data)]:
            checker.feed(data[at:cut])
            at = cut
        return checker.finish()
    except NotAnImageError as error:
        return str(error)


@given(data=st.one_of(mutated(), st.binary(max_size=300)), cuts=st.lists(st.integers(0, 5000), max_size=6))
def test_a_checker_says_the_same_of_bytes_however_they_come(data: bytes, cuts: list[int]) -> None:
    found = checked(data, cuts)

    assert found == checked(data, [])
    if isinstance(found, ImageInfo):
        assert found.width > 0
        assert found.height > 0
    else:
        assert found
        assert len(found) < 200


@given(data=st.one_of(mutated(), st.binary(max_size=300)))
def test_the_readers_of_heads_take_anything(data: bytes) -> None:
    assert orientation_of(data) in range(1, 9)
    found = other_file(data)
    assert found is None or found.clause


@given(data=mutated())
def test_the_check_for_blank_images_raises_and_warns_of_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "image"
    path.write_bytes(data)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_blank(path) in (True, False)


PIECES = st.sampled_from(
    [b'"url":"data:image/png;base64,', b'"prompt":"data: x', b'"url" : "data:', b'"sample":"data:', b"AAAA", b'\\"',
     b"\\/", b"\\", b",", b"{", b"}", b" ", b"\xff"]
)  # fmt: skip


@given(text=st.lists(PIECES, max_size=30).map(b"".join), cuts=st.lists(st.integers(0, 400), max_size=8))
def test_images_are_drawn_off_alike_however_a_response_comes(text: bytes, cuts: list[int]) -> None:
    assert _drawn(text, cuts) == _drawn(text, [])


def _drawn(text: bytes, cuts: list[int]) -> tuple[bytes, list[bytes]]:
    images: list[bytearray] = []

    def opened() -> tuple[str, Sink]:
        images.append(bytearray())
        return str(len(images) - 1), images[-1].extend

    inline, at, kept = InlineFilter(opened), 0, b""
    for cut in [*sorted(min(cut, len(text)) for cut in cuts), len(text)]:
        kept += inline.feed(text[at:cut])
        at = cut
    return kept + inline.finish(), [bytes(image) for image in images]


LINES = st.sampled_from(
    [b"data: 1", b"data:", b"data: {", b": ping", b"event: x", b"\n", b"\r", b"\r\n", b"\n\n", b"\xff", b"id"]
)  # fmt: skip


@given(text=st.lists(LINES, max_size=30).map(b"".join), cuts=st.lists(st.integers(0, 200), max_size=8))
def test_events_are_the_same_however_they_come(text: bytes, cuts: list[int]) -> None:
    stream, at, found = EventStream(), 0, []
    for cut in [*sorted(min(cut, len(text)) for cut in cuts), len(text)]:
        found += stream.feed(text[at:cut])
        at = cut

    assert found == EventStream().feed(text)
