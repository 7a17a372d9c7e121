"""Server-sent events, however the bytes are cut."""

import random

import pytest

from flux2cli.core.job.event_stream import EventStream

STREAM = (
    b": a comment\n\ndata: one\n\nevent: x\r\nid: 7\r\ndata: two\r\ndata: lines\r\n\r\n"
    b"data:three\rdata\r\rretry: 5\n\ndata: {\"a\": \"\xc3\xa9\"}\n\ndata: not finished\n"
)  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_events_come_whole_and_in_order(seed: int) -> None:
    sizes = random.Random(seed).choices(range(1, 2 + seed % 9), k=80)
    stream, found, at = EventStream(), [], 0
    for size in [*sizes, len(STREAM)]:
        found += stream.feed(STREAM[at : at + size])
        at += size

    assert found == [b"one", b"two\nlines", b"three\n", b'{"a": "\xc3\xa9"}']


def test_an_event_without_end_is_refused() -> None:
    stream = EventStream()
    stream.feed(b"data: " + b"x" * 4_000_000)

    with pytest.raises(ValueError, match="longer than 4 MiB"):
        stream.feed(b"x" * 400_000)
