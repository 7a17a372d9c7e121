"""Pictures: everything that decides the bytes of a drawn image, and what a job draws. Draws nothing itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flux2cli.catalog.sizes import Pixels

_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
_SUFFIXES = {"png": "png", "jpeg": "jpg", "webp": "webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReference:
    """A reference image: its file, or None where that is not known, and what it is called where it cannot be shown."""

    label: str
    data: bytes | None = field(default=None, repr=False)

    @property
    def digest(self) -> str:
        """A hash of the file."""
        return hashlib.sha256(self.data or b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedReference:
    """An image that is extended: where it stands in the larger one, in pixels."""

    reference: ShownReference
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The prompt and the seed that are written on an image, its size in pixels and its format: png, jpeg or webp.

    It is image `index`, from 0, of the `count` images of one request, which share the seed.
    """

    prompt: str
    seed: int
    width: int
    height: int
    format: str = "png"
    index: int = 0
    count: int = 1
    shows_seed: bool = True
    """Write the seed on the image; False where neither request nor response states it."""
    variant: str = ""
    """The variant's name, such as `flash`, as it is written on the image; empty to name none."""
    references: tuple[ShownReference, ...] = ()
    """The images that are shown small, in this order."""
    source: PlacedReference | None = None
    """The image that is extended, shown where it stands."""
    transparent: bool = False
    """Draw no background, in a format that can hold that."""
    black: bool = False
    """Draw a black image, as providers return for blocked content."""

    @property
    def head(self) -> str:
        """What stands on top: that it comes from the sandbox, and the variant."""
        return f"SANDBOX   {self.variant}".rstrip()

    @property
    def label(self) -> str:
        """The seed, which of several images it is, and the size, as they are written on the image."""
        facts = [f"seed {self.seed}"] if self.shows_seed else []
        facts += [f"{self.index + 1}/{self.count}"] if self.count > 1 else []
        return "   ".join([*facts, f"{self.width}x{self.height}"])

    @property
    def digest(self) -> str:
        """A hash of all that decides the bytes of the image. It is short, unlike the references in a picture."""
        shown = (*self.references, *([self.source.reference] if self.source else []))
        digest = hashlib.sha256(repr(replace(self, references=())).encode())
        for reference in shown:
            digest.update(f"{reference}{reference.digest}".encode())
        return digest.hexdigest()

    @property
    def media_type(self) -> str:
        """The file's media type, such as `image/png`."""
        return _MEDIA_TYPES[self.format]

    @property
    def suffix(self) -> str:
        """The suffix of its file's name, such as `jpg`."""
        return _SUFFIXES[self.format]

    @property
    def size(self) -> Pixels:
        """Width and height in pixels."""
        return self.width, self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingPlan:
    """What a job draws. `inputs` are the sizes of its reference images, None where the size is not known."""

    pictures: tuple[Picture, ...]
    inputs: tuple[Pixels | None, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The job's input with the catalogue's defaults, by wire names."""

    @property
    def picture(self) -> Picture:
        """The first image, for providers that make one per job."""
        return self.pictures[0]
