"""The path of an image, by the job's output and the fields of its template."""

from pathlib import Path

from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.request.name_fields import name_fields
from flux2cli.core.request.templates import expand


def image_path(job: Job, image: Image) -> Path:
    """The path that an image should have; it may be taken."""
    directory = Path(job.output.directory)
    if job.output.explicit:
        return directory / job.output.name
    fields = name_fields(
        variant=job.variant,
        provider=job.provider,
        seed=job.effective_seed,
        index=image.index,
        prompt=job.prompt,
        row_id=job.row_id,
        created_at=job.created_at,
        request_id=job.request_id,
        extension=image.extension,
        label=job.label,
        meta=job.meta,
    )
    return directory / expand(job.output.name, fields, job.job_id)
