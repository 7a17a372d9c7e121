"""Prints jobs a line each: as a table that fits a terminal, elsewhere tab-separated, uncut and without a heading."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.core.job.job import UNSETTLED, Job
from flux2cli.core.money.budget import BILLED, HOLDING
from flux2cli.output.text_layout import cells_of, fitted, fitted_end, width_of

_MEASURED = 200
"""Jobs whose cells decide the widths of columns: a list may be too long to read before its first line."""
_LEAST_TEXT = 14
"""Cells for the text at the end, at least; other columns are left out before it gets fewer."""
_TWO_TEXTS = 50
"""Cells from which on prompt and images have a column each."""
_WIDEST = 16
"""Cells of any other column, at most."""


class _Line(NamedTuple):
    """The cells of a job, or the heading."""

    job: str
    state: str
    began: str
    model: str
    cost: str
    row: str
    prompt: str
    images: str
    reason: str = ""


_HEADING = _Line("JOB", "STATE", "BEGAN (UTC)", "MODEL", "COST", "ROW", "PROMPT", "IMAGES OR REASON")
_LEFT_OUT = ("began", "row")
"""The columns that a narrow terminal lacks, the first to go first."""


def show_jobs(app: App, jobs: Iterable[Job]) -> bool:
    """Print the jobs as they come; returns whether there were any."""
    lines = _table(app, iter(jobs)) if app.stdout_is_terminal else ("\t".join(_fields(app, job)) for job in jobs)
    found = False
    for line in lines:
        found = True
        app.out(line)
    return found


def _fields(app: App, job: Job) -> tuple[str, ...]:
    """Job id, state, time, provider, variant, dollars, row, prompt, images, reason."""
    from flux2cli.edges.terminal import clean

    line = (job.job_id, job.state, job.created_at, job.provider, _variant(job), _dollars(job), job.row_id or "")
    return tuple(clean(text) for text in (*line, job.prompt or "", " ".join(_images(app, job)), _reason(job)))


def _table(app: App, jobs: Iterator[Job]) -> Iterator[str]:
    """The heading and a line for each job; nothing without jobs."""
    year = f"{app.now():%Y}"
    first = [_line(app, job, year) for job in islice(jobs, _MEASURED)]
    if not first:
        return
    widths, room = _columns([_HEADING, *first], width_of(app))
    for line in chain([_HEADING], first, (_line(app, job, year) for job in jobs)):
        start = "  ".join(fitted(getattr(line, name), width) for name, width in widths.items())
        yield f"{start}  {_text(line, room)}".rstrip()


def _line(app: App, job: Job, year: str) -> _Line:
    from flux2cli.edges.terminal import clean

    day, time = job.created_at[:10], job.created_at[11:16]
    return _Line(
        job=job.job_id,
        state=job.state,
        began=f"{day[5:]} {time}" if day.startswith(year) else day,
        model=clean(f"{job.provider} {_variant(job)}"),
        cost=_price(_dollars(job)),
        row=clean(job.row_id or ""),
        prompt=clean(job.prompt or ""),
        images=clean(" ".join(_images(app, job))),
        reason=clean(_reason(job)),
    )


def _columns(lines: Sequence[_Line], width: int) -> tuple[dict[str, int], int]:
    """The width of each column before the text, and the cells that are left for the text."""
    names = [name for name in _Line._fields[:6] if name != "row" or any(line.row for line in lines[1:])]
    widths = {name: min(_WIDEST, max(cells_of(getattr(line, name)) for line in lines)) for name in names}
    for name in _LEFT_OUT:
        if _room(widths, width) < _LEAST_TEXT:
            widths.pop(name, None)
    return widths, max(_room(widths, width), _LEAST_TEXT)


def _room(widths: dict[str, int], width: int) -> int:
    return width - sum(widths.values()) - 2 * len(widths)


def _text(line: _Line, room: int) -> str:
    """Prompt and images or reason; in little room the reason of a failure, else the prompt, else the images."""
    if room < _TWO_TEXTS:
        text = line.prompt if line.state in UNSETTLED else line.reason or line.prompt
        return fitted(text, room) if text else fitted_end(line.images, room)
    half = (room - 2) // 2
    rest = room - 2 - half
    return f"{fitted(line.prompt, half)}  {fitted(line.reason, rest) if line.reason else fitted_end(line.images, rest)}"


def _variant(job: Job) -> str:
    """The command that made it: outpainting is a mode of a variant, and a command of its own."""
    return "outpaint" if job.mode == "outpaint" else job.variant


def _dollars(job: Job) -> str:
    """What the job cost or may cost: `0.005`, `0.10..0.28`, `unknown`; empty when it costs nothing."""
    if job.state not in BILLED + HOLDING:
        return ""
    cost = job.cost if job.cost is not None and job.cost.low is not None else job.estimate
    if cost.low is None:
        return "unknown"
    return money(cost.low) if cost.high in (None, cost.low) else f"{money(cost.low)}..{money(cost.high)}"


def _price(dollars: str) -> str:
    return f"${dollars}" if dollars[:1].isdigit() else dollars


def _images(app: App, job: Job) -> Iterator[str]:
    """The paths of the saved images, relative to the current directory where that is shorter."""
    for file in job.files:
        if file.saved:
            yield min(os.path.relpath(file.path, app.cwd), file.path, key=len)


def _reason(job: Job) -> str:
    """Why the job failed; empty for one that did not."""
    return job.error.message if job.error is not None else ""
