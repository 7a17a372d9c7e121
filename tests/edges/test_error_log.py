"""The log of unexpected errors."""

import stat
from datetime import UTC, datetime
from pathlib import Path

from flux2cli import __version__
from flux2cli.edges.error_log import write_log

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_log_has_the_traceback_without_keys_and_secrets_in_urls(tmp_path: Path) -> None:
    error = ValueError("s3cret at https://h/a?token=hush")
    environ = {"FAL_KEY": "s3cret", "EMPTY_KEY": "", "HOME": "ValueError"}

    clause = write_log(tmp_path / "log", error, environ=environ, now=NOON)

    file = tmp_path / "log" / "20261125T120000.txt"
    assert clause == f"details are in {file}"
    assert file.read_text() == f"flux2 {__version__}\nValueError: *** at https://h/a?token=***\n"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_two_errors_of_one_second_are_both_there(tmp_path: Path) -> None:
    for what in ("one", "two"):
        write_log(tmp_path, ValueError(what), environ={}, now=NOON)

    assert (tmp_path / "20261125T120000.txt").read_text().count("ValueError: ") == 2


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file")

    assert write_log(tmp_path / "log", ValueError(), environ={}, now=NOON) == (
        "the log could not be written (File exists)"
    )
