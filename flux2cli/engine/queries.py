"""What is asked about a job that nothing is saved of: give it up, look for it, check a request id. Submits nothing."""

from dataclasses import replace

from flux2cli.core.job import flow
from flux2cli.core.job.job import Job
from flux2cli.engine.engine import Engine
from flux2cli.errors import Flux2Error
from flux2cli.providers.registry import provider_named
from flux2cli.wire import Accepted, HistoryEntry, Target

_LOOK_SECONDS = 3.0
"""How long after a cancellation the job is watched, to say what came of it."""


def cancel(engine: Engine, job: Job, target: Target) -> tuple[flow.CancelResult, Job]:
    """Ask the provider to give a job up, and see for a moment what came of it; the job as it stands then.

    The provider's word counts, not the wish: a job is cancelled when its result says so, and else stays collectable.
    """
    said = engine.drive(flow.cancel(engine.task_of(job, target), job.follow), job.job_id)
    claimed = engine.ledger.claim(job.job_id)
    if said == "requested" and claimed is not None and claimed.state == "submitted":
        task = replace(engine.task_of(job, target, timeout=_LOOK_SECONDS), streams=0)
        accepted = Accepted(request_id=str(job.request_id), follow=dict(job.follow))
        try:
            engine.drive(flow.follow(task, accepted), job.job_id)
        except Flux2Error:
            pass  # the row says how it ended, or that it still runs
    engine.ledger.release(job.job_id)
    return said, engine.ledger.get(job.job_id)


def find(engine: Engine, job: Job, target: Target) -> tuple[HistoryEntry, ...] | None:
    """Requests in the provider's history that may be this job and are no other's; None when it cannot be told."""
    found = engine.drive(flow.find(engine.task_of(job, target), job), job.job_id)
    if found is None:
        return None
    return tuple(p for p in found if not engine.ledger.jobs(provider=job.provider, request_id=p.request_id, limit=1))


def known_to_provider(engine: Engine, job: Job, request_id: str, target: Target) -> bool | None:
    """Whether the provider knows that request; None when it could not be asked."""
    follow = provider_named(job.provider).lookup(job.endpoint, request_id)
    return engine.drive(flow.known_to(engine.task_of(job, target), follow), job.job_id)
