"""Parses server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). No I/O."""

_LIMIT = 4 * 1024 * 1024
"""The most bytes of one event; a stream that sends more without an end is broken."""


class EventStream:
    """A parser for chunks of any size: `feed` returns the data of each event that is complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk, in order; ignores comments and other fields.

        ValueError when an event grows past 4 MiB.
        """
        # A lone CR ends a line, too, but may be half of a CRLF whose other half is still to come.
        text = self._rest + chunk
        held = b"\r" if text.endswith(b"\r") else b""
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        found = [data for line in lines if (data := self._line(line)) is not None]
        if len(self._rest) + sum(map(len, self._data)) > _LIMIT:
            raise ValueError("an event is longer than 4 MiB")
        return found

    def _line(self, line: bytes) -> bytes | None:
        if not line:
            data, self._data = self._data, []
            return b"\n".join(data) if data else None
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None
