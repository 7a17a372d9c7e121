"""Queries about a job that save nothing: cancel it, search the provider's history, verify a request id."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from flux2cli.core.job import flow
from flux2cli.core.job.job import Job
from flux2cli.engine.engine import Engine
from flux2cli.errors import Flux2Error
from flux2cli.providers.registry import provider_named
from flux2cli.wire import Accepted, HistoryEntry, Target

T = TypeVar("T")

_QUERY_SECONDS = 60.0
"""How long a query may take, with its retries."""
_WATCH_SECONDS = 3.0
"""How long a job is polled after its cancellation, to report whether it stopped."""


def cancel(engine: Engine, job: Job, target: Target) -> tuple[flow.CancelResult, Job]:
    """Ask the provider to cancel a job, then poll it for a moment; returns the provider's response and the job.

    The job becomes `cancelled` only when its result says so; until then it can still be collected.
    """
    response = _asked(engine, job, target, lambda context: flow.cancel(context, job.follow))
    claimed = engine.ledger.claim(job.job_id)
    if response == "requested" and claimed is not None and claimed.state == "submitted":
        context = replace(engine.context_of(job, target, timeout=_WATCH_SECONDS), streams=0)
        accepted = Accepted(request_id=str(job.request_id), follow=dict(job.follow))
        try:
            engine.run_of(job).drive(flow.follow(context, accepted), timeout=context.timeout)
        except Flux2Error:
            pass  # the ledger row has how it ended, or that it still runs
    engine.ledger.release(job.job_id)
    return response, engine.ledger.get(job.job_id)


def find(engine: Engine, job: Job, target: Target) -> tuple[HistoryEntry, ...] | None:
    """Requests in the provider's history that may be this job's and belong to no other; None without a history."""
    found = _asked(engine, job, target, lambda context: flow.find(context, job))
    if found is None:
        return None
    return tuple(e for e in found if engine.ledger.with_request(job.provider, e.request_id) is None)


def known_to_provider(engine: Engine, job: Job, request_id: str, target: Target) -> bool | None:
    """Whether the provider knows that request; None when its response does not show it."""
    follow = provider_named(job.provider).lookup(job.endpoint, request_id)
    return _asked(engine, job, target, lambda context: flow.known_to(context, follow))


def _asked(engine: Engine, job: Job, target: Target, query: Callable[[flow.JobContext], flow.Flow[T]]) -> T:
    """The result of a query about the job, which has so many seconds."""
    context = engine.context_of(job, target, timeout=_QUERY_SECONDS)
    return engine.run_of(job).drive(query(context), timeout=context.timeout)
