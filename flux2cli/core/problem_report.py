"""What `flux2 doctor --report` writes down: the findings, the settings, the last failed jobs. Values only."""

from dataclasses import dataclass

from flux2cli.core.health import Check
from flux2cli.core.job.failed_job import FailedJob
from flux2cli.core.settings import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReport:
    """A report for people who look for the cause of a problem; `made_at` is ISO 8601, `system` names this machine's.

    `jobs` are the last failed ones, newest first; None where the ledger cannot be read.
    """

    made_at: str
    system: str
    checks: tuple[Check, ...]
    settings: tuple[Resolved, ...]
    jobs: tuple[FailedJob, ...] | None
