"""The ledger's queries. Each sees committed data only, and reads no more rows than it returns, or a page at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.job.job import SETTLED, Job, State
from flux2cli.core.money.budget import Used, used
from flux2cli.core.money.spend import By, Spent
from flux2cli.edges.ledger import batch_rows, job_lists, job_rows, preconditions, spend_queries
from flux2cli.edges.ledger.job_lists import JobFilter, Position
from flux2cli.edges.ledger.store import Store
from flux2cli.errors import UsageError

_CHUNK = 1000
"""Jobs that one query reads: 15 ms in which no other thread of this process can read."""
_SHORTEST_PREFIX = 4
"""Letters of a job id, at least, by which a person may name it."""


class LedgerReader:
    """The queries of a ledger. Every method raises InternalError when it cannot be read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, prefix: str) -> Job:
        """The job whose id begins with `prefix`, whatever its case; UsageError when none or more than one does.

        UsageError also for less than four letters, by which an id is too easily mistaken for another.
        """
        wanted = prefix.strip().lower()
        if not (wanted.isascii() and wanted.isalnum()):
            raise preconditions.not_found(prefix)
        if len(wanted) < _SHORTEST_PREFIX:
            raise UsageError(f"`{prefix}` is too short for a job id.", hint="type four letters of it at least")
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
        provider: str | None = None,
        label: str | None = None,
        since: str | None = None,
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[Job]:
        """The jobs that match every given filter, in order of creation: all, or the first `limit` of them."""
        chosen = None if states is None else tuple(states)
        wanted = JobFilter(states=chosen, provider=provider, label=label, since=since)
        return list(islice(self.each_job(wanted, newest_first=newest_first, page=limit or _CHUNK), limit))

    def each_job(self, wanted: JobFilter, *, newest_first: bool = True, page: int = _CHUNK) -> Iterator[Job]:
        """Every job that fits, in order of creation, read `page` at a time.

        Other threads can read in between, and other processes write. A change during the iteration may or may not show.
        """
        after: Position | None = None
        while True:
            with self._store.reading() as db:
                found = job_lists.page(db, wanted, newest_first=newest_first, after=after, limit=page)
            yield from (job for _, job in found)
            if len(found) < page:
                return
            after = found[-1][0]

    def with_request(self, provider: str, request_id: str) -> Job | None:
        """The job that the provider knows by this request id; None when there is none."""
        conditions = [job_rows.equals("request_id", request_id), job_rows.equals("+provider", provider)]
        with self._store.reading() as db:
            return next(iter(job_rows.select(db, conditions, limit=1)), None)

    def count(self, states: Iterable[State], *, before: str | None = None) -> dict[State, int]:
        """The number of jobs in each of the states that has any, of those that began before a time, if one is given."""
        with self._store.reading() as db:
            return spend_queries.count(db, states, before=before)

    def same_request(self, request_key: str, states: Iterable[State], *, limit: int) -> list[Job]:
        """The newest identical jobs in any of these states, newest first; `limit` of them at most."""
        wanted = JobFilter(states=tuple(states), request_key=request_key)
        return list(islice(self.each_job(wanted, page=limit), limit))

    def open_rows(self, root: str) -> list[str]:
        """The keys of rows below an output root that have a job at a provider, or one that is being submitted."""
        with self._store.reading() as db:
            return batch_rows.keys_in_progress(db, root)

    def recorded_row(self, root: str, key: str) -> RecordedRow | None:
        """The row with the job that counts for it, None when it never had one."""
        with self._store.reading() as db:
            return batch_rows.recorded(db, root, key)

    def row(self, root: str, key: str) -> Job | None:
        """The job that counts for one row, None when it never had one."""
        with self._store.reading() as db:
            return batch_rows.counting(db, root, key)

    def spent(self, by: By, *, since: str | None = None, sandbox: bool = False) -> list[Spent]:
        """What jobs cost or may cost, grouped by day, provider, variant or label.

        `sandbox` counts those of the emulator as well.
        """
        with self._store.reading() as db:
            return list(spend_queries.spent(db, by, since=since, sandbox=sandbox))

    def used_since(self, day: str) -> Used:
        """What the real jobs since the beginning of a day use of a budget."""
        with self._store.reading() as db:
            return used(spend_queries.of_day(db, day))

    def forgettable(self, before: str) -> int:
        """The number of jobs that `forget` would change."""
        with self._store.reading() as db:
            settled = spend_queries.count(db, SETTLED, before=before)
            return sum(settled.values()) - job_rows.count_forgotten(db, before)
