"""Clears the sandbox: the jobs of its ledger and those of its emulator. The real ledger and all images stay."""

from dataclasses import dataclass

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.runs.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """How many jobs were in the sandbox's ledger, and how many in its emulator, which serves other clients, too."""

    ledger: int
    emulator: int


def clear_sandbox(app: App) -> Cleared:
    """Remove every job of the sandbox, whatever its state; UsageError while another process works on one."""
    from flux2cli.sandbox.job_store import clear

    ledger = Session(app, sandbox=True).ledger
    removed = ledger.clear() if ledger.exists() else 0
    if removed is None:
        raise UsageError("A run in the sandbox is not over yet.", hint="wait for it, or end it, then reset again")
    return Cleared(ledger=removed, emulator=clear(app.state(sandbox=True)))
