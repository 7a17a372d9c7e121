"""Saves a finished job's images and sidecars: downloads, checks, names and claims them, and records them."""

import os.path
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from flux2cli.catalog.sizes import Pixels, believable
from flux2cli.core.batch.candidate import as_candidate
from flux2cli.core.images.image import Image
from flux2cli.core.job.compare import differences, suspicious
from flux2cli.core.job.image_path import image_path
from flux2cli.core.job.job import Job, JobFile
from flux2cli.core.job.result import JobResult, final_cost, not_saved
from flux2cli.core.job.sidecar import sidecar
from flux2cli.core.json_text import json_text
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.file_names import with_extension
from flux2cli.edges import files
from flux2cli.edges.ledger import timestamp
from flux2cli.edges.pixels import is_blank
from flux2cli.engine.download_images import Downloader
from flux2cli.engine.resources import Resources
from flux2cli.engine.unexpected import is_unexpected
from flux2cli.events import Saved, Warned
from flux2cli.wire import RemoteImage, Result

T = TypeVar("T")


class Saver:
    """Saves results for an engine. `now` is wall-clock time in UTC.

    `emit` copies a checked file to stdout, for jobs whose image goes there. `keep` takes the row key of an image that
    has the wanted name, and returns whether it belongs to the same run: such an image is never replaced. `cache` gets
    the images of rows, and first those that they replace.
    """

    def __init__(
        self,
        resources: Resources,
        *,
        now: Callable[[], datetime],
        emit: Callable[[Path], None],
        keep: Callable[[str], bool],
        cache: files.ImageCache | None = None,
    ) -> None:
        self._cache = cache
        self._resources = resources
        self._now = now
        self._emit = emit
        self._keep = keep
        self._taken = files.TakenNames()

    def save(
        self,
        job: Job,
        result: Result,
        spool: files.Spool,
        *,
        left: Callable[[], float | None],
        strict: bool,
        fresh: bool,
    ) -> JobResult:
        """Download and save every image of a ready job.

        All are downloaded and checked before the first gets its name, so that each sidecar has the right share of the
        cost. When one fails, the others are saved, and NotSavedError leaves the job ready for another attempt. `left`
        gives the seconds until the deadline, None when there is none. `strict` checks every image's pixels. `fresh`: no
        earlier process can have left files of this job.
        """
        parts, errors = Downloader(self._resources, left).fetch_all(job, result, spool)
        whole = [part for part in parts if part is not None]
        what = "whether the images are as asked"
        none: frozenset[int] = frozenset()
        blank = self._optional(job, what, lambda: _blank(whole, strict=strict), none)
        found: list[str] = []
        if not errors:
            found = self._optional(job, what, lambda: self._differences(job, whole, blank), found)
        if found:
            job = replace(job, warnings=(*job.warnings, *found))
            self._resources.ledger.record(job.job_id, warnings=job.warnings)
        sizes = [_size(part, remote) for part, remote in zip(parts, result.images, strict=True)]
        cost = self._optional(job, "the final cost", lambda: final_cost(job, sizes), job.estimate)
        images = self._place_all(job, whole, cost, len(parts), blank, fresh=fresh)
        if errors:
            raise errors[0]
        job = replace(job, state="saved", cost=cost, result=_measured(job.result or result, images))
        self._resources.ledger.record(job.job_id, state="saved", cost=job.cost, result=job.result)
        return JobResult(job=job, images=tuple(images), differences=tuple(found))

    def _differences(self, job: Job, parts: list[files.PartInfo], blank: frozenset[int]) -> list[str]:
        """The differences between the images and the request, each emitted as a warning."""
        found = differences(job.asked, [part.image for part in parts], blank)
        for text in found:
            self._resources.listen(Warned(job_id=job.job_id, text=text))
        return found

    def _optional(self, job: Job, what: str, step: Callable[[], T], otherwise: T) -> T:
        """The value of a step without which images can be saved; `otherwise`, with a warning, where it fails."""
        try:
            return step()
        except Exception as error:
            if not is_unexpected(error):
                raise
            text = f"{what} cannot be told ({type(error).__name__}); {self._resources.log(error)}"
            self._resources.listen(Warned(job_id=job.job_id, text=text))
            return otherwise

    def _place_all(
        self, job: Job, parts: list[files.PartInfo], cost: Cost, count: int, blank: frozenset[int], *, fresh: bool
    ) -> list[Image]:
        """Move the images to their names. Those already moved when one of the job's `count` fails stay saved."""
        images: list[Image] = []
        try:
            for part in parts:
                is_fit = part.image.index not in blank and not part.image.nsfw
                images.append(self._place(job, part, cost, count, is_fit=is_fit))
        finally:
            if len(images) < count:  # else the job is saved, and they with it
                self._mark_saved(job, images)
            if len(images) < count or not fresh:
                _clean_up(job, count)
        return images

    def _mark_saved(self, job: Job, images: list[Image]) -> None:
        for image in images:
            if image.path is not None:
                self._resources.ledger.mark_saved(job.job_id, image.index)

    def _place(self, job: Job, part: files.PartInfo, cost: Cost, count: int, *, is_fit: bool) -> Image:
        """Move one image to its name, or write it to stdout. `cost` is that of all `count` images.

        One that is not `is_fit`, since it is blank or was flagged, takes no other image's place.
        """
        if job.output.stdout:
            self._emit(part.path)
            part.path.unlink()
            image = part.image
        else:
            image = replace(part.image, path=str(self._claim(job, part, cost, count, is_fit=is_fit)))
        self._resources.listen(
            Saved(
                job_id=job.job_id,
                path=image.path or "-",
                seed=job.effective_seed,
                cost=cost.share(image.index, count),
                cost_source=cost.source,
                index=image.index,
                count=count,
            )
        )
        return image

    def _claim(self, job: Job, part: files.PartInfo, cost: Cost, count: int, *, is_fit: bool) -> Path:
        """Move the part to its name, with its sidecar; returns the path."""
        image, saved_at = part.image, timestamp(self._now())
        wanted = place = image_path(job, image)
        recorded = next((Path(file.path) for file in job.files if file.index == image.index), None)
        is_replaced = job.output.overwrite and recorded != place and os.path.lexists(place)
        if is_replaced and not is_fit and job.row_key is not None:
            job, wanted = as_candidate(job, image, place)
            text = f"{place.name} stays as it is; the new image is {os.path.relpath(wanted, job.row_root)}"
            self._resources.listen(Warned(job_id=job.job_id, text=text))

        def content(name: str) -> bytes:
            document = sidecar(job, image, file=name, cost=cost, count=count, saved_at=saved_at)
            return (json_text(document, indent=2) + "\n").encode()

        def record(path: Path) -> None:
            file = JobFile(index=image.index, path=str(path), sha256=image.sha256, bytes=image.bytes)
            self._resources.ledger.choose(job.job_id, file)

        def is_kept(other: files.SidecarStub) -> bool:
            return other.row_key not in (None, job.row_key) and self._keep(str(other.row_key))

        overwrite = job.output.overwrite and (self._cache is None or self._cache.save(wanted))
        try:
            path = files.claim(
                part, wanted, sidecar=content, record=record, overwrite=overwrite, recorded=recorded,
                keep=is_kept, taken=self._taken,
            )  # fmt: skip
        except OSError as error:
            raise not_saved(job, error) from None
        if self._cache is not None and job.row_key is not None and wanted == place:
            self._cache.keep(path, sha256=image.sha256)
        if overwrite != job.output.overwrite:
            text = f"the image cache cannot take {wanted.name}, so it stays; the new image is {path.name}"
            self._resources.listen(Warned(job_id=job.job_id, text=text))
        for text in _about_name(job, image, wanted, path):
            self._resources.listen(Warned(job_id=job.job_id, text=text))
        return path


