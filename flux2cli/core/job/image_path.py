"""The path of an image, by the job's output and the fields of its template."""

import os.path
from pathlib import Path

from flux2cli.core.images.image import Image
from flux2cli.core.images.sniff import EXTENSIONS, extension_of
from flux2cli.core.job.job import Job
from flux2cli.core.request.name_fields import name_fields
from flux2cli.core.request.templates import expand, whole_names


def image_path(job: Job, image: Image) -> Path:
    """The path that an image should have; it may be taken."""
    directory = Path(job.output.directory)
    if image.index < len(job.output.names):
        return Path(os.path.normpath(directory / job.output.names[image.index]))
    if job.output.explicit:
        return directory / job.output.name
    return directory / expand(job.output.name, _fields(job, image.index, image.extension), job.job_id)


def whole_path(job: Job) -> Path:
    """The path of the job's first image before names are cut, to see whether they are too long."""
    directory = Path(job.output.directory)
    if job.output.explicit:
        return directory / job.output.name
    extension = extension_of(job.asked.format) or EXTENSIONS["webp"]
    return directory.joinpath(*whole_names(job.output.name, _fields(job, 0, extension), job.job_id))


def _fields(job: Job, index: int, extension: str) -> dict[str, str | None]:
    return name_fields(
        variant=job.variant,
        provider=job.provider,
        seed=job.effective_seed,
        index=index,
        prompt=job.prompt,
        row_id=job.row_id,
        created_at=job.created_at,
        request_id=job.request_id,
        extension=extension,
        label=job.label,
        meta=job.meta,
    )
