"""Repeats the errors of a batch at its end, where they are still to be seen: the first ones, and how many more."""

from flux2cli.app import App
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.summary import BatchSummary

_MOST = 10
"""Errors that are repeated."""
_IN_SIGHT = 10
"""The most rows that end in a run whose errors are not repeated: all its lines can still be seen."""


class FailedRows:
    """The errors of the rows that failed or are unknown; keeps the first ones only."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    def add(self, ended: RowFinished) -> None:
        """Keep the error of a row, if it has one."""
        if ended.error is None:
            return
        self._count += 1
        if len(self._lines) < _MOST:
            row = ended.row
            name = f" ({row.id})" if row.id else ""
            self._lines.append(f"  {row.file}:{row.line}{name}: {ended.error.message}")

    def show(self, app: App, summary: BatchSummary) -> None:
        """Print them on stderr, after a run whose errors may have scrolled away."""
        if not self._lines or summary.ended - summary.skipped <= _IN_SIGHT:
            return
        counts = ((summary.failed, "failed"), (summary.unknown, "unknown"))
        app.err(f"{', '.join(f'{count} {word}' for count, word in counts if count)}:")
        for line in self._lines:
            app.err(line)
        if self._count > len(self._lines):
            app.err(f"  and {self._count - len(self._lines)} more")
