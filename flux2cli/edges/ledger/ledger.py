"""The ledger's operations. Every write is one transaction, durable when the call returns."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Unpack, cast

from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.job.job import ASKED_AGAIN, NEXT, SETTLED, Job, JobChanges, JobError, JobFile, State
from flux2cli.core.money.budget import DayBudget
from flux2cli.edges.ledger import batch_rows, job_lists, job_rows, preconditions
from flux2cli.edges.ledger.error_messages import NOTHING_SENT, explained
from flux2cli.edges.ledger.ledger_reader import LedgerReader
from flux2cli.edges.ledger.schema import MIGRATIONS
from flux2cli.edges.ledger.store import Store
from flux2cli.errors import BudgetError, InternalError

_OWNER_DIED = JobError(code="unknown", message="The process that sent the job ended before it recorded the reply.")

_RETRYABLE: tuple[State, ...] = ("submitting", "not-sent", "unknown")
"""States from which a job may become `submitting` again, so that its budget and row claim are still needed."""
_CHUNK = 1000
"""Jobs that one query reads: 15 ms in which no other thread of this process can read."""


class Ledger(LedgerReader):
    """The jobs of one state directory. Any number of threads and processes may use it at the same time.

    The file is opened at the first use. Every method raises InternalError when it cannot be read or written.
    """

    def __init__(
        self,
        directory: Path,
        *,
        now: Callable[[], datetime],
        mounts: str | None = None,
        migrations: Sequence[str] = MIGRATIONS,
    ) -> None:
        """`mounts` replaces the text of /proc/self/mounts and `migrations` this version's tables, both for tests."""
        super().__init__(Store(directory, mounts=mounts, migrations=migrations))
        self._owners = self._store.owners
        self._now = now
        self._preconditions: dict[str, tuple[DayBudget | None, RowClaim | None]] = {}

    def begin(
        self,
        job: Job,
        *,
        former_key: str | None = None,
        allow_unknown: bool = False,
        budget: DayBudget | None = None,
        claim: RowClaim | None = None,
    ) -> Job:
        """Insert the job as `submitting`, owned by this process; returns it as stored, under a free id.

        RowTaken when the job's row has changed since the batch made its `claim`. UnknownOutcomeError when an identical
        job is `unknown`, unless `allow_unknown` is set or that job belongs to a sibling row; its request key is that
        of `job`, or `former_key`. BudgetError when the job's worst case together with what is spent and held exceeds
        `budget`; else the worst case is held from now.
        """
        with self._store.writing(NOTHING_SENT) as db:
            self._mark_abandoned(db)
            refused = (
                (claim and batch_rows.taken(db, job, claim))
                or (None if allow_unknown else preconditions.in_doubt(db, job, former_key, claim))
                or preconditions.over(db, budget, job)
            )
            if refused is None:
                job_id, owner = job_rows.free_id(db, job.job_id), self._owners.own()
                self._preconditions[job_id] = (budget, claim and batch_rows.as_of_now(db, job, claim))
                begun = replace(job, job_id=job_id, state="submitting", owner=owner, updated_at=self._stamp())
                job_rows.insert(db, begun)
                return begun
        raise refused  # outside the transaction, so that abandoned jobs stay marked

    def record(self, job_id: str, **changes: Unpack[JobChanges]) -> None:
        """Change the given columns; InternalError, and no change, when the new state cannot follow the present one.

        A job that settles loses its owner, and all images of a `saved` job are marked saved. A job that becomes
        `submitting` again belongs to this process; BudgetError when its budget no longer allows it, RowTaken when
        its row got another job meanwhile.
        """
        try:
            with self._store.writing(preconditions.unrecorded(job_id, changes)) as db:
                standing = preconditions.standing(db, job_id)
                values = self._changed(standing, changes)
                if values["state"] == "submitting" and standing.state != "submitting":
                    self._check_retry(db, job_id)
                job_rows.change(db, job_id, values)
                if values["state"] == "saved":
                    job_rows.save_files(db, job_id)
                if values["state"] not in _RETRYABLE:
                    self._preconditions.pop(job_id, None)
        except (InternalError, BudgetError) as error:
            request_id = error.request_id or changes.get("request_id")
            raise type(error)(error.message, hint=error.hint, job_id=job_id, request_id=request_id) from error

    def update(self, job_id: str, **changes: Unpack[JobChanges]) -> Job:
        """Like `record`, and returns the changed job."""
        self.record(job_id, **changes)
        return self.get(job_id)

    def _check_retry(self, db: sqlite3.Connection, job_id: str) -> None:
        """Raise if the preconditions of `begin` no longer hold: a waiting `not-sent` job holds no money and no row."""
        budget, claim = self._preconditions.get(job_id, (None, None))
        if budget is None and claim is None:
            return
        job = preconditions.one(db, job_id)
        refused = (claim and batch_rows.taken(db, job, claim)) or preconditions.over(db, budget, job)
        if refused is not None:
            raise refused

    def forget(self, before: str) -> int:
        """Erase prompts, payloads and files of settled jobs that began before a time; returns how many jobs.

        State, date and cost stay. Many transactions, so that other processes can write in between.
        """
        count, after = 0, None
        try:
            while True:
                with self._store.writing() as db:
                    db.execute("PRAGMA secure_delete = ON")  # else the pages keep the words until written again
                    found = job_lists.positions(db, before=before, after=after, limit=_CHUNK)
                    count += job_rows.forget(db, [position.seq for position in found])
                if len(found) < _CHUNK:
                    return count
                after = found[-1]
        finally:
            with self._store.reading() as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def clear(self) -> int | None:
        """Delete every job; returns how many, or None, and deletes none, when a living process works on one."""
        with self._store.writing() as db:
            owners = [owner for (owner,) in db.execute("SELECT DISTINCT owner FROM jobs WHERE owner IS NOT NULL")]
            if any(self._owners.alive(owner) for owner in owners):
                return None
            db.execute("DELETE FROM files")
            return db.execute("DELETE FROM jobs").rowcount

    def claim(self, job_id: str, *, ended: bool = False) -> Job | None:
        """Make this process the job's owner, so that no other works on it; None when a living process owns it.

        Returns a settled job unchanged, since it needs no owner; with `ended`, that of ASKED_AGAIN gets one, too.
        """
        with self._store.writing() as db:
            job = preconditions.one(db, job_id)
            if self._is_foreign(job):
                return None
            if job.state in SETTLED and not (ended and job.state in ASKED_AGAIN):
                return job
            if job.state == "submitting" and job.owner != self._owners.name:
                self._mark_unknown(db, job_id)
            job_rows.change(db, job_id, {"owner": self._owners.own()})
            return preconditions.one(db, job_id)

    def release(self, job_id: str) -> None:
        """Give up ownership of the job if this process has it. A job left `submitting` becomes `unknown`.

        Never raises InternalError: this runs while an error that says more is on its way out, and the end of the
        process releases the job as well.
        """
        try:
            with self._store.reading() as db:
                if not self._is_mine(preconditions.standing(db, job_id)):  # settled, as a rule: nothing to write
                    return
            with self._store.writing() as db:
                job = preconditions.standing(db, job_id)
                if not self._is_mine(job):
                    return
                if job.state == "submitting":
                    self._mark_unknown(db, job_id)
                job_rows.change(db, job_id, {"owner": None})
        except InternalError:
            pass

    def recover(self) -> list[Job]:
        """Mark as `unknown` every job whose process died before the response to its submit; returns these jobs."""
        with self._store.writing() as db:
            return [preconditions.one(db, job_id) for job_id in self._mark_abandoned(db)]

    def choose(self, job_id: str, file: JobFile) -> None:
        """Record the path chosen for an image, before a file takes it; replaces an earlier choice of the same index."""
        with self._store.writing(f"the files of job `{job_id}` could not be recorded") as db:
            preconditions.standing(db, job_id)
            job_rows.put_file(db, job_id, replace(file, saved=False))

    def mark_saved(self, job_id: str, index: int) -> None:
        """Record that an image and its sidecar are on disk under the chosen name."""
        with self._store.writing(f"the files of job `{job_id}` could not be recorded") as db:
            done = db.execute("UPDATE files SET saved = 1 WHERE job_id = ? AND number = ?", (job_id, index))
            if done.rowcount != 1:
                raise InternalError(f"Job `{job_id}` has no file {index} in the ledger.", job_id=job_id)

    def owner_alive(self, name: str) -> bool:
        """Whether the process that an `owner` names still runs; True for this process."""
        with explained(self._store.file):
            return self._owners.alive(name)

    def exists(self) -> bool:
        """Whether the ledger's file exists. Every other method creates it, so a dry run asks this first."""
        return self._store.file.exists()

    def close(self) -> None:
        """Release this process's jobs and close the file; a later use opens it again."""
        self._store.close()

    def _changed(self, job: job_rows.Standing, changes: JobChanges) -> job_rows.RowChanges:
        """The columns to set; InternalError for a transition that `NEXT` does not list."""
        values = cast("job_rows.RowChanges", {"updated_at": self._stamp(), **changes})
        if unknown := set(changes) - JobChanges.__annotations__.keys():
            raise TypeError(f"the ledger does not change {', '.join(sorted(unknown))}")
        state = changes.get("state") or job.state
        values["state"] = state
        if state != job.state:
            if state not in NEXT.get(job.state, ()):
                raise InternalError(f"Job `{job.job_id}` is `{job.state}` and cannot become `{state}`.")
            if state == "submitting":
                if self._is_foreign(job):
                    raise InternalError(f"Job `{job.job_id}` belongs to another process by now; nothing was sent.")
                values["owner"] = self._owners.own()
        if state in SETTLED:
            values["owner"] = None
        return values

    def _mark_abandoned(self, db: sqlite3.Connection) -> list[str]:
        """Mark as `unknown` the `submitting` jobs of dead processes; returns their ids."""
        found = db.execute("SELECT job_id, owner FROM jobs WHERE state = 'submitting'").fetchall()
        others = {row["owner"] for row in found} - {self._owners.name or ""}
        dead = {owner for owner in others if owner is None or not self._owners.alive(owner)}
        abandoned = [row["job_id"] for row in found if row["owner"] in dead]
        for job_id in abandoned:
            self._mark_unknown(db, job_id)
        return abandoned

    def _mark_unknown(self, db: sqlite3.Connection, job_id: str) -> None:
        job_rows.change(
            db, job_id, {"state": "unknown", "owner": None, "error": _OWNER_DIED, "updated_at": self._stamp()}
        )

    def _is_mine(self, job: job_rows.Standing) -> bool:
        return job.owner is not None and job.owner == self._owners.name

    def _is_foreign(self, job: Job | job_rows.Standing) -> bool:
        """Whether another living process owns the job."""
        return job.owner is not None and job.owner != self._owners.name and self._owners.alive(job.owner)

    def _stamp(self) -> str:
        return job_rows.timestamp(self._now())
