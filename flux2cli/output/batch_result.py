"""Prints a batch while it runs and at its end: progress on stderr, a path or a document per row on stdout."""

from flux2cli.app import App
from flux2cli.core.batch.preflight import Preflight
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.errors import Flux2Error, PartialError
from flux2cli.events import Event
from flux2cli.output.batch_progress import BatchProgress
from flux2cli.output.failure import error_document, show_error
from flux2cli.output.github import StepSummary
from flux2cli.output.job_result import result_document, show_result, summary_document

_CLOSED_STDOUT = 141


class BatchDisplay:
    """Shows the events of a batch. `summary` has the counts, to which the caller adds each row first."""

    def __init__(self, app: App, found: Preflight, *, summary_page: bool) -> None:
        self.summary = found.summary()
        self._app = app
        self._page = StepSummary(app) if summary_page else None
        self._progress = BatchProgress(app, self.summary)

    def show(self, event: Event) -> None:
        """Print an event: the end of a row on stdout, everything else as progress."""
        if isinstance(event, RowFinished):
            if self._page is not None:
                self._page.add(event)
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
    elif ended.error is not None and app.json:
        app.out_json({**error_document(ended.error), **row_fields(ended.row)})


def row_fields(row: Row) -> dict[str, object]:
    """The fields that identify a row in a document."""
    return {"row": row.number, "id": row.id}


def show_batch_end(app: App, summary: BatchSummary, *, stopped: Flux2Error | None, error: Flux2Error | None) -> int:
    """Print the summary as the last line, and the batch's error; returns the exit code.

    `stopped` is the error that ended the batch early: as JSON it has a document of its own.
    """
    if app.json and (error is None or error.exit_code != _CLOSED_STDOUT):
        if stopped is not None:
            app.out_json(error_document(stopped))
        app.out_json(summary_document(summary))
    if summary.ended > summary.skipped and not isinstance(error, PartialError):  # which says the same
        app.err(summary.sentence())
    if error is None:
        return 0
    show_error(app, error)
    return error.exit_code
