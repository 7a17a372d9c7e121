"""The ledger as the engine and the commands use it. Every write is one transaction, durable when the call returns."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Unpack

from flux2cli.core.batch.claims import RecordedRow, RowClaim
from flux2cli.core.job.job import NEXT, SETTLED, Job, JobFile, State
from flux2cli.core.money.budget import DayBudget
from flux2cli.core.money.spend import By, Spent
from flux2cli.edges.ledger import batch_rows, job_rows, preconditions, spend_queries
from flux2cli.edges.ledger.error_messages import NOTHING_SENT, explained
from flux2cli.edges.ledger.schema import MIGRATIONS
from flux2cli.edges.ledger.store import Store
from flux2cli.errors import BudgetError, InternalError, UsageError

_LOST = {
    "code": "unknown",
    "message": "The process that sent the job ended before it recorded the reply.",
    "hint": None,
}

_MAY_BE_TRIED_AGAIN: tuple[State, ...] = ("submitting", "not-sent", "unknown")
_PIECE = 1000
"""Jobs that are read at once: 15 ms in which nobody else of this process can write."""


class Ledger:
    """The jobs of one state directory, for all threads of this process beside any number of others.

    Nothing is opened before the first use. Every method raises InternalError when the file cannot be read or written.
    """

    def __init__(
        self,
        directory: Path,
        *,
        now: Callable[[], datetime],
        mounts: str | None = None,
        migrations: Sequence[str] = MIGRATIONS,
    ) -> None:
        """`mounts` stands for /proc/self/mounts and `migrations` for the tables of this version, where tests say so."""
        self._store = Store(directory, mounts=mounts, migrations=migrations)
        self._owners = self._store.owners
        self._now = now
        self._terms: dict[str, tuple[DayBudget | None, RowClaim | None]] = {}

    def begin(
        self,
        job: Job,
        *,
        allow_unknown: bool = False,
        budget: DayBudget | None = None,
        claim: RowClaim | None = None,
    ) -> Job:
        """Store the intent to submit, owned by this process; the job as stored, under another id if its own is taken.

        RowTaken when the job's row is not any more as the batch's `claim` says. UnknownOutcomeError when it is not
        known what became of an identical job, unless `allow_unknown` or it is of a sibling row. BudgetError when the
        job's worst case beside all that is spent and held would exceed `budget`; else it is held from now on.
        """
        with self._store.writing(NOTHING_SENT) as db:
            self._abandon(db)
            refused = (
                (claim and batch_rows.taken(db, job, claim))
                or (None if allow_unknown else preconditions.in_doubt(db, job, claim))
                or preconditions.over(db, budget, job)
            )
            if refused is None:
                job_id, owner = job_rows.free_id(db, job.job_id), self._owners.own()
                self._terms[job_id] = (budget, claim and batch_rows.as_of_now(db, job, claim))
                begun = replace(job, job_id=job_id, state="submitting", owner=owner, updated_at=self._stamp())
                job_rows.insert(db, begun)
                return begun
        raise refused  # outside: what was found abandoned stays recorded

    def record(self, job_id: str, **changes: Unpack[job_rows.Changes]) -> None:
        """Change what is given, and nothing at all if the state cannot follow the present one (InternalError).

        A settled job has no owner, and the images of a saved one are saved. One that is submitted again is this
        process's, if its budget still allows it (BudgetError) and nobody sent its row meanwhile (RowTaken).
        """
        try:
            with self._store.writing(preconditions.unrecorded(job_id, changes)) as db:
                standing = preconditions.standing(db, job_id)
                values = self._changed(standing, changes)
                if values["state"] == "submitting" and standing.state != "submitting":
                    self._check_again(db, job_id)
                job_rows.change(db, job_id, values)
                if values["state"] == "saved":
                    job_rows.save_files(db, job_id)
                if values["state"] not in _MAY_BE_TRIED_AGAIN:
                    self._terms.pop(job_id, None)
        except (InternalError, BudgetError) as error:
            error.job_id, error.request_id = job_id, error.request_id or changes.get("request_id")
            raise

    def update(self, job_id: str, **changes: Unpack[job_rows.Changes]) -> Job:
        """As `record`; the job as it stands then."""
        self.record(job_id, **changes)
        return self.get(job_id)

    def _check_again(self, db: sqlite3.Connection, job_id: str) -> None:
        """The terms on which the job was begun, for another try: nothing was held while it waited."""
        budget, claim = self._terms.get(job_id, (None, None))
        if budget is None and claim is None:
            return
        job = preconditions.one(db, job_id)
        refused = (claim and batch_rows.taken(db, job, claim)) or preconditions.over(db, budget, job)
        if refused is not None:
            raise refused

    def get(self, prefix: str) -> Job:
        """The job whose id begins with `prefix`, in any case; UsageError when there is none or more than one."""
        wanted = prefix.strip().lower()
        if not (wanted.isascii() and wanted.isalnum()):
            raise preconditions.not_found(prefix)
        with self._store.reading() as db:
            span = [("job_id >= ?", wanted), ("job_id < ?", wanted + "~")]
            found = job_rows.select(db, span, limit=6)
        if not found:
            raise preconditions.not_found(prefix)
        if len(found) > 1:
            names = ", ".join(f"`{job.job_id}`" for job in found[:5]) + (", …" if len(found) > 5 else "")
            raise UsageError(f"`{prefix}` is the beginning of several job ids: {names}.", hint="type one more letter")
        return found[0]

    def jobs(
        self,
        *,
        states: Iterable[State] | None = None,
        limit: int | None = None,
        newest_first: bool = True,
        provider: str | None = None,
        label: str | None = None,
        request_id: str | None = None,
        since: str | None = None,
    ) -> list[Job]:
        """The jobs that fit, in the order in which they began; `since` is a time as the ledger writes it."""
        where = [] if states is None else [job_rows.states_in(states)]
        texts = {"provider": provider, "label": label, "request_id": request_id}
        where += [job_rows.equals(name, text) for name, text in texts.items() if text is not None]
        where += [] if since is None else [("created_at >= ?", since)]
        with self._store.reading() as db:
            return job_rows.select(db, where, newest_first=newest_first, limit=limit)

    def same_request(self, request_key: str, states: Iterable[State]) -> list[Job]:
        """The identical jobs in any of these states, newest first."""
        with self._store.reading() as db:
            return job_rows.select(db, [job_rows.equals("request_key", request_key), job_rows.states_in(states)])

    def rows_of(self, root: str) -> Iterator[RecordedRow]:
        """Every row below an output root with the job that counts for it, in the order of the keys.

        Read in pieces: the books are free while the caller looks at a row, and what changes meanwhile may show.
        """
        after, complete = "", False
        while not complete:
            with self._store.reading() as db:
                found, complete = batch_rows.chunk(db, root, after, _PIECE)
            yield from found
            after = found[-1].key if found else after

    def row(self, root: str, key: str) -> Job | None:
        """The job that counts for one row, None where it never had one."""
        with self._store.reading() as db:
            return batch_rows.counting(db, root, key)

    def spent(self, by: By, *, since: str | None = None) -> list[Spent]:
        """What the jobs cost or may cost, in groups by day, provider, variant or label."""
        with self._store.reading() as db:
            return list(spend_queries.spent(db, by, since=since))

    def forget(self, before: str) -> int:
        """Drop what tells about settled jobs that began before a time; how many. State, date and cost stay."""
        with self._store.writing() as db:
            db.execute("PRAGMA secure_delete = ON")  # else the pages keep the words until they are written again
            gone = job_rows.forget(db, before)
        with self._store.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def unsettled_before(self, before: str) -> int:
        """How many jobs that began before a time are not settled."""
        with self._store.reading() as db:
            return job_rows.count_unsettled(db, before)

    def claim(self, job_id: str) -> Job | None:
        """Make the job this process's own, so that no other works on it; None when a living process has it.

        A settled job is returned as it is: there is nothing left to own.
        """
        with self._store.writing() as db:
            job = preconditions.one(db, job_id)
            if self._is_others(job):
                return None
            if job.state in SETTLED:
                return job
            if job.state == "submitting" and job.owner != self._owners.name:
                self._lose(db, job_id)
            job_rows.change(db, job_id, {"owner": self._owners.own()})
            return preconditions.one(db, job_id)

    def release(self, job_id: str) -> None:
        """Leave the job to whoever claims it next, if it is this process's. One left `submitting` becomes `unknown`.

        Says nothing when the file cannot be written: this runs on the way out of errors that say more, and the end
        of the process releases the job as well.
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
                    self._lose(db, job_id)
                job_rows.change(db, job_id, {"owner": None})
        except InternalError:
            pass

    def recover(self) -> list[Job]:
        """The jobs whose process died with the reply outstanding: from now on `unknown`."""
        with self._store.writing() as db:
            return [preconditions.one(db, job_id) for job_id in self._abandon(db)]

    def choose(self, job_id: str, file: JobFile) -> None:
        """Record where an image goes before its name is taken, in place of an earlier choice; it is not saved yet."""
        with self._store.writing(f"the files of job `{job_id}` could not be recorded") as db:
            preconditions.standing(db, job_id)
            job_rows.put_file(db, job_id, replace(file, saved=False))

    def mark_saved(self, job_id: str, index: int) -> None:
        """The image and its sidecar are on disk under the chosen name."""
        with self._store.writing(f"the files of job `{job_id}` could not be recorded") as db:
            done = db.execute("UPDATE files SET saved = 1 WHERE job_id = ? AND number = ?", (job_id, index))
            if done.rowcount != 1:
                raise InternalError(f"Job `{job_id}` has no file {index} in the ledger.", job_id=job_id)

    def owner_alive(self, name: str) -> bool:
        """Whether the process that an `owner` names still runs; this one counts."""
        with explained(self._store.file):
            return self._owners.alive(name)

    def exists(self) -> bool:
        """Whether there are books yet: whoever must not make any asks this first."""
        return self._store.file.exists()

    def close(self) -> None:
        """Let go of this process's jobs and of the file; a later use opens it again."""
        self._store.close()

    def _changed(self, job: job_rows.Standing, changes: job_rows.Changes) -> dict[str, object]:
        """The columns to set; InternalError for a move that does not exist."""
        values: dict[str, object] = {"updated_at": self._stamp(), **changes}
        if unknown := set(changes) - job_rows.Changes.__annotations__.keys():
            raise TypeError(f"the ledger does not change {', '.join(sorted(unknown))}")
        state = changes.get("state") or job.state
        values["state"] = state
        if state != job.state:
            if state not in NEXT.get(job.state, ()):
                raise InternalError(f"Job `{job.job_id}` is `{job.state}` and cannot become `{state}`.")
            if state == "submitting":
                if self._is_others(job):
                    raise InternalError(f"Job `{job.job_id}` belongs to another process by now; nothing was sent.")
                values["owner"] = self._owners.own()
        if state in SETTLED:
            values["owner"] = None
        return values

    def _abandon(self, db: sqlite3.Connection) -> list[str]:
        """Mark what dead processes left in `submitting`; the ids."""
        found = db.execute("SELECT job_id, owner FROM jobs WHERE state = 'submitting'").fetchall()
        others = {row["owner"] for row in found} - {self._owners.name or ""}
        dead = {owner for owner in others if owner is None or not self._owners.alive(owner)}
        lost = [row["job_id"] for row in found if row["owner"] in dead]
        for job_id in lost:
            self._lose(db, job_id)
        return lost

    def _lose(self, db: sqlite3.Connection, job_id: str) -> None:
        values = {"state": "unknown", "owner": None, "error": _LOST, "updated_at": self._stamp()}
        job_rows.change(db, job_id, values)

    def _is_mine(self, job: job_rows.Standing) -> bool:
        return job.owner is not None and job.owner == self._owners.name

    def _is_others(self, job: Job | job_rows.Standing) -> bool:
        return job.owner is not None and job.owner != self._owners.name and self._owners.alive(job.owner)

    def _stamp(self) -> str:
        return job_rows.timestamp(self._now())
