"""Gathers the report of `flux2 doctor --report`, and writes it to a file that can be attached to an issue."""

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.health import Check
from flux2cli.core.job.failed_job import FAILED, FailedJob, failed_job
from flux2cli.core.problem_report import ProblemReport
from flux2cli.core.request.file_names import numbered
from flux2cli.errors import Flux2Error, UsageError
from flux2cli.providers import registry

_NAME = "flux2-report.txt"
_MOST_JOBS = 10
_MOST_FILES = 1000


def problem_report(app: App, checks: Sequence[Check]) -> ProblemReport:
    """The report with these checks. Settings and jobs are left out where they cannot be read: a check says why."""
    readable = not app.config.problems()
    return ProblemReport(
        made_at=f"{app.now():%Y-%m-%dT%H:%M:%SZ}",
        system=platform.platform(),
        checks=tuple(checks),
        settings=tuple(app.config.all()) if readable else (),
        jobs=_failed_jobs(app) if readable else None,
    )


def _failed_jobs(app: App) -> tuple[FailedJob, ...] | None:
    """The last failed jobs of the ledger that `flux2 jobs` uses; makes no ledger."""
    from flux2cli.edges.ledger.integrity import ledger_file

    sandbox = bool(app.config.get("sandbox").value)
    if not ledger_file(app.state(sandbox=sandbox)).exists():
        return ()
    try:
        return tuple(failed_job(job) for job in app.ledger(sandbox=sandbox).jobs(states=FAILED, limit=_MOST_JOBS))
    except Flux2Error:
        return None


def write_report(app: App, text: str) -> Path:
    """Write the report, without keys and the user's own folder, under a free name in the current folder."""
    content = _without_home(_without_keys(text, app), app)
    for number in range(1, _MOST_FILES):
        file = numbered(app.cwd / _NAME, number)
        try:
            with file.open("x", encoding="utf-8", errors="replace") as report:
                report.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(
                f"`{file}` cannot be written: {error.strerror}.", hint="run it in a folder that is yours"
            ) from None
        return file
    raise UsageError(f"There are {_MOST_FILES} reports here.", hint=f"remove {_NAME} and its siblings")


def _without_keys(text: str, app: App) -> str:
    """The text without any key that this machine has, whatever way it may have come there."""
    from flux2cli.edges.error_log import without_secrets

    for key in _keys(app):
        text = text.replace(key, "***")
    return without_secrets(text, {name: value for name, value in app.environ.items() if len(value) >= _SHORTEST})


_SHORTEST = 6
"""Characters of a value that can be a secret: `1` and `none` in a variable are no reason to blot a text."""


def _keys(app: App) -> Iterator[str]:
    for provider in registry.names():
        for find in (app.keys.in_environment, app.keys.stored):
            try:
                found = find(provider)
            except Flux2Error:  # a key that cannot be used is none that a report could hold
                continue
            if found is not None and found.value.reveal():
                yield found.value.reveal()


def _without_home(text: str, app: App) -> str:
    """The text with `~` for the user's own folder."""
    home = app.environ.get("HOME", "").rstrip("/")
    for folder in {home, os.path.realpath(home)} if home else ():
        first, *others = text.split(folder)
        text = first + "".join(f"{folder if _goes_on(other) else '~'}{other}" for other in others)
    return text


def _goes_on(text: str) -> bool:
    """Whether a name goes on here: `/home/me` is not the folder in `/home/meadow`."""
    return text[:1].isalnum() or text[:1] in ("_", "-")
