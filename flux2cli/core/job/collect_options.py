"""The options of commands about jobs that were submitted before."""

from dataclasses import dataclass

from flux2cli.core.option_fields import switch, text
from flux2cli.core.run_options import read_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """The options of commands that collect jobs. `timeout` is in seconds, None for no limit."""

    timeout: float | None = text(
        "--timeout", metavar="SECONDS", group="Options", setting="timeout", read=read_seconds, default=600.0,
        help="How long to wait; 0 is for ever. [default 600]",
    )  # fmt: skip
    output: str | None = text(
        "-o", "--output", metavar="DIR/|TEMPLATE|FILE", help="Somewhere else than first asked.", group="Options"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOptions:
    """The ledger that a command uses: that of real runs or that of sandbox runs."""

    sandbox: bool = switch(
        "--sandbox", help="The sandbox's jobs instead of the real ones.", group="Options", setting="sandbox"
    )
