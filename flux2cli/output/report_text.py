"""The report of `flux2 doctor --report` as text that a person can read before sending it."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from flux2cli.core.health import Check
from flux2cli.core.job.failed_job import FailedJob
from flux2cli.core.problem_report import ProblemReport
from flux2cli.core.settings import Resolved, setting_named
from flux2cli.output.settings import setting_lines

_PREAMBLE = (
    "Made by `flux2 doctor --report`, for an issue. Keys, prompts, labels and names of images are left out.",
    "Read it before you send it.",
)
_PRIVATE = ("text", "output")
"""Kinds of settings whose values are one's own words."""


def report_text(report: ProblemReport) -> str:
    """The whole report."""
    from flux2cli.edges.terminal import clean

    lines = [f"flux2 report of {report.made_at}", "", *_PREAMBLE, "", f"system: {report.system}"]
    lines += ["", "CHECKS", *(line for check in report.checks for line in _check(check))]
    lines += ["", "SETTINGS", *_settings(report)]
    lines += ["", "THE LAST JOBS THAT FAILED, newest first", *_jobs(report)]
    return "\n".join(clean(line).rstrip() for line in lines) + "\n"


def _check(check: Check) -> Iterator[str]:
    yield f"{check.status:<7}  {check.name}: {check.message}"
    if check.hint:
        yield f"         hint: {check.hint}"


def _settings(report: ProblemReport) -> list[str]:
    return setting_lines([_public(found) for found in report.settings]) if report.settings else ["cannot be read"]


def _public(found: Resolved) -> Resolved:
    """The setting without what is one's own in its value."""
    kind = setting_named(found.name).kind
    if found.value is None or found.source.kind == "default":
        return found
    if kind in _PRIVATE:
        return replace(found, value="(set)")
    if kind == "webhook":  # its path may be a secret
        return replace(found, value=f"https://{urlsplit(str(found.value)).hostname}/...")
    return found


def _jobs(report: ProblemReport) -> list[str]:
    if report.jobs is None:
        return ["cannot be read"]
    return [line for job in report.jobs for line in _job(job)] or ["none"]


def _job(job: FailedJob) -> Iterator[str]:
    place = "sandbox, " if job.sandbox else ""
    yield f"{job.created_at}  {job.state}  {place}{job.provider}, {job.endpoint}, {job.mode}"
    yield f"         error: {f'{job.code}: {job.message}' if job.code else 'none recorded'}"
    yield f"         request: {job.request}"
    yield f"         reply: {job.reply or 'not recorded'}"
