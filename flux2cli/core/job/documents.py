"""The values of a job as JSON documents, and back: one form for the ledger's rows, for sidecars and for stdout.

The order of the keys and the text of amounts are part of the form. What an older version did not write reads as None.
"""

from collections.abc import Mapping
from typing import Any

from flux2cli.core.job.job import Asked, JobError
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.money.cost_documents import Document
from flux2cli.redact import redact_text
from flux2cli.wire import RemoteImage, Result


def result_document(result: Result) -> Document:
    """A result, without the URLs of its images: they expire and are asked for again."""
    return {
        "seed": result.seed,
        "prompt": result.prompt,
        "timings": dict(result.timings),
        "billable_units": result.billable_units,
        "reported_cost": result.reported_cost,
        "usage": dict(result.usage),
        "images": [_image_document(image) for image in result.images],
    }


def _image_document(image: RemoteImage) -> Document:
    document: Document = {"width": image.width, "height": image.height, "nsfw": image.nsfw}
    return document if image.media_type is None else {**document, "media_type": image.media_type}


def result_from(document: Mapping[str, Any]) -> Result:
    """The result that a document holds."""
    return Result(
        images=tuple(
            RemoteImage(
                width=image.get("width"),
                height=image.get("height"),
                media_type=image.get("media_type"),
                nsfw=image.get("nsfw"),
            )
            for image in document.get("images") or ()
        ),
        seed=document.get("seed"),
        prompt=document.get("prompt"),
        timings=document.get("timings") or {},
        billable_units=document.get("billable_units"),
        reported_cost=document.get("reported_cost"),
        usage=document.get("usage") or {},
    )


def failure_document(error: JobError) -> Document:
    """The error that a job ended with."""
    document: Document = {"code": error.code, "message": error.message, "hint": error.hint}
    return document if error.reply is None else {**document, "reply": error.reply}


def failure_from(document: Mapping[str, Any]) -> JobError:
    """The error that a document holds."""
    return JobError(
        code=document["code"],
        message=document.get("message", ""),
        hint=document.get("hint"),
        reply=document.get("reply"),
    )


def input_document(image: Input) -> Document:
    """A reference image."""
    document: Document = {
        "name": image.name,
        "sha256": image.sha256,
        "bytes": image.bytes,
        "width": image.width,
        "height": image.height,
        "media_type": image.media_type,
        "url": image.url,
    }
    return document if image.sent_sha256 is None else {**document, "sent_sha256": image.sent_sha256}


def input_from(document: Mapping[str, Any]) -> Input:
    """The reference image that a document holds."""
    return Input(
        name=document.get("name", ""),
        sha256=document.get("sha256"),
        bytes=document.get("bytes"),
        width=document.get("width"),
        height=document.get("height"),
        media_type=document.get("media_type"),
        url=redact_text(document.get("url") or "") or None,  # versions up to 0.1 recorded secrets, too
        sent_sha256=document.get("sent_sha256"),
    )


def asked_document(asked: Asked) -> Document:
    """What the images are compared with."""
    return {"size": list(asked.size) if asked.size else None, "count": asked.count, "format": asked.format}


def asked_from(document: Mapping[str, Any]) -> Asked:
    """What a document's images are compared with; empty if the job was forgotten."""
    size = document.get("size")
    return Asked(size=(size[0], size[1]) if size else None, count=document.get("count"), format=document.get("format"))
