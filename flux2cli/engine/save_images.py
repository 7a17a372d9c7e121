"""From a finished job's result to images and sidecars on disk: download, check, name, claim, record."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flux2cli.catalog.pricing import money
from flux2cli.core.images.data_urls import MARK
from flux2cli.core.images.image import Image
from flux2cli.core.job import retry
from flux2cli.core.job.compare import differences, suspicious
from flux2cli.core.job.job import Job, JobFile
from flux2cli.core.job.result import JobResult, final_cost
from flux2cli.core.job.sidecar import sidecar
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.file_names import expand, slug
from flux2cli.core.request.output_path import Output
from flux2cli.edges import files
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger, timestamp
from flux2cli.edges.pixels import is_blank
from flux2cli.errors import Flux2Error, NotSavedError
from flux2cli.events import Event, Retrying, Saved, Warned
from flux2cli.wire import HttpResponse, RemoteImage, Result


class Saver:
    """Saves results. `pause` waits (and may end the run), `listen` is told what happens.

    `emit` copies a checked file to stdout, for jobs whose image goes there. `keep` tells the keys of other rows of the
    same run, whose images are never replaced.
    """

    def __init__(
        self,
        *,
        http: Http,
        ledger: Ledger,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        listen: Callable[[Event], None],
        emit: Callable[[Path], None],
        keep: Callable[[str], bool],
    ) -> None:
        self._http = http
        self._ledger = ledger
        self._now = now
        self._pause = pause
        self._listen = listen
        self._emit = emit
        self._keep = keep

    def save(
        self, recorded: Job, result: Result, output: Output, spool: files.Spool, *, strict: bool, fresh: bool
    ) -> JobResult:
        """Download and save every image of a ready job where `output` says, which may not be where it first should.

        All are downloaded and checked before the first gets its name, so that each sidecar tells its true share of
        the cost. When one cannot be had the others are saved, and the error leaves the job ready for another try.
        `fresh`: no earlier process can have left anything of this job.
        """
        job = replace(recorded, output=output)
        directory = Path(output.directory)
        problems: list[Flux2Error] = []
        parts: list[files.PartInfo | None] = []
        for index, remote in enumerate(result.images):
            try:
                parts.append(self._part(job, directory, index, remote, spool))
            except Flux2Error as error:
                problems.append(error)
                parts.append(None)
        whole = [part for part in parts if part is not None]
        found = self._differences(job, whole, len(parts), strict=strict)
        if found:
            job = replace(self._ledger.update(job.job_id, warnings=(*job.warnings, *found)), output=output)
        cost = final_cost(job, [_size(part, remote) for part, remote in zip(parts, result.images, strict=True)])
        images: list[Image] = []
        try:
            for part in whole:
                images.append(self._place(job, part, cost, len(parts)))  # noqa: PERF401 - what was placed before an error counts
        finally:
            if len(images) < len(parts):  # else the job is saved, and they with it
                self._mark_saved(job, images)
            if len(images) < len(parts) or not fresh:
                _clean_up(recorded, directory, len(parts))
        if problems:
            raise problems[0]
        measured = replace(job.result or result, images=tuple(_measured(image) for image in images))
        self._ledger.record(job.job_id, state="saved", cost=cost, result=measured)
        job = replace(job, state="saved", cost=cost, result=measured)
        return JobResult(job=job, images=tuple(images), differences=tuple(found))

    def _mark_saved(self, job: Job, images: list[Image]) -> None:
        """Some images of a job that is not saved as a whole are on disk."""
        for image in images:
            if image.path is not None:
                self._ledger.mark_saved(job.job_id, image.index)

    def _part(self, job: Job, directory: Path, index: int, remote: RemoteImage, spool: files.Spool) -> files.PartInfo:
        """One image as a checked file beside its future name, tried as often as `retry` allows."""
        attempt = 0
        while True:
            attempt += 1
            try:
                reason, lasting = self._attempt(job, directory, index, remote, spool)
            except OSError as error:
                raise not_saved(job, error) from None
            if isinstance(reason, files.PartInfo):
                return reason
            wait = retry.download_wait(attempt, lasting=lasting)
            if wait is None:
                raise not_saved(job, reason)
            self._listen(Retrying(job_id=job.job_id, what="download", reason=reason, wait=wait))
            self._pause(wait)

    def _attempt(
        self, job: Job, directory: Path, index: int, remote: RemoteImage, spool: files.Spool
    ) -> tuple[files.PartInfo | str, bool]:
        """The part, or why there is none and whether that will last."""
        url = _url(remote)
        try:
            part = files.open_part(directory, job.job_id, index)
        except FileNotFoundError:
            directory.mkdir(parents=True, exist_ok=True)
            part = files.open_part(directory, job.job_id, index)
        try:
            if url.startswith(MARK):
                for chunk in spool.decoded(url.removeprefix(MARK)):
                    part.write(chunk)
            else:
                answer = self._http.download(url, part.write)
                if not isinstance(answer, HttpResponse):
                    return answer.message, False
                if answer.status != 200:
                    return f"the image's address answers {answer.status}", 400 <= answer.status < 500
            whole = part.finish()
            return replace(whole, image=replace(whole.image, nsfw=remote.nsfw)), False
        except (files.BrokenImageError, ValueError) as error:
            return f"what came is not a whole image: {error}", True
        finally:
            part.close()

    def _differences(self, job: Job, parts: list[files.PartInfo], count: int, *, strict: bool) -> list[str]:
        """How the images are not what was asked for, each emitted as a warning; nothing while one of `count` misses."""
        blank = [p.image.index for p in parts if (strict or suspicious(p.image)) and is_blank(p.path)]
        found = differences(job.asked, [part.image for part in parts], blank) if len(parts) == count else []
        for text in found:
            self._listen(Warned(job_id=job.job_id, text=text))
        return found

    def _place(self, job: Job, part: files.PartInfo, cost: Cost, count: int) -> Image:
        """The image under its name, or on stdout. `cost` is that of all `count` images."""
        path = self._claim(job, part, cost, count)
        self._listen(
            Saved(
                job_id=job.job_id,
                path=str(path) if path else "-",
                seed=job.effective_seed,
                cost=money(cost.share(part.image.index, count)),
                cost_source=cost.source,
            )
        )
        return replace(part.image, path=str(path) if path else None)

    def _claim(self, job: Job, part: files.PartInfo, cost: Cost, count: int) -> Path | None:
        """Give the part its name, with its sidecar; None when it went to stdout instead."""
        if job.output.stdout:
            self._emit(part.path)
            part.path.unlink()
            return None
        image, saved_at = part.image, timestamp(self._now())

        def beside(name: str) -> bytes:
            record = sidecar(job, image, file=name, cost=cost, count=count, saved_at=saved_at)
            return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")

        def chosen(path: Path) -> None:
            self._ledger.choose(
                job.job_id, JobFile(index=image.index, path=str(path), sha256=image.sha256, bytes=image.bytes)
            )

        def others(record: files.SidecarStub) -> bool:
            return record.row_key not in (None, job.row_key) and self._keep(str(record.row_key))

        wanted = _wanted(job, image)
        recorded = next((Path(f.path) for f in job.files if f.index == image.index), None)
        try:
            path = files.claim(
                part, wanted, sidecar=beside, record=chosen, overwrite=job.output.overwrite, recorded=recorded,
                keep=others,
            )  # fmt: skip
        except OSError as error:
            raise not_saved(job, error) from None
        if job.output.explicit and path != wanted:
            self._listen(Warned(job_id=job.job_id, text=f"{wanted.name} was taken meanwhile; saved as {path.name}"))
        return path


def _clean_up(job: Job, directory: Path, count: int) -> None:
    """Remove the temporary files that this try or an earlier one may have left, wherever it was to save."""
    for folder in {directory, Path(job.output.directory), *(Path(file.path).parent for file in job.files)}:
        files.remove_parts(folder, job.job_id, count)


def _url(remote: RemoteImage) -> str:
    """The URL of an image in a response; TypeError for one of the ledger, which keeps none."""
    if remote.url is None:
        raise TypeError("a result on record has no URLs")
    return remote.url


def _measured(image: Image) -> RemoteImage:
    """An image of a result as it is recorded once it is saved."""
    return RemoteImage(width=image.width, height=image.height, media_type=image.media_type, nsfw=image.nsfw)


def _wanted(job: Job, image: Image) -> Path:
    directory = Path(job.output.directory)
    if job.output.explicit:
        return directory / job.output.name
    seed = job.effective_seed
    fields: dict[str, str | None] = {
        "variant": job.variant,
        "provider": job.provider,
        "seed": None if seed is None else str(seed),
        "index": str(image.index),
        "slug": slug(job.prompt or ""),
        "id": job.row_id,
        "date": job.created_at[:10],
        "time": job.created_at[11:19].replace(":", "-"),
        "request_id": job.request_id,
        "ext": image.extension,
        "label": job.label,
        **{f"meta.{name}": value for name, value in job.meta.items()},
    }
    return directory / expand(job.output.name, fields, job.job_id)


def _size(part: files.PartInfo | None, remote: RemoteImage) -> tuple[int, int] | None:
    if part is not None:
        return part.image.size
    return (remote.width, remote.height) if remote.width and remote.height else None


def not_saved(job: Job, reason: str | OSError) -> NotSavedError:
    """The error for a finished job whose image is not on this disk, and what to do about it.

    A disk that refuses it will refuse the next one, too.
    """
    if isinstance(reason, OSError):
        what = f"`{reason.filename or job.output.directory}`: {reason.strerror or reason}"
    else:
        what = reason
    return NotSavedError(
        f"The image is finished and paid for, but could not be saved: {what.rstrip('.')}.",
        hint=f"`flux2 jobs fetch {job.job_id}` collects it at no cost (`-o DIR` puts it elsewhere)",
        job_id=job.job_id,
        request_id=job.request_id,
        halts=isinstance(reason, OSError),
    )
