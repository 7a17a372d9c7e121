"""Reference images as values: where each came from and what is known about it. Reading files is not done here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference image. `source` is what the user typed; a local file has a `path` and, once read, a `sha256`.

    `width` and `height` are pixels, None when not known (an address is never fetched to find out). `url` is what the
    provider is told: the address as typed, or where the file was uploaded to.
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
    data: bytes | None = field(default=None, repr=False)
    """The content: of an image that came through stdin, or of a file that was read to be sent."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels when both are known."""
        return (self.width, self.height) if self.width and self.height else None

    @property
    def identity(self) -> str:
        """What makes two references the same for the request key: the content of a file, else the address."""
        return f"sha256:{self.sha256}" if self.sha256 else f"url:{self.url}"

    def record(self) -> dict[str, object]:
        """As the ledger and the sidecar keep it."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "bytes": self.length,
            "width": self.width,
            "height": self.height,
            "media_type": self.media_type,
            "url": self.url,
        }


def is_address(text: str) -> bool:
    """Whether a reference is an http(s) address rather than a file."""
    return text.lower().startswith(("http://", "https://"))


def from_address(text: str) -> Reference:
    """A reference by its address; its name is the last part of the path."""
    path = text.split("://", 1)[1].split("#", 1)[0].split("?", 1)[0]
    return Reference(source=text, name=path.rstrip("/").rpartition("/")[2] or path, url=text)
