"""Downloads the images of a finished job to checked files beside their future names."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flux2cli.core.images.data_urls import MARK
from flux2cli.core.job import retry
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import not_saved
from flux2cli.core.web_address import complaint_about
from flux2cli.edges import files
from flux2cli.engine.resources import Resources
from flux2cli.errors import Flux2Error
from flux2cli.events import Retrying
from flux2cli.wire import HttpResponse, RemoteImage, Result


class Downloader:
    """Downloads images for an engine. Free, so each is tried as often as `retry` allows.

    `left` gives the seconds until the deadline, None when there is none.
    """

    def __init__(self, resources: Resources, left: Callable[[], float | None]) -> None:
        self._resources = resources
        self._left = left

    def fetch_all(
        self, job: Job, result: Result, spool: files.Spool
    ) -> tuple[list[files.PartInfo | None], list[Flux2Error]]:
        """Every image of the result as a whole file in the job's directory, None for one that failed, and the reason.

        `spool` holds the images that arrived inside the response.
        """
        parts: list[files.PartInfo | None] = []
        errors: list[Flux2Error] = []
        for index, remote in enumerate(result.images):
            try:
                parts.append(self._fetch(job, index, remote, spool))
            except Flux2Error as error:
                parts.append(None)
                errors.append(error)
        return parts, errors

    def _fetch(self, job: Job, index: int, remote: RemoteImage, spool: files.Spool) -> files.PartInfo:
        url = _url(remote)
        if not url.startswith(MARK) and (complaint := complaint_about(url)):
            raise not_saved(job, f"its address {complaint}")
        attempt = 0
        while True:
            attempt += 1
            try:
                found = self._attempt(job, index, remote, spool)
            except OSError as error:
                raise not_saved(job, error) from None
            if isinstance(found, files.PartInfo):
                return replace(found, image=replace(found.image, nsfw=remote.nsfw))
            reason, lasting = found
            wait, left = retry.download_wait(attempt, lasting=lasting), self._left()
            if wait is None or (left is not None and left < wait):
                raise not_saved(job, reason)
            self._resources.listen(Retrying(job_id=job.job_id, what="download", reason=reason, wait=wait))
            self._resources.pause(wait)

    def _attempt(
        self, job: Job, index: int, remote: RemoteImage, spool: files.Spool
    ) -> files.PartInfo | tuple[str, bool]:
        """The whole file; else a clause that says why there is none, and whether that is permanent."""
        part = _open(Path(job.output.directory), job.job_id, index)
        try:
            failure = self._read(_url(remote), part, spool)
            return failure or part.finish()
        except (files.BrokenImageError, ValueError) as error:
            return f"what came is not a whole image: {error}", True
        finally:
            part.close()

    def _read(self, url: str, part: files.Part, spool: files.Spool) -> tuple[str, bool] | None:
        """Write the bytes at the URL to the part; None when they are complete."""
        if url.startswith(MARK):
            for chunk in spool.decoded(url.removeprefix(MARK)):
                part.write(chunk)
            return None
        response = self._resources.http.download(url, part.write, seconds=self._left())
        if not isinstance(response, HttpResponse):
            return response.message, False
        if response.status == 200:
            return None
        return f"the image's address answers {response.status}", 400 <= response.status < 500


def _open(directory: Path, job_id: str, index: int) -> files.Part:
    try:
        return files.open_part(directory, job_id, index)
    except FileNotFoundError:
        directory.mkdir(parents=True, exist_ok=True)
        return files.open_part(directory, job_id, index)


def _url(remote: RemoteImage) -> str:
    """The URL of an image in a response; TypeError for one of the ledger, which keeps none."""
    if remote.url is None:
        raise TypeError("a result on record has no URLs")
    return remote.url
