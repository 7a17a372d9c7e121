"""The path of an image, by the job's output and the fields of its template."""

from pathlib import Path

from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.request.file_names import slug
from flux2cli.core.request.templates import expand


def image_path(job: Job, image: Image) -> Path:
    """The path that an image should have; it may be taken."""
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
