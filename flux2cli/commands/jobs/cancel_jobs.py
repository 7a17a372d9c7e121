"""`flux2 jobs cancel`: ask the provider to cancel jobs."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.errors import Flux2Error, InterruptedRunError, PartialError
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox
from flux2cli.output.job_progress import JobProgress
from flux2cli.runs.session import Session
from flux2cli.runs.settle_jobs import cancel_job


def cancel(
    context: typer.Context,
    job: Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids, or their first letters, four at least.")],
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Ask the provider to give jobs up. Work that has begun may be finished and billed all the same."""
    app: App = context.obj
    failed = 0
    with Session(app, sandbox=in_sandbox(app, flag=sandbox), listener=JobProgress(app)) as session:
        session.ledger.recover()
        chosen = [session.ledger.get(word) for word in job]
        for one in chosen:
            try:
                done = cancel_job(session, one)
            except InterruptedRunError:
                raise
            except Flux2Error as error:
                if len(chosen) == 1:
                    raise
                failed += 1
                app.terminal.styled("error", f"{one.job_id}: {error.message}")
                continue
            if json:
                app.out_json({"ok": True, "schema": "flux2cli/cancel/1", "job_id": one.job_id,
                              "outcome": done.outcome, "message": done.message})  # fmt: skip
            else:
                app.out_line(f"{one.job_id}  {done.message}")
    if failed:
        raise PartialError(f"{failed} of {len(chosen)} jobs could not be cancelled.", hint="`flux2 jobs list`")
