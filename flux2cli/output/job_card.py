"""Prints all that is on record about one job, a line or more per fact, for people to read."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.job import documents
from flux2cli.core.job.job import Job
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.money.budget import BILLED, HOLDING
from flux2cli.core.money.job_cost import Cost
from flux2cli.output.shown_path import shown_path


def show_card(app: App, job: Job, *, sandbox: bool) -> None:
    """Print the job under the names of `jobs show --json`; what is empty is left out."""
    for name, lines in _facts(app, job, sandbox=job.sandbox or sandbox):
        for number, line in enumerate(line for line in lines if line):
            app.out_line(f"{'' if number else name:<12} {line}")


def _facts(app: App, job: Job, *, sandbox: bool) -> Iterator[tuple[str, list[str]]]:
    """The name of each fact, and its lines."""
    for name in ("job_id", "state", "provider", "variant", "endpoint", "request_id", "prompt"):
        yield name, [getattr(job, name) or ""]
    yield "created_at", [_moment(job.created_at)]
    yield "updated_at", [_moment(job.updated_at)]
    yield "cost", _cost(job)
    yield "files", list(_files(app, job))
    yield "error", [f"{job.error.code}: {job.error.message}", job.error.hint or ""] if job.error else []
    yield "label", [job.label or ""]
    yield "row", [job.row_id or job.row_key or ""]
    yield "meta", _pairs(job.meta)
    yield "mode", [job.mode]
    yield "seed", ["" if job.seed is None else str(job.seed)]
    yield "payload", _pairs(job.payload)
    yield "inputs", [_input(image) for image in job.inputs]
    yield "warnings", list(job.warnings)
    yield "request_key", [job.request_key]
    yield "result", _result(job)
    yield "sandbox", ["yes" if sandbox else "no"]
    yield "output", [str(Path(job.output.directory) / job.output.name) if job.output.name else ""]


def _moment(text: str) -> str:
    """`2026-11-20 23:41:00 UTC`."""
    return f"{text[:10]} {text[11:19]} UTC"


def _files(app: App, job: Job) -> Iterator[str]:
    """The path of each saved image, and which it is of those that one request made with one seed."""
    count = max(len(job.files), len(job.result.images) if job.result else 0)
    seed = "" if job.effective_seed is None else f" with seed {job.effective_seed}"
    for file in job.files:
        if file.saved:
            which = f"  image {file.index + 1} of {count} of a request{seed}" if count > 1 else ""
            yield shown_path(app, file.path) + which


def _cost(job: Job) -> list[str]:
    """The price and where it comes from; nothing for a job that was not billed and will not be."""
    if job.cost is None and job.state not in BILLED + HOLDING:
        return []
    cost: Cost = job.cost or job.estimate
    source = f"{cost.text()} ({cost.source})" if cost.low is not None else cost.text()
    return [source, f"price of {cost.price_verified_on}: {cost.price_source}" if cost.price_source else ""]


def _input(image: Input) -> str:
    """`bottle.png  1024x768  91,234 bytes`, and the URL that was sent, if it was one."""
    facts = [image.name]
    facts += ["x".join(map(str, image.size))] if image.size else []
    facts += [f"{image.bytes:,} bytes"] if image.bytes is not None else []
    facts += [image.url] if image.url else []
    return "  ".join(facts)


def _result(job: Job) -> list[str]:
    """What the provider returned beside the images."""
    found = documents.result_document(job.result) if job.result else {}
    return _pairs({name: value for name, value in found.items() if name != "images"})


def _pairs(values: Mapping[str, object]) -> list[str]:
    """`name: value` for each value that there is; what is no text is JSON."""
    return [
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)}"
        for name, value in values.items()
        if value not in (None, "", [], {})
    ]
