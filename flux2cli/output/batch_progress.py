"""Progress of a batch on stderr: a line per finished row, and on a terminal a live view of the running jobs.

It counts nothing: the caller adds each row to the BatchSummary first.
"""

from dataclasses import dataclass, field

from flux2cli.app import App
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStarted
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.events import Event, Noted, Queued, Retrying, Running, Saved, Submitted, Warned
from flux2cli.output.job_progress import JobProgress

_STALE = 0.2
"""Seconds after which an event redraws the view: many events may leave no pause for `tick`."""
_SHOWN_WARNINGS = 3
"""Rows for which the same warning is printed; further ones are only counted."""
_COUNTED_WARNINGS = 1000
"""Different warnings that are counted; further ones are always printed, so that memory stays bounded."""
_PROMPT = 200
"""Characters of a prompt that are kept; no terminal line shows more."""


@dataclass(slots=True, kw_only=True)
class _Job:
    """A running row. Times are the App's clock; `retry` is the time of the next attempt."""

    row: int
    place: str
    name: str
    text: str
    began: float
    state: str = "sending"
    running_since: float | None = None
    retry: float = 0.0
    warned: set[str] = field(default_factory=set)


class BatchProgress:
    """Shows the events of a batch: `show` each of them, `tick` a few times a second, `finish` at the end."""

    def __init__(self, app: App, summary: BatchSummary) -> None:
        self._app = app
        self._summary = summary
        self._job_progress = JobProgress(app)
        self._began = app.clock()
        self._drawn = float("-inf")
        self._jobs: dict[str, _Job] = {}
        self._ids: dict[int, str] = {}
        self._warnings: dict[str, int] = {}
        self._hinted: set[str] = set()

    def show(self, event: Event) -> None:
        """Print an event. Under `-q` only failures are printed, retries and submits only under `-v`."""
        self._follow(event)
        self._print(event)
        if self._app.clock() - self._drawn >= _STALE:
            self.tick()
        else:
            self._app.terminal.redraw_view()

    def tick(self) -> None:
        """Redraw the view, if stderr is a terminal."""
        terminal = self._app.terminal
        if not terminal.can_redraw:
            return
        from flux2cli.edges.terminal.view import JobLine, View

        now = self._app.clock()
        jobs = [
            JobLine(name=job.name, state=_state(job, now), age=span(now - job.began), text=job.text)
            for job in self._jobs.values()
        ]
        summary = self._summary
        terminal.view(
            View(jobs=jobs, done=summary.ended, total=summary.planned, facts=_facts(summary, now - self._began))
        )
        self._drawn = now

    def finish(self) -> None:
        """Erase the view, and print how many more rows had the printed warnings."""
        self._app.terminal.end_view()
        for text, count in self._warnings.items():
            if count > _SHOWN_WARNINGS:
                more = count - _SHOWN_WARNINGS
                self._app.terminal.styled("warning", f"and {more} more {'row' if more == 1 else 'rows'}: {text}")
        self._warnings.clear()
        self._jobs.clear()
        self._ids.clear()

    def _follow(self, event: Event) -> None:
        """Update the state of running jobs, and forget those that ended."""
        if isinstance(event, RowStarted):
            self._forget(event.row)
            self._jobs[event.job_id] = _job(event.row, self._app.clock())
            self._ids[event.row.number] = event.job_id
        elif isinstance(event, RowFinished):
            self._forget(event.row)
        elif job := self._job_of(event):
            _advance(job, event, self._app.clock())

    def _job_of(self, event: Event) -> _Job | None:
        return None if event.job_id is None else self._jobs.get(event.job_id)

    def _forget(self, row: Row) -> None:
        """Forget the row's job. By row, since an error that ends a row may not name its job."""
        job_id = self._ids.pop(row.number, None)
        if job_id is not None:
            del self._jobs[job_id]

    def _print(self, event: Event) -> None:
        """Print the lines of an event."""
        job = self._job_of(event)
        place = f"{job.place}: " if job else ""
        terminal, verbose = self._app.terminal, self._app.verbose
        match event:
            case RowFinished():
                self._print_end(event)
            case _ if self._app.quiet:
                pass
            case Saved():
                self._job_progress.show(event)
            case Noted():
                terminal.line(f"note: {place}{event.text}")
            case Warned():
                self._warn(event.text, job)
            case Retrying() if verbose:
                terminal.line(f"{place}{event.what} again in {event.wait:.1f} s: {event.reason}")
            case Submitted() if verbose:
                terminal.line(f"{place}submitted {event.job_id} (request {event.request_id})")

    def _print_end(self, ended: RowFinished) -> None:
        """Print the error of a row; its hint only with the first error of its kind."""
        error, place, terminal = ended.error, _place(ended.row), self._app.terminal
        if error is None:
            if ended.status == "skipped" and self._app.verbose and not self._app.quiet:
                terminal.line(f"skipped {place}")
            return
        if ended.status == "unknown":
            job_id = ended.job_id or error.job_id
            terminal.styled("unknown", f"{place}: {f'job {job_id}: ' if job_id else ''}{error.message}")
        else:
            terminal.styled("error", f"{place}: {error.message}")
        if error.hint and error.code not in self._hinted:
            self._hinted.add(error.code)
            terminal.styled("hint", error.hint)

    def _warn(self, text: str, job: _Job | None) -> None:
        """Print a warning for the first few rows that have it, once per row."""
        if job is None:
            self._app.terminal.styled("warning", text)
            return
        if text in job.warned:
            return
        job.warned.add(text)
        if text in self._warnings or len(self._warnings) < _COUNTED_WARNINGS:
            self._warnings[text] = self._warnings.get(text, 0) + 1
        if self._warnings.get(text, 0) <= _SHOWN_WARNINGS:
            self._app.terminal.styled("warning", f"{job.place}: {text}")


