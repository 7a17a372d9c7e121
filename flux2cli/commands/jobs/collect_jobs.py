"""`flux2 jobs wait | fetch`: collect what was paid for."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.run_options import DisplayOptions
from flux2cli.errors import Flux2Error, PartialError
from flux2cli.options.ledger_flags import (
    JsonFlag,
    OutputFlag,
    QuietFlag,
    SandboxFlag,
    TimeoutFlag,
    VerboseFlag,
    in_sandbox,
    seconds_to_wait,
)
from flux2cli.options.run_flags import apply_display
from flux2cli.output.job_progress import JobProgress
from flux2cli.output.jobs import show_candidates, show_job_error
from flux2cli.output.result import show_result
from flux2cli.runs.collect import Collector, jobs_to_collect
from flux2cli.runs.lost_jobs import find_candidates
from flux2cli.runs.session import Session

_LOOKED_FOR = 5
"""Unknown jobs that are looked for in a provider's history without being named; each costs a request."""


def wait(
    context: typer.Context,
    job: Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids, or their beginnings.")],
    timeout: TimeoutFlag = None,
    output: OutputFlag = None,
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
    verbose: VerboseFlag = False,
) -> None:
    """Wait for jobs and save their images."""
    apply_display(context.obj, DisplayOptions(json=json, quiet=quiet, verbose=verbose))
    collect(context.obj, job, timeout=timeout, output=output, sandbox=sandbox)


def fetch(
    context: typer.Context,
    job: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", help="Default: all that are unsettled.")
    ] = None,
    timeout: TimeoutFlag = None,
    output: OutputFlag = None,
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
    verbose: VerboseFlag = False,
) -> None:
    """Collect what was paid for: wait for what is running, download what is finished. Costs nothing."""
    apply_display(context.obj, DisplayOptions(json=json, quiet=quiet, verbose=verbose))
    collect(context.obj, job or [], timeout=timeout, output=output, sandbox=sandbox)


def collect(app: App, ids: list[str], *, timeout: str | None, output: str | None, sandbox: bool) -> None:
    """Collect the named jobs, or all unsettled ones; one line or one JSON object per job as each ends."""
    seconds = seconds_to_wait(app, timeout)
    with Session(app, sandbox=in_sandbox(app, flag=sandbox), listener=JobProgress(app)) as session:
        jobs = jobs_to_collect(session, ids)
        if not jobs:
            app.err("nothing to collect")
        collector = Collector(
            session=session, named=bool(ids), timeout=seconds, output=output, progress=lambda: JobProgress(app)
        )
        failed: list[Flux2Error] = []
        for done in collector.collect(jobs):
            if done.error is not None:
                failed.append(done.error)
                show_job_error(app, done.job, done.error)
            elif done.result is not None:
                show_result(app, done.result)
            else:
                app.err(f"{done.job.job_id} is being worked on by another process")
        if not ids:
            _name_unknown(app, session)
    if failed:
        raise PartialError(f"{len(failed)} of {len(jobs)} jobs could not be collected.", hint="`flux2 jobs list`")


def _name_unknown(app: App, session: Session) -> None:
    """Name what may have been accepted, newest first, and look for the newest in the provider's history."""
    for number, job in enumerate(session.ledger.jobs(states=("unknown",))):
        app.err(f"unknown: {job.job_id} may have been accepted; see `flux2 jobs show {job.job_id}`")
        if number < _LOOKED_FOR:
            show_candidates(app, job, find_candidates(session, job))
