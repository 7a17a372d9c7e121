"""Sums over many jobs, computed by SQLite: one day's spent and held amounts, and spend by day, provider and so on."""

import sqlite3
from collections.abc import Iterable
from decimal import Decimal

from flux2cli.core.money.budget import Group
from flux2cli.core.money.spend import By, Spent

_GROUP_KEYS: dict[By, str] = {
    "day": "substr(created_at, 1, 10)",
    "provider": "provider",
    "variant": "provider || ' ' || variant",
    "label": "label",
}


def of_day(db: sqlite3.Connection, since: str) -> list[Group]:
    """The real (not sandbox) jobs that began at or after `since`, grouped by state and worst case."""
    found = db.execute(
        "SELECT state, json_extract(estimate, '$.max'), json_extract(cost, '$.max'), count(*) FROM jobs"
        " WHERE created_at >= ? AND NOT sandbox GROUP BY 1, 2, 3",
        (since,),
    )
    return [
        Group(state=state, estimate=_decimal(estimate), cost=_decimal(cost), count=count)
        for state, estimate, cost, count in found
    ]


def spent(db: sqlite3.Connection, by: By, *, since: str | None = None) -> Iterable[Spent]:
    """The real (not sandbox) jobs, grouped by key, state and amounts, sorted by key."""
    sql = (
        f"SELECT {_GROUP_KEYS[by]}, state, json_extract(cost, '$.source'), json_extract(cost, '$.amount'),"  # noqa: S608
        " json_extract(cost, '$.max'), json_extract(estimate, '$.amount'), json_extract(estimate, '$.max'), count(*)"
        " FROM jobs WHERE NOT sandbox AND created_at >= ? GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1"
    )
    for key, state, source, low, high, least, most, count in db.execute(sql, (since or "",)):
        known = low is not None
        yield Spent(
            key=key,
            state=state,
            source=source if known else "estimated",
            low=_decimal(low if known else least),
            high=_decimal(high if known else most),
            count=count,
        )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
