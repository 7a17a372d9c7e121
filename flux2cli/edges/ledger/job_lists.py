"""Queries for lists of jobs by filters, in pages. SQL for reading only; no transactions.

An index finds each page, whatever the filters, and the next page begins behind the last job of the one before. So a
list of any length takes the memory of one page, and no read transaction is open in between, which would keep the
write-ahead log from being emptied.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, get_args

from flux2cli.core.job.job import Job, State
from flux2cli.edges.ledger import job_rows

_ALL: tuple[State, ...] = get_args(State)

_Condition = tuple[str, tuple[object, ...]]
"""SQL with marks, and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """The jobs to list; None leaves a filter out. `since` is a time as the ledger writes it."""

    states: tuple[State, ...] | None = None
    provider: str | None = None
    label: str | None = None
    since: str | None = None
    request_key: str | None = None


class Position(NamedTuple):
    """A job's place in the order of creation."""

    created_at: str
    seq: int


def page(
    db: sqlite3.Connection, wanted: JobFilter, *, newest_first: bool, after: Position | None, limit: int
) -> list[tuple[Position, Job]]:
    """The next jobs that fit, in order of creation, with their positions. UnreadableRowError."""
    direction = "DESC" if newest_first else "ASC"
    order = f"ORDER BY created_at {direction}, seq {direction}"
    span = _span(wanted.since, after, newest_first=newest_first)
    parts, values = [], []
    for exact in _parts(wanted):
        where = " AND ".join(text for text, _ in [*exact, *span]) or "1"
        parts.append(f"SELECT * FROM (SELECT seq, created_at FROM jobs WHERE {where} {order} LIMIT {limit:d})")  # noqa: S608
        values += [value for _, bound in [*exact, *span] for value in bound]
    if not parts:
        return []
    chosen = f"SELECT seq FROM ({' UNION ALL '.join(parts)}) {order} LIMIT {limit:d}"  # noqa: S608
    found = job_rows.read(db, f"WHERE seq IN ({chosen}) {order}", values)
    return [(Position(job.created_at, seq), job) for seq, job in found]


def positions(db: sqlite3.Connection, *, before: str, after: Position | None, limit: int) -> list[Position]:
    """The next jobs that began before a time, oldest first."""
    behind = _span(None, after, newest_first=False)
    where = " AND ".join(["created_at < ?", *(text for text, _ in behind)])
    sql = f"SELECT created_at, seq FROM jobs WHERE {where} ORDER BY created_at, seq LIMIT ?"  # noqa: S608
    return [Position(*row) for row in db.execute(sql, (before, *(after or ()), limit))]


def _parts(wanted: JobFilter) -> Iterator[list[_Condition]]:
    """The conditions of one part for each state: only with the state does an index have the order of creation.

    A `+` keeps a condition from choosing the index: the rarest value does.
    """
    given = {"request_key": wanted.request_key, "label": wanted.label, "provider": wanted.provider}
    exact: list[_Condition] = []
    for column, value in given.items():
        if value is not None:
            exact.append(_equals(f"+{column}" if exact else column, value))
    if wanted.states is None and not exact:
        yield []
        return
    states = _ALL if wanted.states is None else wanted.states
    yield from ([*exact, _equals("state", state)] for state in states)


def _span(since: str | None, after: Position | None, *, newest_first: bool) -> list[_Condition]:
    """The conditions about time. Forwards, what is behind a position is after `since` as well."""
    behind: list[_Condition] = []
    if after is not None:
        behind.append((f"(created_at, seq) {'<' if newest_first else '>'} (?, ?)", after))
    return behind if since is None or (behind and not newest_first) else [("created_at >= ?", (since,)), *behind]


def _equals(column: str, value: str) -> _Condition:
    text, bound = job_rows.equals(column, value)
    return text, (bound,)
