"""Prints what a check of a batch found: a line per row that drifts, on GitHub an annotation, and a summary page."""

from flux2cli.app import App
from flux2cli.core.batch.plan.drift import Drift
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.batch.row import RowProblem
from flux2cli.core.batch.summary import in_rows
from flux2cli.output.github import annotate, annotates
from flux2cli.output.summary_page import append, cell, markdown_table

_MOST_LINES = 500
"""Rows on the summary page."""


def show_check(app: App, found: Preflight, *, summary_page: bool) -> None:
    """Print each drift on stdout, and how many there are on stderr."""
    for drift in found.drifts:
        _show(app, drift, on_github=annotates(app, summary=summary_page))
    sentence = check_sentence(found)
    app.err(sentence)
    if summary_page:
        rows = [(cell(_place(drift)), cell(drift.state), cell(_words(drift), 300)) for drift in found.drifts]
        table = markdown_table(("place", "state", "reason"), rows[:_MOST_LINES]) if rows else ""
        append(app, f"{sentence}\n\n{table}", title="flux2: a check")


def check_sentence(found: Preflight) -> str:
    """How many rows are as declared, and how many are not: `3 rows: 2 as declared, 1 changed`."""
    drifting = sum(drift.row is not None for drift in found.drifts)
    states: dict[str, int] = {}
    for drift in found.drifts:
        states[drift.state] = states.get(drift.state, 0) + 1
    counts = [(found.rows - drifting, "as declared"), *((count, state) for state, count in states.items())]
    return f"{in_rows(found.rows)}: " + ", ".join(f"{count} {word}" for count, word in counts if count)


def _show(app: App, drift: Drift, *, on_github: bool) -> None:
    if app.json:
        app.out_json(
            {
                "schema": "flux2cli/check/1",
                "row": drift.row,
                "id": drift.id,
                "file": drift.file,
                "line": drift.line,
                "state": drift.state,
                "reasons": list(drift.reasons),
            }
        )
    else:
        app.out_line(f"{_place(drift)}  {drift.state}  {_words(drift)}".rstrip())
    if on_github:
        annotate(app, RowProblem(file=drift.file, line=drift.line, what=f"{drift.state}: {_words(drift)}"))


def _place(drift: Drift) -> str:
    return drift.file if drift.line is None else f"{drift.file}:{drift.line}"


def _words(drift: Drift) -> str:
    name = [drift.id] if drift.id is not None else []
    return ": ".join([*name, "; ".join(drift.reasons)]) if drift.reasons else "".join(name)
