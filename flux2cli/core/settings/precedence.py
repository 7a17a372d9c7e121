"""Whose word counts: flag, environment, project's file, user's file, default. A project never raises a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flux2cli.core.settings.origin import Source
from flux2cli.core.settings.table import Setting, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A parsed value and who gave it."""

    source: Source
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The value that counts. `origin` is `flag`, `environment NAME`, a file's path or `default`.

    `note` says what was set elsewhere and does not count, where that would surprise.
    """

    name: str
    value: Value
    origin: str
    source: Source
    note: str | None = None


def resolve(row: Setting, candidates: Sequence[Candidate]) -> Resolved:
    """The value of a setting from all that was said about it, the strongest first."""
    if not candidates:
        return Resolved(name=row.name, value=row.default, origin="default", source=Source(kind="default"))
    first = candidates[0]
    if row.project == "lower" and first.source.kind == "project":
        return _lowest(row, candidates)
    return _counted(row, first)


def _lowest(row: Setting, candidates: Sequence[Candidate]) -> Resolved:
    """The project's amount where it is no higher than the user's own, else the user's with a note."""
    project, *weaker = candidates
    for own in weaker:
        if isinstance(own.value, Decimal) and isinstance(project.value, Decimal) and project.value > own.value:
            note = f"{project.source.path} says {project.value}, which is higher and does not count"
            return _counted(row, own, note)
    return _counted(row, project)


def _counted(row: Setting, candidate: Candidate, note: str | None = None) -> Resolved:
    source = candidate.source
    return Resolved(name=row.name, value=candidate.value, origin=source.origin(row), source=source, note=note)
