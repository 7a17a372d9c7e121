"""`flux2 sandbox reset`: removes the sandbox's jobs and clears its ledger."""

import typer

from flux2cli.app import App
from flux2cli.options.ledger_flags import JsonFlag
from flux2cli.runs.clear_sandbox import clear_sandbox


def reset(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Remove all jobs of the sandbox, with its ledger. The real ledger and all images stay."""
    app: App = context.obj
    removed = clear_sandbox(app)
    if json:
        app.out_json({"ok": True, "schema": "flux2cli/sandbox-reset/1", "ledger": removed.ledger,
                      "emulator": removed.emulator})  # fmt: skip
        return
    jobs = f"{removed.ledger} job{'' if removed.ledger == 1 else 's'}"
    app.out(f"{jobs} removed from the sandbox's ledger, {removed.emulator} from its emulator")
