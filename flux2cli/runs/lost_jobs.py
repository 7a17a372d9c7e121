"""Searches the provider's history for a job whose response was lost. Reports candidates and never picks one itself."""

from flux2cli.core.job.job import Job
from flux2cli.errors import Flux2Error, InterruptedRunError
from flux2cli.runs.session import SILENT, Session
from flux2cli.wire import HistoryEntry


def find_candidates(session: Session, job: Job) -> tuple[HistoryEntry, ...] | None:
    """The provider's requests that may be this unknown job; None when it is not unknown or cannot be searched for."""
    if job.state != "unknown":
        return None
    from flux2cli.engine import queries

    try:
        target = session.target(job.provider)
        engine = session.engine()
        return session.supervise(engine, lambda: queries.find(engine, job, target), listener=SILENT)
    except InterruptedRunError:
        raise
    except Flux2Error:
        return None  # no key, no network: the job stays unknown
