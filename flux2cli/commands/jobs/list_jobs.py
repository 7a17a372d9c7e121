"""`flux2 jobs list`: submitted jobs and their states."""

from typing import Annotated, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.core.job.job import State
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.route import check_provider
from flux2cli.edges.ledger.job_lists import JobFilter
from flux2cli.errors import UsageError
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox, moment_of
from flux2cli.output.job_list import job_document, out_array
from flux2cli.output.job_table import show_jobs
from flux2cli.runs.listed_jobs import Overview, filtered, newest, overview
from flux2cli.runs.session import Session


def list_jobs(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only jobs in this state.")] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Only this provider's.")] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="TEXT", help="Only jobs of this label.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only jobs from this day (UTC) on.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the newest N.")] = None,
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """List unsettled jobs and the last 20; with a filter, all that fit; with --json, all."""
    app: App = context.obj
    if state is not None and state not in get_args(State):
        raise UsageError(f"There is no state `{state}`.", hint=suggest(state, get_args(State)))
    if provider is not None:
        check_provider(provider)
    ledger = Session(app, sandbox=in_sandbox(app, flag=sandbox)).ledger
    ledger.recover()
    states = None if state is None else (cast("State", state),)
    wanted = JobFilter(states=states, provider=provider, label=label, since=moment_of(since, "--since"))
    if json:
        out_array(app, (job_document(app, job) for job in newest(ledger, wanted, limit=limit)))
    elif wanted != JobFilter() or limit is not None:
        if not show_jobs(app, filtered(ledger, wanted, limit=limit)):
            app.err(f"no jobs are {state}" if state else "no jobs fit")
    else:
        _show_overview(app, overview(ledger))


def _show_overview(app: App, found: Overview) -> None:
    if not show_jobs(app, found.jobs):
        app.err("no jobs yet")
    if found.unsettled_left:
        app.err(f"{found.unsettled_left} older jobs are unsettled as well: `flux2 jobs list --state submitted`")
