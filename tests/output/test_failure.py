"""An error as `--json` prints it."""

from flux2cli.errors import NotSavedError, UsageError
from flux2cli.output.failure import error_document


def test_the_document_has_all_that_a_script_acts_on() -> None:
    error = NotSavedError("The disk is full.", hint="make room", job_id="abcd2345", request_id="r-1")

    assert error_document(error) == {
        "ok": False,
        "schema": "flux2cli/error/1",
        "error": {
            "code": "not_saved",
            "exit_code": 8,
            "message": "The disk is full.",
            "hint": "make room",
            "job_id": "abcd2345",
            "request_id": "r-1",
            "retry": "unsafe",
        },
    }


def test_single_problems_are_listed_only_when_there_are_any() -> None:
    error = UsageError("2 rows are wrong.", problems=("p.txt:1: no", "p.txt:2: no"))

    assert error_document(error)["error"] == {
        "code": "usage",
        "exit_code": 2,
        "message": "2 rows are wrong.",
        "hint": None,
        "job_id": None,
        "request_id": None,
        "retry": "never",
        "problems": ["p.txt:1: no", "p.txt:2: no"],
    }
