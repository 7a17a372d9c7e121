"""Sums and counts of many jobs: one day's spent and held amounts, spend by day, provider and so on, jobs by state.

They come from `job_counts`. Jobs are read one by one only for a day in whose middle the given time is.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal

from flux2cli.core.job.job import State
from flux2cli.core.money.budget import MIDNIGHT, Group
from flux2cli.core.money.spend import By, Spent
from flux2cli.edges.ledger import job_rows

_GROUP_KEYS: dict[By, str] = {
    "day": "day",
    "provider": "provider",
    "variant": "provider || ' ' || variant",
    "label": "nullif(label, '')",
}
_COUNTED = "day, sandbox, provider, variant, label, state, source, low, high"
_COUNTS = f"SELECT {_COUNTED}, jobs FROM job_counts"  # noqa: S608
_EACH = f"SELECT {_COUNTED}, 1 FROM counted_jobs WHERE created_at >= ? AND created_at < ?"  # noqa: S608
_END_OF_DAY = "U"
"""Behind a date, it sorts after every time of that day (`2026-03-01T…`) and before the next day."""


def of_day(db: sqlite3.Connection, since: str) -> list[Group]:
    """The real (not sandbox) jobs since the beginning of a day, grouped by state and cost."""
    found = db.execute(
        "SELECT state, high, sum(jobs) FROM job_counts WHERE day >= ? AND NOT sandbox GROUP BY 1, 2", (since[:10],)
    )
    return [Group(state=state, cost=_decimal(high), count=count) for state, high, count in found]


def spent(db: sqlite3.Connection, by: By, *, since: str | None, sandbox: bool) -> Iterator[Spent]:
    """The jobs grouped by key, state and amounts, sorted by key; those of the sandbox only with `sandbox`."""
    counted, values = _counted_since(since)
    sql = (
        f"SELECT {_GROUP_KEYS[by]}, state, source, low, high, sum(jobs) FROM ({counted})"  # noqa: S608
        f" {'' if sandbox else 'WHERE NOT sandbox'} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1"
    )
    for key, state, source, low, high, count in db.execute(sql, values):
        yield Spent(key=key, state=state, source=source, low=_decimal(low), high=_decimal(high), count=count)


def count(db: sqlite3.Connection, states: Iterable[State], *, before: str | None = None) -> dict[State, int]:
    """The number of jobs in each of the states that has any; `before` leaves out those that began then or later."""
    counted, values = (_COUNTS, ()) if before is None else _counted_before(before)
    chosen, listed = job_rows.states_in(states)
    sql = f"SELECT state, sum(jobs) FROM ({counted}) WHERE {chosen} GROUP BY 1"  # noqa: S608
    return dict(db.execute(sql, (*values, listed)).fetchall())


def _counted_since(since: str | None) -> tuple[str, tuple[str, ...]]:
    """SQL for the counts of the jobs that began at a time or later, with its values."""
    if since is None:
        return _COUNTS, ()
    day = since[:10]
    if since == day + MIDNIGHT:
        return f"{_COUNTS} WHERE day >= ?", (day,)
    return f"{_COUNTS} WHERE day > ? UNION ALL {_EACH}", (day, since, day + _END_OF_DAY)


def _counted_before(before: str) -> tuple[str, tuple[str, ...]]:
    """SQL for the counts of the jobs that began before a time, with its values."""
    day = before[:10]
    if before == day + MIDNIGHT:
        return f"{_COUNTS} WHERE day < ?", (day,)
    return f"{_COUNTS} WHERE day < ? UNION ALL {_EACH}", (day, day, before)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
