"""Converts jobs to ledger rows and back. SQL for reading and writing rows; no transactions, no rules about states."""

import json
import os
import sqlite3
from base64 import b32encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flux2cli.core.job import documents
from flux2cli.core.job.job import SETTLED, Job, JobChanges, JobFile, State
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.json_text import ledger_text
from flux2cli.core.money.cost_documents import cost_document, cost_from
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger.error_messages import UnreadableRowError
from flux2cli.redact import redact_object

_JSON = frozenset(
    {
        "seed",
        "given",
        "candidate",
        "payload",
        "output",
        "inputs",
        "warnings",
        "meta",
        "follow",
        "estimate",
        "asked",
        "result",
        "error",
        "cost",
    }
)
_COLUMNS = tuple(field.name for field in fields(Job) if field.name != "files")
_SELECT = """
    SELECT *, (
        SELECT json_group_array(json_array(number, path, sha256, bytes, saved)) FROM files
        WHERE files.job_id = jobs.job_id
    ) AS files FROM jobs
"""


class RowChanges(JobChanges, total=False):
    """The columns of one row to set; those that are left out stay."""

    owner: str | None
    updated_at: str


def new_job_id() -> str:
    """A random job id: eight characters of a-z and 2-7."""
    return b32encode(os.urandom(5)).decode("ascii").lower()


def timestamp(moment: datetime) -> str:
    """The moment as the ledger writes it: ISO 8601 in UTC, to the millisecond, so that text sorts as time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def select(
    db: sqlite3.Connection,
    where: Iterable[tuple[str, object]] = (),
    *,
    newest_first: bool = True,
    limit: int | None = None,
) -> list[Job]:
    """The jobs for which every condition of `where` (SQL with one `?`, and its value) holds, in order of beginning.

    UnreadableRowError when a row's columns cannot be parsed.
    """
    conditions = list(where)
    sql = " ".join(f"{'AND' if n else 'WHERE'} {text}" for n, (text, _) in enumerate(conditions))
    sql += f" ORDER BY seq {'DESC' if newest_first else 'ASC'} LIMIT ?"
    values = [value for _, value in conditions]
    return [job for _, job in read(db, sql, (*values, -1 if limit is None else limit))]


def read(db: sqlite3.Connection, clauses: str, values: Sequence[object]) -> list[tuple[int, Job]]:
    """The jobs that SQL clauses after FROM choose, each with its `seq`.

    UnreadableRowError when a row's columns cannot be parsed.
    """
    try:
        return [(row["seq"], _job(row)) for row in db.execute(f"{_SELECT} {clauses}", values)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableRowError(f"a row cannot be read: {error}") from error


class Standing(NamedTuple):
    """State and owner of a job: all that a change of state needs."""

    job_id: str
    state: State
    owner: str | None


def standing(db: sqlite3.Connection, job_id: str) -> Standing | None:
    """State and owner of the job; None when there is no such job."""
    found = db.execute("SELECT job_id, state, owner FROM jobs WHERE job_id = CAST(? AS TEXT)", (bound(job_id),))
    row = found.fetchone()
    return None if row is None else Standing(*row)


def save_files(db: sqlite3.Connection, job_id: str) -> None:
    """Mark all images of the job as saved."""
    db.execute("UPDATE files SET saved = 1 WHERE job_id = CAST(? AS TEXT)", (bound(job_id),))


def insert(db: sqlite3.Connection, job: Job) -> None:
    """Add the job's row, without its files."""
    names, marks = ", ".join(_COLUMNS), ", ".join(_mark(name) for name in _COLUMNS)
    values = [_stored(name, getattr(job, name)) for name in _COLUMNS]
    db.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", values)  # noqa: S608 - names of columns


def free_id(db: sqlite3.Connection, job_id: str) -> str:
    """The id, or a new one if another job has it."""
    while db.execute("SELECT 1 FROM jobs WHERE job_id = ?", (job_id,)).fetchone():
        job_id = new_job_id()
    return job_id


def change(db: sqlite3.Connection, job_id: str, values: RowChanges) -> None:
    """Set columns of one job."""
    assignments = ", ".join(f"{name} = {_mark(name)}" for name in values)
    stored = [_stored(name, value) for name, value in values.items()]
    db.execute(f"UPDATE jobs SET {assignments} WHERE job_id = ?", (*stored, job_id))  # noqa: S608 - names of columns