def _blank(parts: list[files.PartInfo], *, strict: bool) -> frozenset[int]:
    """The indexes of blank images."""
    return frozenset(part.image.index for part in parts if (strict or suspicious(part.image)) and is_blank(part.path))


def _about_name(job: Job, image: Image, wanted: Path, path: Path) -> Iterator[str]:
    """What is odd about the name of an image that was to have a name of its own."""
    if not job.output.explicit or job.candidate is not None:
        return
    if path != wanted:
        yield f"{wanted.name} was taken meanwhile; saved as {path.name}"
    came = image.media_type.removeprefix("image/")
    if with_extension(path.name, image.extension) != path.name and job.asked.format in (None, came):
        yield f"{path.name} is a {came} file in spite of its name"


def _clean_up(job: Job, count: int) -> None:
    """Remove the temporary files that this try or an earlier one may have left, wherever it was to save."""
    for folder in {Path(job.output.directory), *(Path(file.path).parent for file in job.files)}:
        files.remove_parts(folder, job.job_id, count)


def _measured(result: Result, images: list[Image]) -> Result:
    """The result with the measured sizes of its saved images, for the ledger."""
    return replace(
        result,
        images=tuple(
            RemoteImage(width=image.width, height=image.height, media_type=image.media_type, nsfw=image.nsfw)
            for image in images
        ),
    )


def _size(part: files.PartInfo | None, remote: RemoteImage) -> Pixels | None:
    """Width and height in pixels: as measured, else as the provider states, else None."""
    if part is not None:
        return believable(part.image.width, part.image.height)
    return believable(remote.width, remote.height)
