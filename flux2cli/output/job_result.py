"""Prints the result of a request or a batch on stdout."""

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.job.result import JobResult
from flux2cli.core.money.cost_documents import cost_document
from flux2cli.output.shown_path import shown_path


def show_result(app: App, result: JobResult) -> None:
    """Print the result on stdout: a path per line, the id of a job that still runs, or one JSON document."""
    if app.json:
        app.out_json(result_document(app, result))
    elif not result.images:
        app.out(result.job.job_id)
    else:
        for image in result.images:
            if image.path is not None:
                app.out_value(shown_path(app, image.path))


def result_document(app: App, result: JobResult) -> dict[str, object]:
    """A result as `--json` prints it."""
    job = result.job
    return {
        "ok": True,
        "schema": "flux2cli/result/1",
        "status": "saved" if result.images else "submitted",
        "job_id": job.job_id,
        "request_id": job.request_id,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "sandbox": job.sandbox,
        "seed": result.seed,
        "cost": cost_document(result.cost if result.images and result.cost else job.estimate),
        "images": [
            {
                "path": shown_path(app, image.path) if image.path else None,
                "sidecar": shown_path(app, image.sidecar) if image.sidecar else None,
                "sha256": image.sha256,
                "bytes": image.bytes,
                "media_type": image.media_type,
                "width": image.width,
                "height": image.height,
                "nsfw": image.nsfw,
            }
            for image in result.images
        ],
        "warnings": list(job.warnings),
    }


def summary_document(summary: BatchSummary) -> dict[str, object]:
    """The last line that a batch prints under `--json`: counts, and what the saved rows cost.

    The amount is null when every saved row is unpriced, and "0.00" only when no row was saved.
    """
    cost = summary.cost
    return {
        "schema": "flux2cli/batch/1",
        "rows": summary.total,
        "saved": summary.saved,
        "skipped": summary.skipped,
        "failed": summary.failed,
        "unknown": summary.unknown,
        "submitted": summary.submitted,
        "restored": summary.restored,
        "moved": summary.moved,
        "adopted": summary.adopted,
        "kept": summary.kept,
        "not_sent": summary.not_sent,
        "cost": {
            "amount": money(cost.low) if cost.is_known else None,
            "max": money(cost.high) if cost.is_known else None,
            "currency": "USD",
            "source": summary.source,
            "unpriced": cost.unpriced,
        },
    }
