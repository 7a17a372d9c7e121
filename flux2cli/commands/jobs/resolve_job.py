"""`flux2 jobs resolve`: record the outcome of a submit whose response was lost."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox
from flux2cli.output.job_progress import JobProgress
from flux2cli.runs.session import Session
from flux2cli.runs.settle_jobs import resolve_job


def resolve(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="Its id, or its first letters, four at least.")],
    request_id: Annotated[
        str | None, typer.Argument(metavar="[REQUEST_ID]", help="The provider's id, with `--as accepted`.")
    ] = None,
    verdict: Annotated[str, typer.Option("--as", metavar="accepted|not-sent", help="What became of the submit.")] = "",
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Say what became of a submit whose reply was lost: `--as accepted REQUEST_ID`, or `--as not-sent`."""
    app: App = context.obj
    with Session(app, sandbox=in_sandbox(app, flag=sandbox), listener=JobProgress(app)) as session:
        session.ledger.recover()
        found = session.ledger.get(job)
        after = resolve_job(session, found, verdict, request_id)
    if json:
        app.out_json({"ok": True, "schema": "flux2cli/resolve/1", "job_id": found.job_id, "state": after.state,
                      "request_id": after.request_id})  # fmt: skip
    elif after.state == "not-sent":
        app.out(f"{found.job_id}  recorded as not sent; the same command sends it now")
    else:
        app.out(f"{found.job_id}  recorded as accepted; `flux2 jobs fetch {found.job_id}` collects it")
