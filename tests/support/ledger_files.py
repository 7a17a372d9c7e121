"""The file of a ledger, looked at from outside."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flux2cli.core.job.job import Job
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import InternalError

FOX = Job(
    job_id="foxfox22", state="submitting", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash",
    mode="text", request_key="fox", created_at="2026-03-01T10:00:00.000Z",
    updated_at="2026-03-01T10:00:00.000Z", prompt="a fox", seed=7, payload={}, payload_sha256="0" * 64,
    output=Output(directory="/tmp", name="{slug}.{ext}"),
)  # fmt: skip


Open = Callable[..., Ledger]


def execute(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db, db:
        return db.execute(sql).fetchall()


def trouble(books: Ledger, action: Callable[[Ledger], object] = Ledger.jobs) -> InternalError:
    with pytest.raises(InternalError) as caught:
        action(books)
    assert caught.value.exit_code == 1
    assert caught.value.hint is not None
    return caught.value
