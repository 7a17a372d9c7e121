"""Writes an unexpected error to a log file, without keys and without secrets in URLs."""

import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flux2cli import __version__
from flux2cli.redact import redact_text

_SECRET_ENDS = ("KEY", "SECRET", "TOKEN", "PASSWORD", "KEY_ID")
"""Ends of the names of variables whose values never stand in a log."""


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text with `***` for the secrets in URLs and for the values of variables that hold secrets."""
    text = redact_text(text)
    for name, value in environ.items():
        if value and name.endswith(_SECRET_ENDS):
            text = text.replace(value, "***")
    return text


def write_log(folder: Path, error: BaseException, *, environ: Mapping[str, str], now: datetime) -> str:
    """Append the error's traceback to a file in the folder; returns a clause that names the file or says why not."""
    text = without_secrets("".join(traceback.format_exception(error)), environ)
    file = folder / f"{now:%Y%m%dT%H%M%S}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("a", encoding="utf-8", errors="replace") as log:
            log.write(f"flux2 {__version__}\n{text}")
    except OSError as failed:
        return f"the log could not be written ({failed.strerror})"
    return f"details are in {file}"
