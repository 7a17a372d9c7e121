"""The page that GITHUB_STEP_SUMMARY names: writes to it, and words what is not a run: problems, an error, a plan."""

from collections.abc import Sequence
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.batch.row import Row, RowProblem
from flux2cli.core.money.cost_sum import CostSum
from flux2cli.core.request.prepare import PreparedRequest
from flux2cli.errors import Flux2Error

PAGE = "GITHUB_STEP_SUMMARY"
_LONGEST = 300
"""Characters of a problem or an error that are shown."""


def append(app: App, text: str, *, title: str = "flux2") -> None:
    """Append Markdown under a heading to the page. If there is none, or that fails, say so on stderr."""
    name = app.environ.get(PAGE)
    if not name:
        app.err(f"note: there is no page for --summary, since {PAGE} is not set")
        return
    try:
        with Path(name).open("a", encoding="utf-8") as page:
            page.write(f"### {title}\n\n{text}\n")
    except OSError as error:
        app.terminal.styled("warning", f"the summary page `{name}` cannot be written: {error.strerror}")


def markdown_table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int = 0) -> str:
    """A Markdown table; the last `numbers` columns are aligned right. The cells are Markdown already."""
    rule = ["---"] * (len(heading) - numbers) + ["---:"] * numbers
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heading, rule, *rows))


def cell(text: str, longest: int = 80) -> str:
    """Text escaped for a cell of a Markdown table, and cut."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    plain = " ".join(short.split())
    for character in "\\|`*_<>[]":
        plain = plain.replace(character, f"&#{ord(character)};")
    return plain


def write_problems(app: App, problems: Sequence[RowProblem], more: int) -> None:
    """Write the problems of rows that are not valid, each with its place."""
    rows = []
    for problem in problems:
        what = f"{problem.column}: {problem.what}" if problem.column else problem.what
        hint = f" ({problem.hint})" if problem.hint else ""
        place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        rows.append((cell(place), cell(f"{what}{hint}", _LONGEST)))
    rest = f"\nand {more} more\n" if more else ""
    append(app, f"The rows are not valid; nothing was sent.\n\n{markdown_table(('place', 'problem'), rows)}{rest}")


def write_error(app: App, error: Flux2Error) -> None:
    """Write the error of a run that sent nothing."""
    hint = f"\n\nhint: {cell(error.hint, _LONGEST)}" if error.hint else ""
    append(app, f"{cell(error.message, _LONGEST)}{hint}\n")


class PlanPage:
    """The page of a dry run: how many rows would be sent and what they may cost, by variant and provider."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str], CostSum] = {}
        """By variant and provider."""

    def add(self, row: Row, plan: PreparedRequest) -> None:
        """Add a row that would be sent."""
        route = row.request.route
        cost = self.sums.setdefault((route.command, route.provider), CostSum())
        cost.add(plan.estimate.low, plan.estimate.high)

    def write(self, app: App, sentence: str, total: CostSum) -> None:
        """Write the plan's sentence and its sums."""
        rows = [(variant, provider, *_cells(cost)) for (variant, provider), cost in self.sums.items()]
        sums = markdown_table(("variant", "provider", "rows", "cost"), [*rows, ("all", "", *_cells(total))], numbers=2)
        append(app, f"{sentence}\n" + (f"\n{sums}" if rows else ""), title="flux2: a dry run, nothing was sent")


def _cells(cost: CostSum) -> tuple[str, str]:
    unknown = f", {cost.unpriced} unpriced" if cost.is_known and cost.unpriced else ""
    return str(cost.count), f"{cost.text()}{unknown}"
