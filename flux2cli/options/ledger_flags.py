"""Flags that several commands about jobs share."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.job.collect_options import LedgerOptions
from flux2cli.core.option_fields import option_of
from flux2cli.errors import UsageError
from flux2cli.options.run_flags import read_options

_SANDBOX = option_of(LedgerOptions, "sandbox")

SandboxFlag = Annotated[bool, typer.Option(*_SANDBOX.flags, help=_SANDBOX.help)]
JsonFlag = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def in_sandbox(app: App, *, flag: bool) -> bool:
    """Whether a command uses the sandbox's ledger: by its flag, else by the setting."""
    return read_options(LedgerOptions, {"sandbox": flag}, app.config).sandbox


def moment_of(text: str | None, flag: str) -> str | None:
    """Parses a date or time (UTC unless it names a zone) into the ledger's form; UsageError for anything else."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"`{flag} {text}` is not a date.", hint=f"for example {flag} 2026-11-01") from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
