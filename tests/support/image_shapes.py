"""Whole images of every shape, and what the checker says of bytes."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, ImageFile

from flux2cli.core.images.sniff import Checker, ImageInfo, NotAnImageError

SIZE = (37, 23)


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    noise = random.Random(f"{mode}{size}").randbytes(size[0] * size[1] * 4)
    image = Image.frombytes("RGBA", size, noise)
    if mode == "I;16":
        return Image.frombytes("I;16", size, noise[: size[0] * size[1] * 2])
    return image.convert(mode)


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **options: object) -> bytes:
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:  # older versions of Pillow do not make room for long metadata
        patch.setattr(ImageFile, "MAXBLOCK", 1 << 20)
        picture(mode, size).save(out, kind, **options)
    return out.getvalue()


def exif(length: int) -> bytes:
    fields = Image.Exif()
    fields[0x010E] = "x" * length
    return fields.tobytes()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def interlaced() -> bytes:
    """An Adam7 file of 1x1 pixels, which Pillow reads but does not write."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 1)
    pixels = zlib.compress(b"\0\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_fill_bytes() -> bytes:
    """A JPEG with fill bytes before each marker, as B.1.1.2 allows."""
    data = saved("JPEG")
    first_table = data.index(b"\xff\xdb")
    return data[:first_table] + b"\xff\xff\xff" + data[first_table:-2] + b"\xff\xff" + data[-2:]


SHAPES = {
    "png rgb": ("png", saved("PNG")),
    "png alpha": ("png", saved("PNG", "RGBA")),
    "png palette": ("png", saved("PNG", "P")),
    "png grey": ("png", saved("PNG", "L")),
    "png 16 bit": ("png", saved("PNG", "I;16")),
    "png one bit": ("png", saved("PNG", "1")),
    "png animated": ("png", saved("PNG", save_all=True, append_images=[picture("RGB")], default_image=True)),
    "jpeg baseline": ("jpeg", saved("JPEG", quality=95)),
    "jpeg progressive": ("jpeg", saved("JPEG", progressive=True, quality=95)),
    "jpeg grey": ("jpeg", saved("JPEG", "L")),
    "jpeg cmyk": ("jpeg", saved("JPEG", "CMYK")),
    "jpeg restarts": ("jpeg", saved("JPEG", restart_marker_blocks=1)),
    "jpeg exif": ("jpeg", saved("JPEG", exif=exif(200))),
    "jpeg exif with a jpeg inside": ("jpeg", saved("JPEG", comment=saved("JPEG"))),
    "jpeg fill bytes": ("jpeg", with_fill_bytes()),
    "webp lossy": ("webp", saved("WEBP", quality=80)),
    "webp lossless": ("webp", saved("WEBP", lossless=True)),
    "webp alpha": ("webp", saved("WEBP", "RGBA")),
    "webp exif": ("webp", saved("WEBP", exif=exif(201))),
    "webp animated": ("webp", saved("WEBP", save_all=True, append_images=[picture("L").convert("RGB")])),
}


def check(data: bytes, chunks: Iterator[int] | None = None) -> ImageInfo:
    checker, at = Checker(), 0
    while at < len(data):
        step = next(chunks) if chunks else len(data)
        checker.feed(data[at : at + step])
        at += step
    return checker.finish()


def refusal(data: bytes) -> str:
    with pytest.raises(NotAnImageError) as refused:
        check(data)
    return str(refused.value)
