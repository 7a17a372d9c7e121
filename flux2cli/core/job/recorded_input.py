"""Reference images as a job records them."""

from dataclasses import dataclass

from flux2cli.catalog.sizes import Pixels, believable
from flux2cli.core.request.reference import Reference
from flux2cli.redact import redact_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A reference image on record: what identifies it, its length in bytes and size in pixels, None when not known.

    `sent_sha256` is the hash of the upright copy that was sent of a file whose pixels are stored turned.
    """

    name: str
    sha256: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    url: str | None = None
    sent_sha256: str | None = None

    @property
    def size(self) -> Pixels | None:
        """Width and height in pixels when both are known, and such as an image may have."""
        return believable(self.width, self.height)


def input_of(reference: Reference) -> Input:
    """The reference as ledger and sidecar record it: without the secrets of its URL."""
    return Input(
        name=reference.name,
        sha256=reference.sha256,
        bytes=reference.length,
        width=reference.width,
        height=reference.height,
        media_type=reference.media_type,
        url=None if reference.url is None else redact_url(reference.url),
        sent_sha256=reference.sent_sha256,
    )
