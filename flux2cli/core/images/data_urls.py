"""Images inside a JSON reply: their `data:` texts are drawn off while the reply streams by, so that it stays small."""

import re
from collections.abc import Callable

MARK = "spooled:"
"""Stands for `data:` in what is left of the reply; the rest of that string is the name that `spool` gave."""

Sink = Callable[[bytes], None]
Spool = Callable[[], tuple[str, Sink]]
"""Begins to keep a text: its name, and what takes its bytes."""

_PREFIX = b"data:"
_SPECIAL = re.compile(rb'["\\]')


class InlineFilter:
    """Feed JSON in pieces of any size; what comes back is the same JSON with every `data:` string spooled."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._state = self._between
        self._rest = b""
        self._sink: Sink | None = None

    def feed(self, chunk: bytes) -> bytes:
        """What this piece adds to the JSON; a few bytes are held back until it is clear what they begin."""
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
        """Just behind an opening quote: see whether it is a `data:` string."""
        seen = self._rest[: len(_PREFIX)]
        if seen.lower() == _PREFIX:
            name, self._sink = self._spool()
            out.append(f"{MARK}{name}".encode())
            self._state = self._inside_data
        elif _PREFIX.startswith(seen.lower()):
            return False  # too short to tell
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
        r"""The text goes to the sink. Some encoders write `\/` for `/`; base64 needs no other escape."""
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
