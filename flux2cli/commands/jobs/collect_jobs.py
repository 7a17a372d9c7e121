"""`flux2 jobs wait | fetch`: collect paid jobs."""

from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.core.job.collect_options import CollectOptions, LedgerOptions
from flux2cli.core.run_options import DisplayOptions
from flux2cli.errors import PartialError
from flux2cli.options.run_flags import Flag, apply_display, flags_of, read_options
from flux2cli.output.job_list import show_candidates, show_job_error
from flux2cli.output.job_progress import JobProgress
from flux2cli.output.job_result import show_result
from flux2cli.runs.collect import Collector, jobs_to_collect
from flux2cli.runs.lost_jobs import find_candidates
from flux2cli.runs.session import Session

NAMED: Flag = (
    Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids, or their first letters, four at least.")],
    ...,
)
ANY: Flag = (
    Annotated[list[str] | None, typer.Argument(metavar="[JOB...]", help="Default: all that are unsettled.")],
    None,
)
_SHOWN = 20
"""The most unknown jobs, not named by the user, that are printed."""
_LOOKED_FOR = 5
"""The most unknown jobs, not named by the user, to search for in a provider's history; each takes a request."""


def collect_flags() -> dict[str, Flag]:
    """The flags of both commands."""
    display = flags_of(DisplayOptions, json="JSON on stdout.", verbose="Retries, too.", group="Options")
    del display["no_color"]
    return {**flags_of(CollectOptions), **flags_of(LedgerOptions), **display}


def collect(app: App, values: dict[str, Any]) -> None:
    """Collect the named jobs, or all unsettled ones; one line or one JSON object per job as each ends."""
    options = read_options(CollectOptions, values, app.config)
    apply_display(app, read_options(DisplayOptions, values, app.config))
    sandbox, ids = read_options(LedgerOptions, values, app.config).sandbox, values["job"] or []
    with Session(app, sandbox=sandbox, listener=JobProgress(app)) as session:
        collection = jobs_to_collect(session, ids)
        if not collection.count:
            app.err("nothing to collect")
        collector = Collector(session=session, options=options, named=bool(ids), progress=lambda: JobProgress(app))
        failed = 0
        for done in collector.collect(collection):
            if done.error is not None:
                failed += 1
                show_job_error(app, done.job, done.error)
            elif done.result is not None:
                show_result(app, done.result)
            else:
                app.err(f"{done.job.job_id} is being worked on by another process")
        if not ids:
            _name_unknown(app, session)
    if failed:
        raise PartialError(f"{failed} of {collection.count} jobs could not be collected.", hint="`flux2 jobs list`")


def _name_unknown(app: App, session: Session) -> None:
    """Print the newest unknown jobs and the number of the others, and search the provider's history for some."""
    unknown = session.ledger.jobs(states=("unknown",), limit=_SHOWN)
    for number, job in enumerate(unknown):
        app.err(f"unknown: {job.job_id} may have been accepted; see `flux2 jobs show {job.job_id}`")
        if number < _LOOKED_FOR:
            show_candidates(app, job, find_candidates(session, job))
    if more := session.ledger.count(("unknown",)).get("unknown", 0) - len(unknown):
        app.err(f"{more} more are unknown: `flux2 jobs list --state unknown`")
