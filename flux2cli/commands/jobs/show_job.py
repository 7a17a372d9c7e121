"""`flux2 jobs show`: all that the ledger has of one job."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.options.ledger_flags import JsonFlag, SandboxFlag, in_sandbox
from flux2cli.output.job_card import show_card
from flux2cli.output.job_list import full_document, show_candidates
from flux2cli.output.job_progress import JobProgress
from flux2cli.runs.lost_jobs import find_candidates
from flux2cli.runs.session import Session


def show(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="Its id, or its first letters, four at least.")],
    *,
    sandbox: SandboxFlag = False,
    json: JsonFlag = False,
) -> None:
    """Show everything that is on record about one job."""
    app: App = context.obj
    with Session(app, sandbox=in_sandbox(app, flag=sandbox), listener=JobProgress(app)) as session:
        session.ledger.recover()
        found = session.ledger.get(job)
        candidates = find_candidates(session, found)
    if json:
        app.out_json(full_document(app, found, candidates, sandbox=session.sandbox))
        return
    show_card(app, found, sandbox=session.sandbox)
    show_candidates(app, found, candidates)
