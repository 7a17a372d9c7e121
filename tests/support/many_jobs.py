"""Makes a ledger of very many jobs, for measurements: one recorded job, written by the package, many times over.

A job begins each minute, the last one now. Of every 1,000, 991 are saved and the others are in the other states.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flux2cli.core.job.job import Job, JobFile, State
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger, timestamp
from flux2cli.wire import Result

_PRICE = Cost(
    low=Decimal("0.005"),
    high=Decimal("0.005"),
    price_source="https://fal.ai/models/fal-ai/flux-2/flash",
    price_verified_on="2026-11-20",
)
_PROMPT = "a red fox under a lamp, early morning, long exposure, mist over the fields, 35 mm, muted colours, no people"
_ROW = """
    INSERT INTO jobs ({columns}) SELECT {values} FROM jobs AS first, numbers WHERE first.seq = 1
"""
_STATES = {1: "failed", 2: "moderated", 3: "rejected", 4: "expired", 5: "not-sent", 6: "cancelled", 7: "unknown",
           8: "submitted", 9: "ready"}  # fmt: skip
"""The state of a job by its number modulo 1,000; the others are saved."""
_INTO = {
    "seq": "n",
    "job_id": "printf('%08x', n * 4099 + 1)",
    "state": f"CASE n % 1000 {' '.join(f'WHEN {at} THEN {state!r}' for at, state in _STATES.items())} ELSE 'saved' END",
    "variant": "substr('flash turbo flex  pro   max   ', n % 5 * 6 + 1, 6)",
    "request_key": "printf('%064x', n * 7919)",
    "request_id": "printf('764cabcf-b745-4b3e-ae38-%012x', n)",
    "created_at": "strftime('%Y-%m-%dT%H:%M:%S.000Z', :newest, printf('-%d minutes', :jobs - n))",
    "label": "CASE n % 10 WHEN 0 THEN NULL ELSE printf('label-%d', n % 50) END",
    "row_id": "printf('p%07d', n)",
    "row_key": "printf('%064x', n * 104729)",
}


def make_ledger(state: Path, jobs: int, *, only_state: State | None = None) -> None:
    """Make the ledger of a state directory; `only_state` puts every job but the first into one state."""
    newest = datetime.now(UTC)
    with closing(Ledger(state, now=lambda: newest)) as ledger:
        _save_one(ledger, newest - timedelta(minutes=jobs - 1))
    into = dict(_INTO, **({"state": repr(only_state)} if only_state else {}))
    with closing(sqlite3.connect(state / "ledger.sqlite3")) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)")]
        values = ", ".join(into.get(name, f"first.{name}") for name in columns)
        numbers = "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :jobs)"
        given = {"jobs": jobs, "newest": f"{newest:%Y-%m-%d %H:%M:%S}"}
        db.execute(f"{numbers} {_ROW.format(columns=', '.join(columns), values=values)}", given)
        db.execute("UPDATE jobs SET variant = trim(variant) WHERE variant LIKE '% '")
        db.execute(
            "INSERT INTO files SELECT jobs.job_id, number, printf('/data/out/p%07d.png', seq), sha256, bytes, 1"
            " FROM jobs, files WHERE state = 'saved' AND seq > 1"
        )


def _save_one(ledger: Ledger, moment: datetime) -> None:
    """Record one job from its submit to its saved image."""
    job_id = ledger.begin(_job(timestamp(moment))).job_id
    follow = {name: f"queue/fal-ai/flux-2/requests/r-1/{name}" for name in ("status", "result", "cancel")}
    ledger.record(job_id, state="submitted", request_id="r-1", follow=follow)
    ledger.choose(job_id, JobFile(index=0, path="/data/out/p0000001.png", sha256="5e" * 32, bytes=1_234_567))
    ledger.record(job_id, state="ready", result=Result(images=(), seed=7, prompt=_PROMPT, timings={"inference": 1.25}))
    ledger.record(job_id, state="saved", cost=replace(_PRICE, stage="final", billable_units="0.786432"))


def _job(created_at: str) -> Job:
    return Job(
        job_id="aaaaaaaa",
        state="submitting",
        provider="fal",
        variant="flash",
        endpoint="fal-ai/flux-2/flash",
        mode="text",
        request_key=os.urandom(32).hex(),
        created_at=created_at,
        updated_at=created_at,
        prompt=_PROMPT,
        seed=7,
        payload={"prompt": _PROMPT, "seed": 7, "image_size": {"width": 1024, "height": 768}},
        payload_sha256="5e" * 32,
        output=Output(directory="/data/out", name="{id}.{ext}"),
        label="label-1",
        row_id="p0000001",
        row_key="0" * 64,
        row_root="/data/out",
        meta={"page": "home", "theme": "autumn"},
        estimate=_PRICE,
    )
