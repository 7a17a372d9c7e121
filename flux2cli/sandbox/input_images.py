"""What can be known about a reference image without asking another host: data URIs and the emulator's own files."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes, urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies behind a reference: an image (with its size where that is known), something else, or nothing."""

    kind: Literal["image", "not-an-image", "missing"]
    size: tuple[int, int] | None = None


def own_path(address: str) -> str | None:
    """The path of an address on a loopback host, else None. Any port: a sandbox may have been started anew."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return parts.path if host in _LOOPBACK else None


def inline(address: str) -> bytes | None:
    """The bytes inside a data URI; None when it is malformed."""
    head, comma, data = address.partition(",")
    if not comma:
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(unquote_to_bytes(data), validate=True)
    except (binascii.Error, ValueError):
        return None


def looked_at(data: bytes | None) -> Found:
    """What these bytes are."""
    from flux2cli.sandbox.drawing import measure

    size = measure(data) if data else None
    return Found(kind="image", size=size) if size else Found(kind="not-an-image")


def one_megapixel(size: tuple[int, int], grid: int = 16) -> tuple[int, int]:
    """The size with the same shape and about 1024 x 1024 pixels, each side a multiple of `grid`."""
    factor = (1024 * 1024 / (size[0] * size[1])) ** 0.5
    width, height = (max(grid, round(side * factor / grid) * grid) for side in size)
    return min(width, 4096), min(height, 4096)
