"""Precedence of settings: flag, environment, project file, user file, default. A project file never raises a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flux2cli.core.settings.origin import Source
from flux2cli.core.settings.table import Setting, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A parsed value and its source."""

    source: Source
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The effective value. `origin` is `flag`, `environment NAME`, a file's path or `default`.

    `note` is a clause about a value that a project file sets and that does not count; None without one.
    """

    name: str
    value: Value
    origin: str
    source: Source
    note: str | None = None


def resolve(row: Setting, candidates: Sequence[Candidate]) -> Resolved:
    """The effective value of a setting. `candidates` are in order of precedence, highest first."""
    if not candidates:
        return Resolved(name=row.name, value=row.default, origin="default", source=Source(kind="default"))
    first = candidates[0]
    if row.project == "lower" and first.source.kind == "project":
        return _lowest(row, candidates)
    return _resolved(row, first)


def _lowest(row: Setting, candidates: Sequence[Candidate]) -> Resolved:
    """The project file's amount unless it is higher than the user's own, which then counts, with a note."""
    project, *weaker = candidates
    for own in weaker:
        if isinstance(own.value, Decimal) and isinstance(project.value, Decimal) and project.value > own.value:
            note = f"{project.source.path} says {project.value}, which is higher and does not count"
            return _resolved(row, own, note)
    return _resolved(row, project)


def _resolved(row: Setting, candidate: Candidate, note: str | None = None) -> Resolved:
    source = candidate.source
    return Resolved(name=row.name, value=candidate.value, origin=source.origin(row), source=source, note=note)
