"""The sidecar: the JSON document written beside an image."""

from flux2cli import __version__
from flux2cli.core.images.image import Image
from flux2cli.core.job.documents import input_document
from flux2cli.core.job.job import Job
from flux2cli.core.money.cost_documents import Document, share_document
from flux2cli.core.money.job_cost import Cost

SCHEMA = "flux2cli/sidecar/1"


def sidecar(job: Job, image: Image, *, file: str, cost: Cost, count: int, saved_at: str) -> Document:
    """The sidecar of one of `count` images. `file` is the image's name, `cost` the whole request's.

    It never contains keys or secrets.
    """
    result = job.result
    candidate = {} if job.candidate is None else {"candidate": job.candidate}
    return {
        "schema": SCHEMA,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "mode": job.mode,
        "job_id": job.job_id,
        "request_id": job.request_id,
        "created_at": job.created_at,
        "prompt": job.prompt,
        "effective_prompt": result.prompt if result else None,
        "seed": job.effective_seed,
        "given": job.given,
        "payload": job.payload,
        "payload_sha256": job.payload_sha256,
        "request_key": job.request_key,
        "inputs": [input_document(image) for image in job.inputs],
        "row": {"id": job.row_id, "key": job.row_key, "source": job.row_source} if job.row_key else None,
        **candidate,
        "label": job.label,
        "meta": dict(job.meta),
        "image": {
            "file": file,
            "sha256": image.sha256,
            "bytes": image.bytes,
            "media_type": image.media_type,
            "width": image.width,
            "height": image.height,
            "index": image.index,
            "nsfw": image.nsfw,
        },
        "cost": share_document(cost, cost.share(image.index, count)),
        "timings": {
            "submitted_at": job.created_at,
            "saved_at": saved_at,
            "provider": dict(result.timings) if result else {},
        },
        "warnings": list(job.warnings),
        "sandbox": job.sandbox,
        "tool": {"name": "flux2cli", "version": __version__},
    }
