"""Reference images, as far as they can be read without a request to another host: data URLs and this server's files."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.pictures import ShownReference

_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputImage:
    """What a reference leads to: an image, another kind of file, or nothing.

    `size` and `data`, the image's file, are None where they are not known, as on other hosts.
    """

    kind: Literal["image", "not-an-image", "missing"]
    size: Pixels | None = None
    data: bytes | None = field(default=None, repr=False)


def shown_reference(text: str, image: InputImage) -> ShownReference:
    """The image as a drawn image shows it; `text` is the URL that led to it, or inline data."""
    size = f"{image.size[0]}x{image.size[1]}" if image.size else ""
    return ShownReference(label=" ".join(part for part in (*_names(text), size) if part), data=image.data)


def _names(text: str) -> tuple[str, ...]:
    """The file's name and, on other machines, its host; never a query, which may hold a secret."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return ("image",)
    if parts.scheme.lower() not in ("http", "https"):
        return ("image",)
    return unquote(parts.path).rpartition("/")[2], "" if host in _LOOPBACK_HOSTS else host


def loopback_path(url: str) -> str | None:
    """The path of a URL on a loopback host, else None. Any port: the sandbox may have been restarted on another."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return parts.path if host in _LOOPBACK_HOSTS else None


def decode_data_url(url: str) -> bytes | None:
    """The bytes in a data URL; None when it is malformed."""
    head, comma, data = url.partition(",")
    if not comma:
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(unquote_to_bytes(data), validate=True)
    except (binascii.Error, ValueError):
        return None


def inspect_image(data: bytes | None) -> InputImage:
    """What these bytes are."""
    from flux2cli.sandbox.drawing import measure

    size = measure(data) if data else None
    return InputImage(kind="image", size=size, data=data) if size else InputImage(kind="not-an-image")


def shrink(data: bytes | None) -> bytes:
    """A small file of an image for a thumbnail; no bytes for one that cannot be shown."""
    from flux2cli.sandbox.drawing import shrunk

    return shrunk(data) if data else b""


def within_one_megapixel(size: Pixels) -> Pixels:
    """The size with the same shape and at most 1024 x 1024 pixels, each side a multiple of 32 by rounding down.

    Of 557x1666 comes 576x1760: 20 such probes were recorded on 2026-08-31.
    """
    factor = (1024 * 1024 / (size[0] * size[1])) ** 0.5
    width, height = (max(32, int(side * factor) // 32 * 32) for side in size)
    return min(width, 4096), min(height, 4096)


def one_megapixel(size: Pixels, grid: int = 16) -> Pixels:
    """The size with the same shape and about 1024 x 1024 pixels, each side a multiple of `grid`."""
    factor = (1024 * 1024 / (size[0] * size[1])) ** 0.5
    width, height = (max(grid, round(side * factor / grid) * grid) for side in size)
    return min(width, 4096), min(height, 4096)
