"""Reports a batch to GitHub Actions: annotations at the lines of errors, and a summary page with a table."""

from collections.abc import Sequence

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.batch.row import RowProblem
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.output.shown_path import shown_path
from flux2cli.output.summary_page import PAGE, append, cell, write_problems

_MOST_ROWS = 500
"""Rows on the page, whose size GitHub limits to a mebibyte."""


def show_problems(app: App, problems: Sequence[RowProblem], more: int, *, summary: bool) -> None:
    """Print each problem on stderr, and the number of further ones; on GitHub also as annotations at their lines.

    With `summary` also on the page of the run.
    """
    on_github = annotates(app, summary=summary)
    for problem in problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        app.terminal.line(f"{problem}{hint}")
        if on_github:
            annotate(app, problem)
    if more:
        app.terminal.line(f"and {more} more")
    if summary:
        write_problems(app, problems, more)


def annotates(app: App, *, summary: bool) -> bool:
    """Whether problems are shown at their lines: on GitHub, and where there is a page for a summary."""
    return app.environ.get("GITHUB_ACTIONS") == "true" or (summary and bool(app.environ.get(PAGE)))


def annotate(app: App, problem: RowProblem) -> None:
    """Print the command that shows a problem at its line."""
    app.terminal.command(_annotation(problem))


def _annotation(problem: RowProblem) -> str:
    """A workflow command by GitHub's documentation of `::error`; line ends in values are escaped."""
    line = f",line={problem.line}" if problem.line is not None else ""
    what = f"{problem.column}: {problem.what}" if problem.column else problem.what
    return f"::error file={_escaped(problem.file, ':,')}{line}::{_escaped(what)}"


def _escaped(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


class StepSummary:
    """The summary page of a run: a table of counts and cost, and one of the rows that this run worked on."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._rows: list[str] = []
        self._more = 0

    def add(self, ended: RowFinished) -> None:
        """Add a row."""
        if len(self._rows) >= _MOST_ROWS:
            self._more += 1
            return
        cells = [cell(ended.row.name), ended.status, "", ""]
        if ended.result is not None:
            paths = [shown_path(self._app, image.path) for image in ended.result.images if image.path]
            cost = ended.result.cost if ended.result.images else None
            amount = money(cost.low) if cost else None
            cells[2:] = ["<br>".join(map(cell, paths)), "unknown" if amount is None else f"${amount}"]
        elif ended.error is not None:
            cells[2] = cell(ended.error.message)
        self._rows.append(f"| {' | '.join(cells)} |\n")

    def write(self, summary: BatchSummary) -> None:
        """Append to the page that GITHUB_STEP_SUMMARY names. If that fails, warn."""
        append(self._app, self._text(summary))

    def _text(self, summary: BatchSummary) -> str:
        counts = {
            "rows": summary.total, "saved": summary.saved, "skipped": summary.skipped, "failed": summary.failed,
            "unknown": summary.unknown, "submitted": summary.submitted, "not sent": summary.not_sent,
        }  # fmt: skip
        head = f"| {' | '.join([*counts, 'cost'])} |\n|{' ---: |' * (len(counts) + 1)}\n"
        line = f"| {' | '.join([*map(str, counts.values()), summary.money() if summary.saved else '–'])} |\n"
        rows = ["\n| row | end | files | cost |\n| --- | --- | --- | ---: |\n", *self._rows] if self._rows else []
        more = [f"\nand {self._more} more {'row' if self._more == 1 else 'rows'}\n"] if self._more else []
        return "".join([head, line, *rows, *more])
