"""Prints jobs of the ledger as JSON documents, and what a provider's history has about a lost one."""

from collections.abc import Iterable
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.job import documents
from flux2cli.core.job.job import Job
from flux2cli.core.json_text import json_text
from flux2cli.core.money.cost_documents import cost_document
from flux2cli.errors import Flux2Error
from flux2cli.output.failure import error_document
from flux2cli.output.shown_path import shown_path
from flux2cli.providers import registry
from flux2cli.wire import HistoryEntry


def job_document(app: App, job: Job) -> dict[str, object]:
    """A job as `jobs list --json` prints it."""
    return {
        "job_id": job.job_id,
        "state": job.state,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "request_id": job.request_id,
        "prompt": job.prompt,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "cost": cost_document(job.cost or job.estimate),
        "files": [shown_path(app, file.path) for file in job.files if file.saved],
        "error": documents.failure_document(job.error) if job.error else None,
        "label": job.label,
        "row": {"id": job.row_id, "key": job.row_key} if job.row_key else None,
        "meta": dict(job.meta),
    }


def full_document(
    app: App, job: Job, candidates: tuple[HistoryEntry, ...] | None, *, sandbox: bool
) -> dict[str, object]:
    """All that the ledger has of a job, and the provider's requests that may be it.

    `sandbox` says that it is the sandbox's ledger: a job whose reply was lost cannot know.
    """
    found = candidates and [{"request_id": entry.request_id, "sent_at": entry.sent_at} for entry in candidates]
    return {
        **job_document(app, job),
        "mode": job.mode,
        "seed": job.seed,
        "payload": job.payload,
        "inputs": [documents.input_document(image) for image in job.inputs],
        "warnings": list(job.warnings),
        "request_key": job.request_key,
        "result": documents.result_document(job.result) if job.result else None,
        "sandbox": job.sandbox or sandbox,
        "output": str(Path(job.output.directory) / job.output.name),
        "found": found,
    }


def out_array(app: App, documents: Iterable[dict[str, object]]) -> None:
    """Write a JSON array to stdout on one line, each document as it comes: a list may be too long to hold."""
    text = "["
    for document in documents:
        app.stdout.write(text + json_text(document))
        text = ", "
    app.out("]" if text == ", " else "[]")


def show_candidates(app: App, job: Job, candidates: tuple[HistoryEntry, ...] | None) -> None:
    """Print what the provider's history has about an unknown job, on stderr, with the command that settles it."""
    if candidates is None:
        return
    title = registry.info(job.provider).title
    if not candidates:
        app.err(f"{title}'s history has no request like {job.job_id} from that time, so far")
    for entry in candidates:
        app.err(f"{title} has a request with the same body, sent {entry.sent_at}: if it is this one,")
        app.err(f"  flux2 jobs resolve {job.job_id} --as accepted {entry.request_id}")


def show_job_error(app: App, job: Job, error: Flux2Error) -> None:
    """Print why one of several jobs could not be collected."""
    app.terminal.styled("error", f"{job.job_id}: {error.message}")
    if app.json:
        app.out_json(error_document(error))
