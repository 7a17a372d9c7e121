"""The result of one job's run: the ledger row, the images and their cost, or the error. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from flux2cli.catalog.sizes import Pixels
from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.money.job_cost import Cost, estimate
from flux2cli.errors import BY_CODE, Flux2Error, NotSavedError, ProviderFailedError
from flux2cli.providers import registry
from flux2cli.providers.amounts import amount_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """A job that is saved, or that was submitted and left to run (no images yet)."""

    job: Job
    images: tuple[Image, ...] = ()
    differences: tuple[str, ...] = ()
    """How the images differ from the request, one clause each."""

    @classmethod
    def of_saved(cls, job: Job) -> Self:
        """The result of a job that was saved before, from its row."""
        measured = job.result.images if job.result else ()
        images = (
            Image(
                index=file.index,
                sha256=file.sha256,
                bytes=file.bytes,
                media_type=str(image.media_type),
                width=image.width or 0,
                height=image.height or 0,
                nsfw=image.nsfw,
                path=file.path,
            )
            for file, image in zip(job.files, measured, strict=False)
        )
        return cls(job=job, images=tuple(images))

    @property
    def seed(self) -> int | None:
        """The seed of the images, None when unknown."""
        return self.job.effective_seed

    @property
    def cost(self) -> Cost | None:
        """The cost of the images; before they are saved, what the provider has stated."""
        return self.job.cost


def final_cost(job: Job, outputs: Sequence[Pixels | None]) -> Cost:
    """What a finished request costs: as the provider reports it, else by the price table and the images' sizes.

    `low` and `high` differ when the size of an image or of an input is not known.
    """
    reported = _reported(job)
    route = registry.by_endpoint(job.provider, job.endpoint)
    table = estimate(route, outputs=outputs, inputs=[image.size for image in job.inputs]) if route else Cost()
    return replace(
        table,
        low=table.low if reported is None else reported,
        high=table.high if reported is None else reported,
        source="sandbox" if job.sandbox else "estimated" if reported is None else "reported",
        stage="final",
        billable_units=job.result.billable_units if job.result else None,
        discount=job.result.usage.get("discount") if job.result else None,
    )


def _reported(job: Job) -> Decimal | None:
    """The cost that the provider reports with the result, else in its response to the submit; None without one."""
    reported = amount_of(job.result.reported_cost) if job.result else None
    return job.cost.low if reported is None and job.cost and job.cost.source != "estimated" else reported


def error_of_job(job: Job) -> Flux2Error:
    """The error of a job that ended without saved images, from its ledger row."""
    error = job.error
    kind = BY_CODE.get(error.code, ProviderFailedError) if error else ProviderFailedError
    message = (error.message if error else "") or f"The job ended: {job.state}."
    return kind(message, hint=(error.hint if error else None) or None, job_id=job.job_id, request_id=job.request_id)


def not_saved(job: Job, reason: str | OSError) -> NotSavedError:
    """The error for a finished job whose image is not on this disk, and what to do about it.

    `reason` is a clause, or the error of the disk, which ends a batch (`halts`): the next image would fail, too.
    """
    if isinstance(reason, OSError):
        clause = f"`{reason.filename or job.output.directory}`: {reason.strerror or reason}"
    else:
        clause = reason
    return NotSavedError(
        f"The image is finished and paid for, but could not be saved: {clause.rstrip('.')}.",
        hint=f"`flux2 jobs fetch {job.job_id}` collects it at no cost (`-o DIR` puts it elsewhere)",
        job_id=job.job_id,
        request_id=job.request_id,
        halts=isinstance(reason, OSError),
    )
