"""What a check finds: rows and images that are not as they were declared."""

from dataclasses import dataclass

from flux2cli.core.batch.plan.verdict import PlanState, Verdict
from flux2cli.core.batch.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A row that a run would do something about; or an image without a row, which `file` names then."""

    state: PlanState
    file: str
    line: int | None = None
    row: int | None = None
    id: str | None = None
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Row, verdict: Verdict) -> "Drift":
        """The drift of a row."""
        return cls(
            state=verdict.state, file=row.file, line=row.line, row=row.number, id=row.id, reasons=verdict.reasons
        )
