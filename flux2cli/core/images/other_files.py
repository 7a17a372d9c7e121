"""Recognises files that people take for images which can be used, and knows what makes them usable. Reads no files."""

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePath

ENOUGH = 512
"""Bytes at the start of a file that suffice to recognise its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFile:
    """A kind of file that is no PNG, JPEG or WebP.

    `clause` starts with "it", such as "it is a GIF". `remedy` is a hint that fits every file of the kind; `convert`
    says that ImageMagick makes a PNG of it, `first` that the file may hold several images, of which the first counts.
    """

    pattern: bytes
    clause: str
    remedy: str | None = None
    convert: bool = False
    first: bool = False

    def hint(self, source: str) -> str | None:
        """What to type to get a usable image; `source` is a file's name or `-` for stdin. None when nothing helps."""
        if not self.convert:
            return self.remedy
        target = "png:-" if source == "-" else shlex.quote(_png_beside(source))
        command = f"convert it: magick {shlex.quote(f'{source}[0]' if self.first else source)} {target}"
        return command if self.remedy is None or source == "-" else f"{command}; {self.remedy}"


def other_file(head: bytes) -> OtherFile | None:
    """The kind of a file by its first ENOUGH bytes; None for an unknown one."""
    head = head[:ENOUGH]
    return next((kind for kind in _KINDS if re.match(kind.pattern, head, re.IGNORECASE | re.DOTALL)), None)


def _png_beside(source: str) -> str:
    name = PurePath(source).with_suffix(".png")
    return str(name if str(name) != source else name.with_stem(f"{name.stem}-2"))


_PAGE = "get the image itself, not the page that shows it"

_KINDS = (
    OtherFile(
        pattern=rb"version https://git-lfs\.github\.com/spec/", clause="it is a Git LFS pointer", remedy="git lfs pull"
    ),
    OtherFile(
        pattern=rb"\s*+(<!--((?!-->).)*+-->\s*+)*+<(!doctype\s+html|html|head|body|title)\b",
        clause="it is an HTML page",
        remedy=_PAGE,
    ),
    OtherFile(pattern=rb"\s*<svg\b|\s*<\?xml.*<svg\b", clause="it is an SVG drawing", convert=True),
    OtherFile(pattern=rb"\s*<(\?xml\b|[a-z]+>)", clause="it is an XML document"),
    OtherFile(pattern=rb'\s*(\{\s*["}]|\[\s*["{\[\]\d])', clause="it is JSON"),
    OtherFile(pattern=rb"GIF8[79]a", clause="it is a GIF", convert=True, first=True),
    OtherFile(
        pattern=rb"....ftyp(avi[fs]|(mif1|msf1)....(....){0,16}?avi[fs])", clause="it is an AVIF image", convert=True
    ),
    OtherFile(
        pattern=rb"....ftyp(hei|hev|mif1|msf1)",
        clause="it is an HEIC image",
        convert=True,
        remedy="on macOS, `sips -s format png` does it, too",
    ),
    OtherFile(pattern=rb"....ftyp", clause="it is a video"),
    OtherFile(pattern=rb"II[*+]\0|MM\0[*+]", clause="it is a TIFF", convert=True, first=True),
    OtherFile(pattern=rb"BM....\0\0\0\0", clause="it is a BMP", convert=True),
    OtherFile(pattern=rb"8BPS\0[\x01\x02]", clause="it is a Photoshop document", convert=True, first=True),
    OtherFile(pattern=rb"\xff\x0a|\0\0\0\x0cJXL ", clause="it is a JPEG XL image", convert=True),
    OtherFile(pattern=rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  ", clause="it is a JPEG 2000 image", convert=True),
    OtherFile(pattern=rb"\0\0\x01\0[\x01-\xff]\0", clause="it is an icon", convert=True, first=True),
    OtherFile(pattern=rb"%PDF-", clause="it is a PDF", convert=True, first=True),
    OtherFile(pattern=rb"\x1f\x8b", clause="it is compressed with gzip", remedy="gunzip it"),
    OtherFile(pattern=rb"PK\x03\x04", clause="it is a ZIP archive", remedy="unzip it"),
    OtherFile(pattern=rb"[\x09\x0a\x0d\x20-\x7e]+\Z", clause="it is text"),
)
