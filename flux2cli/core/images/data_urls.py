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
        text, at, goes_on = self._rest + chunk, 0, True
        while goes_on:  # with a place in the text: cutting off what is done would copy the rest for each image
            at, goes_on = self._write(text, at, out) if self._sink else self._pass(text, at, out)
        self._rest = text[at:]
        return b"".join(out)

    def finish(self) -> bytes:
        """The bytes that are left at the end of the response."""
        rest, self._rest = self._rest, b""
        return b"" if self._sink else rest

    def _pass(self, text: bytes, at: int, out: list[bytes]) -> tuple[int, bool]:
        """Pass on what comes before the next image; returns where that begins, and whether there is one."""
        found = _IMAGE.search(text, at)
        end = found.end() if found else max(at, len(text) - _LONGEST)
        out.append(text[at:end])
        if found is None:
            return end, False
        name, self._sink = self._open_sink()
        out.append(f"{MARK}{name}".encode())
        return end, True

    def _write(self, text: bytes, at: int, out: list[bytes]) -> tuple[int, bool]:
        r"""Write to the sink; returns where the text goes on, and whether the image has ended.

        The one escape in base64 is `\/` for `/`. The quote that ends it is passed on here: it begins no other image.
        """
        sink = self._sink
        if sink is None:
            raise AssertionError("a data text without a sink")
        end = text.find(b'"', at)
        data = text[at:] if end < 0 else text[at:end]
        held = b"\\" if end < 0 and data.endswith(b"\\") else b""
        sink(data.removesuffix(held).replace(b"\\/", b"/") if held else data.replace(b"\\/", b"/"))
        if end < 0:
            return len(text) - len(held), False
        self._sink = None
        out.append(b'"')
        return end + 1, True