def forget(db: sqlite3.Connection, seqs: Sequence[int]) -> int:
    """Erase prompts, payloads and files of those of the jobs that are settled; returns how many that were.

    It also unties them from their batch rows: a batch that finds no images of such a row makes them again. Forgotten
    jobs have no request key.
    """
    settled, states = states_in(SETTLED)
    chosen = f"seq IN (SELECT value FROM json_each(?)) AND {settled} AND request_key != ''"  # noqa: S608
    values = (json.dumps(seqs), states)
    db.execute(f"DELETE FROM files WHERE job_id IN (SELECT job_id FROM jobs WHERE {chosen})", values)  # noqa: S608
    done = db.execute(
        "UPDATE jobs SET prompt = NULL, seed = NULL, payload = '{}', payload_sha256 = '', request_key = '',"  # noqa: S608
        """ inputs = '[]', warnings = '[]', meta = '{}', asked = '{}', result = NULL, error = NULL, row_id = NULL,"""
        " row_source = NULL, given = NULL, candidate = NULL,"
        """ row_key = NULL, row_root = NULL, output = '{"directory": "", "name": ""}'"""
        f" WHERE {chosen}",
        values,
    )
    return done.rowcount


def count_forgotten(db: sqlite3.Connection, before: str) -> int:
    """The number of forgotten jobs that began before a time."""
    settled, states = states_in(SETTLED)
    sql = f"SELECT count(*) FROM jobs WHERE request_key = '' AND {settled} AND created_at < ?"  # noqa: S608
    return int(db.execute(sql, (states, before)).fetchone()[0])


def put_file(db: sqlite3.Connection, job_id: str, file: JobFile) -> None:
    """Add or replace one file of a job."""
    db.execute(
        "INSERT OR REPLACE INTO files (job_id, number, path, sha256, bytes, saved)"
        " VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?)",
        (job_id, file.index, bound(file.path), file.sha256, file.bytes, file.saved),
    )


def equals(column: str, value: str) -> tuple[str, object]:
    """The condition that a text column holds the value."""
    return f"{column} = CAST(? AS TEXT)", bound(value)


def states_in(states: Iterable[State]) -> tuple[str, object]:
    """The condition that a job is in one of the states."""
    return "state IN (SELECT value FROM json_each(?))", json.dumps(list(states))


def bound(value: object) -> object:
    """The value as an SQL parameter: text as bytes, so that CAST to TEXT keeps lone surrogates."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _mark(name: str) -> str:
    return "?" if name in _JSON or name == "sandbox" else "CAST(? AS TEXT)"


def _stored(name: str, value: Any) -> object:
    if name in _DOCUMENTS and value is not None:
        value = _DOCUMENTS[name](value)
    if name in _JSON:
        # ASCII, so that a lone surrogate in a path or a server's words cannot fail here.
        return None if value is None else ledger_text(value)
    return bound(value)


def _job(row: sqlite3.Row) -> Job:
    """The row as a Job; ValueError, KeyError, AttributeError or TypeError when it cannot be parsed."""
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    for name in _JSON:
        values[name] = None if values[name] is None else json.loads(values[name])
    for name, read in _VALUES.items():
        values[name] = None if values[name] is None else read(values[name])
    values["sandbox"] = bool(values["sandbox"])
    files = (
        JobFile(index=index, path=path, sha256=sha256, bytes=size, saved=bool(saved))
        for index, path, sha256, size, saved in sorted(json.loads(row["files"]))
    )
    return Job(**values, files=tuple(files))


def _inputs(found: list[Any]) -> tuple[Input, ...]:
    return tuple(documents.input_from(image) for image in found)


_DOCUMENTS: dict[str, Callable[[Any], object]] = {
    "output": asdict,
    "inputs": lambda images: [documents.input_document(image) for image in images],
    "estimate": cost_document,
    "asked": documents.asked_document,
    "result": documents.result_document,
    "error": documents.failure_document,
    "cost": cost_document,
}
"""Functions from a job's value to a column's JSON; the values of the other JSON columns are stored as they are."""

_VALUES: dict[str, Callable[[Any], object]] = {
    "output": lambda found: Output(**{**found, "names": tuple(found.get("names", ()))}),
    "payload": redact_object,
    "inputs": _inputs,
    "warnings": tuple,
    "estimate": cost_from,
    "asked": documents.asked_from,
    "result": documents.result_from,
    "error": documents.failure_from,
    "cost": cost_from,
}
"""Functions from a column's JSON to a job's value."""
