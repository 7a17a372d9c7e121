"""Prints a batch while it runs and at its end: progress on stderr, a path or a document per row on stdout."""

from flux2cli.app import App
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.summary import in_rows
from flux2cli.errors import Flux2Error, PartialError
from flux2cli.events import Event
from flux2cli.output.batch_progress import BatchProgress
from flux2cli.output.failed_rows import FailedRows
from flux2cli.output.failure import error_document, show_error
from flux2cli.output.github import StepSummary
from flux2cli.output.job_result import result_document, show_result, summary_document
from flux2cli.output.shown_path import shown_path

_CLOSED_STDOUT = 141


class BatchDisplay:
    """Shows the events of a batch. `summary` has the counts, to which the caller adds each row first."""

    def __init__(self, app: App, found: Preflight, *, summary_page: bool) -> None:
        self.summary = found.summary()
        self.failed = FailedRows()
        self._app = app
        self._page = StepSummary(app) if summary_page else None
        self._progress = BatchProgress(app, self.summary)

    def show(self, event: Event) -> None:
        """Print an event: the end of a row on stdout, everything else as progress."""
        if isinstance(event, RowFinished):
            if self._page is not None:
                self._page.add(event)
            self.failed.add(event)
            show_row(self._app, event)
        self._progress.show(event)

    def tick(self) -> None:
        """Redraw the progress."""
        self._progress.tick()

    def finish(self) -> None:
        """Erase the progress, and write the summary page."""
        self._progress.finish()
        if self._page is not None:
            self._page.write(self.summary)


def show_row(app: App, ended: RowFinished) -> None:
    """Print the end of one row on stdout, unless it was done before.

    When both streams are the same terminal, the line on stderr about the saved image has its path already.
    """
    if ended.result is not None:
        is_named = app.stdout_is_terminal and app.stderr_is_terminal and not app.quiet and ended.result.images
        if app.json:
            app.out_json({**result_document(app, ended.result), **row_fields(ended.row)})
        elif not is_named:
            show_result(app, ended.result)
    elif ended.status in ("restored", "moved", "adopted", "kept"):
        _show_image(app, ended)
    elif ended.error is not None and app.json:
        app.out_json({**error_document(ended.error), **row_fields(ended.row)})


def _show_image(app: App, ended: RowFinished) -> None:
    """Print what became of a row's images, for which nothing was sent."""
    if app.json:
        shown = [shown_path(app, path) for path in ended.paths]
        images = [{"path": path, "sidecar": f"{path}.json"} for path in shown]
        document = {"ok": True, "schema": "flux2cli/result/1", "status": ended.status, "images": images}
        app.out_json({**document, "reasons": list(ended.reasons), **row_fields(ended.row)})
        return
    for path in ended.paths:
        app.out_line(shown_path(app, path))
    about = ", ".join(shown_path(app, path) for path in ended.paths) or ended.row.name
    app.err(f"{ended.status} {about}: {'; '.join(ended.reasons)}" if ended.reasons else f"{ended.status} {about}")


def row_fields(row: Row) -> dict[str, object]:
    """The fields that identify a row in a document."""
    return {"row": row.number, "id": row.id}


def show_batch_end(
    app: App, display: BatchDisplay, *, limit: int | None, stopped: Flux2Error | None, error: Flux2Error | None
) -> int:
    """Print the errors again, the summary and what `--limit` left, and the batch's error; returns the exit code.

    `stopped` is the error that ended the batch early: as JSON it has a document of its own.
    """
    summary = display.summary
    if app.json and (error is None or error.exit_code != _CLOSED_STDOUT):
        if stopped is not None:
            app.out_json(error_document(stopped))
        app.out_json(summary_document(summary))
    display.failed.show(app, summary)
    if summary.ended > summary.skipped and not isinstance(error, PartialError):  # which says the same
        app.err(summary.sentence())
    if limit is not None and summary.held_back and stopped is None:
        app.err(_stopped_at(limit, summary.held_back))
    if error is None:
        return 0
    show_error(app, error)
    return error.exit_code


def _stopped_at(limit: int, left: int) -> str:
    """What `--limit` left for later: `stopped at --limit 120; the same command takes the next 120 of 379`."""
    if limit == 0:
        return f"stopped at --limit 0; {in_rows(left)} left for later"
    following = f"{limit} of {left}" if left > limit else left
    return f"stopped at --limit {limit}; the same command takes the next {following}"
