"""Reference images as values: where each comes from and what is known about it. Reads no files."""

import re
from dataclasses import dataclass, field

from flux2cli.catalog.sizes import Pixels, believable
from flux2cli.core.images.orientation import UPRIGHT
from flux2cli.core.web_address import complaint_about
from flux2cli.errors import UsageError, WrongValue
from flux2cli.redact import redact_url

_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference image. `source` is what the user typed; a local file has a `path` and, once read, a `sha256`.

    `width` and `height` are those of the upright image in pixels, None when unknown (a URL is never fetched to measure
    its image). `url` is sent to the provider: the URL as typed, or that of the uploaded file.
    """

    source: str
    name: str
    url: str | None = None
    path: str | None = None
    sha256: str | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    orientation: int = UPRIGHT
    """How a file stores its pixels, by EXIF: 1 is upright. Of others an upright copy is sent."""
    sent_sha256: str | None = None
    """The hash of the upright copy, once it is made."""
    data: bytes | None = field(default=None, repr=False)
    """The content of an image from stdin, or of a file that was read to be sent."""

    @property
    def size(self) -> Pixels | None:
        """Width and height in pixels when both are known, and such as an image may have."""
        return believable(self.width, self.height)

    @property
    def identity(self) -> str:
        """The reference's part of the request key: the hash of a file, else the URL without secrets.

        So a URL that was signed again is the same reference.
        """
        return f"sha256:{self.sha256}" if self.sha256 else f"url:{redact_url(str(self.url), None)}"

    @property
    def whole_identity(self) -> str:
        """Like `identity`, with the secrets of the URL."""
        return f"sha256:{self.sha256}" if self.sha256 else f"url:{self.url}"


_SEVERAL = re.compile(r"[\s|]https?://|,\s*https?://", re.IGNORECASE)
"""Where a second URL begins. Behind a `/` or a `=` one belongs to the first, as with image proxies."""


def is_url(text: str) -> bool:
    """Whether a reference is an http(s) URL rather than a file."""
    return text.lower().startswith(("http://", "https://"))


def is_stream(text: str) -> bool:
    """Whether a reference is stdin, or a pipe that this process was given open, as a shell passes `<(command)`."""
    return text in ("-", "/dev/stdin") or _DESCRIPTOR.fullmatch(text) is not None


def from_url(text: str) -> Reference:
    """A reference by its URL; its name is the last part of the URL's path. UsageError if it cannot be fetched."""
    _check_url(text)
    path = redact_url(text, None).split("://", 1)[1].split("#", 1)[0].split("?", 1)[0]
    return Reference(source=text, name=path.rstrip("/").rpartition("/")[2] or path, url=text)


def _check_url(text: str) -> None:
    hint = "for example: https://example.com/fox.png"
    wrong = complaint_about(text)
    if _SEVERAL.search(text.partition("?")[0]):
        wrong, hint = "is several addresses", "`-i` before each; in a cell of a prompt file, `;` between them"
    elif wrong == "has no host":
        hint = f"is the variable set? {hint}"
    if wrong is not None:
        raise UsageError.of_value(WrongValue(about="image", flag="--image", value=text, clause=wrong), hint=hint)
