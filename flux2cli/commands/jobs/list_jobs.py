"""`flux2 jobs list`: submitted jobs and their states."""

from typing import Annotated, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.core.job.job import UNSETTLED, State
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.route import check_provider
from flux2cli.errors import UsageError
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox, moment_of
from flux2cli.output.job_list import job_document, job_line
from flux2cli.runs.session import Session

_RECENT = 20


def list_jobs(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only jobs in this state.")] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Only this provider's.")] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="TEXT", help="Only jobs of this label.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only jobs from this day (UTC) on.")
    ] = None,
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """List unsettled jobs and the last 20; with a filter, all that fit; with --json, all."""
    app: App = context.obj
    if state is not None and state not in get_args(State):
        raise UsageError(f"There is no state `{state}`.", hint=suggest(state, get_args(State)))
    ledger = Session(app, sandbox=in_sandbox(app, flag=sandbox)).ledger
    ledger.recover()
    if provider is not None:
        check_provider(provider)
    states = None if state is None else (cast("State", state),)
    jobs = ledger.jobs(states=states, provider=provider, label=label, since=moment_of(since, "--since"))
    is_filtered = any(word is not None for word in (state, provider, label, since))
    if json:
        app.out_json([job_document(app, job) for job in jobs])
        return
    shown = [job for n, job in enumerate(jobs) if is_filtered or n < _RECENT or job.state in UNSETTLED]
    for job in reversed(shown):
        app.out(job_line(app, job))
    if not jobs:
        app.err(f"no jobs are {state}" if state else "no jobs fit" if is_filtered else "no jobs yet")
