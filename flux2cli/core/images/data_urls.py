"""Extracts `data:` URLs, which hold whole images, from a JSON response while it streams, so that memory stays small."""

import re
from collections.abc import Callable

MARK = "spooled:"
"""Replaces `data:` and what follows it in the JSON; the name that `open_sink` gave comes after it."""

Sink = Callable[[bytes], None]
OpenSink = Callable[[], tuple[str, Sink]]
"""Opens a sink for one `data:` text; returns the text's name and the sink."""

_IMAGE = re.compile(rb'(?<!\\)"(?:url|sample)"[ \t\r\n]{0,8}:[ \t\r\n]{0,8}"(?=data:)', re.IGNORECASE)
r"""A field that holds an image, up to the quote before its `data:` text. Any other text, such as a prompt that begins
with "data:", stays: quotes inside of texts are escaped, and follow a backslash."""
_LONGEST = 40
"""Bytes in which all of _IMAGE fits, with one byte before it and `data:` after it."""


class InlineFilter:
    """Filters JSON in chunks of any size: writes the `data:` texts of images to sinks, and keeps their names instead.

    Texts are the values of `url` and `sample`, in which the providers return images.
    """

    def __init__(self, open_sink: OpenSink) -> None:
        self._open_sink = open_sink
        self._rest = b""
        self._sink: Sink | None = None

    def feed(self, chunk: bytes) -> bytes:
        """The filtered JSON of this chunk, up to a few bytes that may begin an image."""
        out: list[bytes] = []
        self._rest += chunk
        while self._write() if self._sink else self._pass(out):
            pass
        return b"".join(out)

    def finish(self) -> bytes:
        """The bytes that are left at the end of the response."""
        rest, self._rest = self._rest, b""
        return b"" if self._sink else rest

    def _pass(self, out: list[bytes]) -> bool:
        """Pass on what comes before the next image; returns whether there is one."""
        found = _IMAGE.search(self._rest)
        end = found.end() if found else max(0, len(self._rest) - _LONGEST)
        out.append(self._rest[:end])
        self._rest = self._rest[end:]
        if found is None:
            return False
        name, self._sink = self._open_sink()
        out.append(f"{MARK}{name}".encode())
        return True

    def _write(self) -> bool:
        r"""Write to the sink; returns whether the text has ended. The one escape in base64 is `\/` for `/`."""
        sink = self._sink
        if sink is None:
            raise AssertionError("a data text without a sink")
        at = self._rest.find(b'"')
        text = self._rest if at < 0 else self._rest[:at]
        held = b"\\" if at < 0 and text.endswith(b"\\") else b""
        sink(text.removesuffix(held).replace(b"\\/", b"/") if held else text.replace(b"\\/", b"/"))
        self._rest = held if at < 0 else self._rest[at:]
        if at >= 0:
            self._sink = None
        return at >= 0
