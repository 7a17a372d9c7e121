"""What a run of one job came to: the ledger row, the images on disk, the cost. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flux2cli.core.job.job import Job
from flux2cli.errors import BY_CODE, Flux2Error, ProviderFailedError


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedImage:
    """One image on disk. `path` and `sidecar` are absolute, both None when the bytes went to stdout."""

    index: int
    path: str | None
    sidecar: str | None
    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    nsfw: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """A job that is saved, or that was submitted and left to run (no images, no cost yet)."""

    job: Job
    images: tuple[SavedImage, ...] = ()
    cost: Mapping[str, object] = field(default_factory=dict)
    seed: int | None = None
    differences: tuple[str, ...] = ()
    """How the images are not what was asked for."""


def error_of_job(job: Job) -> Flux2Error:
    """How a job ended that saved nothing, in the words of its record."""
    error = job.error or {}
    kind = BY_CODE.get(str(error.get("code")), ProviderFailedError)
    message = str(error.get("message") or f"The job ended: {job.state}.")
    hint = error.get("hint")
    return kind(message, hint=str(hint) if hint else None, job_id=job.job_id, request_id=job.request_id)
