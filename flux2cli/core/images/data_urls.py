"""Extracts `data:` URLs, which hold whole images, from a JSON response while it streams, so that memory stays small."""

import re
from collections.abc import Callable

MARK = "spooled:"
"""Replaces `data:` and what follows it in the JSON; the name that `open_sink` gave comes after it."""

Sink = Callable[[bytes], None]
OpenSink = Callable[[], tuple[str, Sink]]
"""Opens a sink for one `data:` text; returns the text's name and the sink."""

_PREFIX = b"data:"
_SPECIAL = re.compile(rb'["\\]')


class InlineFilter:
    """Filters JSON in chunks of any size: writes each `data:` string to a sink and keeps its name in the JSON instead.

    A state machine: `_state` is the method that consumes the next bytes; it returns False when it needs more.
    """

    def __init__(self, open_sink: OpenSink) -> None:
        self._open_sink = open_sink
        self._state = self._between
        self._rest = b""
        self._sink: Sink | None = None

    def feed(self, chunk: bytes) -> bytes:
        """The filtered JSON of this chunk, up to a few bytes that may begin a `data:` string."""
        out: list[bytes] = []
        self._rest += chunk
        while self._state(out):
            pass
        return b"".join(out)

    def _pass(self, out: list[bytes], count: int) -> None:
        out.append(self._rest[:count])
        self._rest = self._rest[count:]

    def _between(self, out: list[bytes]) -> bool:
        at = self._rest.find(b'"')
        self._pass(out, len(self._rest) if at < 0 else at + 1)
        if at < 0:
            return False
        self._state = self._beginning
        return True

    def _beginning(self, out: list[bytes]) -> bool:
        """After an opening quote: decide whether it is a `data:` string."""
        start = self._rest[: len(_PREFIX)]
        if start.lower() == _PREFIX:
            name, self._sink = self._open_sink()
            out.append(f"{MARK}{name}".encode())
            self._state = self._inside_data
        elif _PREFIX.startswith(start.lower()):
            return False  # too short to decide
        else:
            self._state = self._inside
        return True

    def _inside(self, out: list[bytes]) -> bool:
        found = _SPECIAL.search(self._rest)
        if found is None:
            self._pass(out, len(self._rest))
            return False
        if found[0] == b"\\":
            if len(self._rest) < found.end() + 1:
                return False
            self._pass(out, found.end() + 1)
            return True
        self._pass(out, found.end())
        self._state = self._between
        return True

    def _inside_data(self, out: list[bytes]) -> bool:
        r"""Write the text to the sink. Some encoders write `\/` for `/`; base64 needs no other escape."""
        sink = self._sink
        if sink is None:
            raise AssertionError("a data string without a sink")
        at = self._rest.find(b'"')
        text = self._rest if at < 0 else self._rest[:at]
        held = b"\\" if at < 0 and text.endswith(b"\\") else b""
        sink(text.removesuffix(held).replace(b"\\/", b"/") if held else text.replace(b"\\/", b"/"))
        if at < 0:
            self._rest = held
            return False
        out.append(b'"')
        self._rest = self._rest[at + 1 :]
        self._state = self._between
        return True
