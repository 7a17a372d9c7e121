"""Prints errors, as text and as JSON."""

from flux2cli.app import App
from flux2cli.errors import Flux2Error
from flux2cli.redact import redact_text


def show_error(app: App, error: Flux2Error) -> None:
    """Print the error and its hint on stderr."""
    app.terminal.styled("error", error.message)
    if error.hint:
        app.terminal.styled("hint", error.hint)


def error_document(error: Flux2Error) -> dict[str, object]:
    """The error as `--json` prints it; it has `problems` only if there are any."""
    problems = {"problems": [redact_text(str(problem)) for problem in error.problems]} if error.problems else {}
    return {
        "ok": False,
        "schema": "flux2cli/error/1",
        "error": {
            "code": error.code,
            "exit_code": error.exit_code,
            "message": error.message,
            "hint": error.hint,
            "job_id": error.job_id,
            "request_id": error.request_id,
            "retry": error.retry,
            **problems,
        },
    }
