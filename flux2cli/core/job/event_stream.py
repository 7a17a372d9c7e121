"""Parses server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). No I/O."""

_LIMIT = 4 * 1024 * 1024
"""The most bytes of one event; a stream that sends more without an end is broken."""


class EventStream:
    """A parser for chunks of any size: `feed` returns the data of each event that is complete."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._rest_length = 0
        self._held = b""
        self._data: list[bytes] = []
        self._data_length = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk, in order; ignores comments and other fields.

        ValueError when an event grows past 4 MiB.
        """
        self._rest.append(chunk)
        self._rest_length += len(chunk)
        # A line of many small chunks is joined once, at its end: joining it at each takes quadratic time.
        ends = self._held or b"\n" in chunk or b"\r" in chunk
        found = [data for line in self._lines() if (data := self._line(line)) is not None] if ends else []
        if self._rest_length + self._data_length > _LIMIT:
            raise ValueError("an event is longer than 4 MiB")
        return found

    def _lines(self) -> list[bytes]:
        """The lines that are complete. A lone CR ends a line, too, but may be half of a CRLF whose LF is to come."""
        text = b"".join(self._rest)
        self._held = b"\r" if text.endswith(b"\r") else b""
        lines = text[: len(text) - len(self._held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = [lines.pop() + self._held]
        self._rest_length = len(self._rest[0])
        return lines

    def _line(self, line: bytes) -> bytes | None:
        if not line:
            data, self._data, self._data_length = self._data, [], 0
            return b"\n".join(data) if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._data_length += len(value) + 1
        return None