def _job(row: Row, now: float) -> _Job:
    prompt = row.request.values.get("prompt")
    text = str(prompt) if prompt else row.request.references[0].name if row.request.references else ""
    return _Job(
        row=row.number, place=_place(row), name=row.id or str(row.number), text=text.lstrip()[:_PROMPT], began=now
    )


def _place(row: Row) -> str:
    return f"{row.file}:{row.line}"


def _advance(job: _Job, event: Event, now: float) -> None:
    """Update a job's state by one of its events."""
    match event:
        case Submitted():
            job.state = "queued"
        case Queued():
            job.state = "queued" if event.position is None else f"queued, {event.position} ahead"
            job.running_since = None
        case Running():
            job.state = "running"
            job.running_since = now if job.running_since is None else job.running_since
        case Saved():
            job.state = "saving"
        case Retrying():  # a failed poll is repeated without a wait, and changes no state
            job.retry = now + event.wait
            job.state = {"submit": "sending", "download": "saving"}.get(event.what, job.state)


def _state(job: _Job, now: float) -> str:
    if job.retry > now:
        return f"retrying in {span(job.retry - now + 0.999)}"
    if job.state == "running" and job.running_since is not None:
        return f"running {span(now - job.running_since)}"
    return job.state


def _facts(summary: BatchSummary, elapsed: float) -> list[str]:
    """The facts beside the progress bar, the most important first."""
    rate, left = summary.rate(elapsed), summary.left(elapsed)
    facts = [f"{summary.ended}/{summary.planned}"]
    facts += [f"{count} {word}" for count, word in ((summary.failed, "failed"), (summary.unknown, "unknown")) if count]
    facts += [summary.price()] if summary.saved else []
    facts += [f"{span(left)} left"] if left else []
    if rate is not None:
        facts.append(f"{rate:.1f}/s" if rate >= 0.1 else f"{rate * 60:.1f}/min")
    return facts


def span(seconds: float) -> str:
    """A duration for people: `4 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"{int(max(0.0, seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
