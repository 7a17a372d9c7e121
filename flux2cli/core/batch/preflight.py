"""The preflight of a batch: validates all rows, counts the finished ones, and adds up what the others may cost.

A run reads the prompt file twice: `preflight` checks everything before anything is sent, `second_pass` yields the rows.
"""

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.meta_fields import MetaFields
from flux2cli.core.batch.resume import Action
from flux2cli.core.batch.row import RawRow, Row, RowProblem
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.row_problems import problem_of
from flux2cli.core.batch.shards import Shard
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.batch.unique_rows import UniqueRows
from flux2cli.core.job.job import Job
from flux2cli.core.money.cost_sum import CostSum
from flux2cli.core.money.job_cost import Cost
from flux2cli.errors import UsageError

MOST_PROBLEMS = 50
"""Problems that are listed; further ones are only counted."""
RERUN_HINT = "the same command goes on with what is left"

Raw = RawRow | RowProblem
Build = Callable[[RawRow, int, RowKeys], Row]
"""Makes a validated row from a raw row, its number and the row keys of this pass; UsageError when it is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """A row that is not done; small, since a batch keeps them all. `known` is the job that counts for it, or None."""

    number: int
    key: str
    provider: str
    action: Action
    known: RecordedRow | Job | None

    @classmethod
    def of(cls, row: Row, action: Action, known: RecordedRow | Job | None) -> Self:
        """The row without its request, which is read again when its turn comes."""
        return cls(number=row.number, key=row.key, provider=row.request.route.provider, action=action, known=known)


@dataclass(slots=True, kw_only=True)
class Preflight:
    """The result of a preflight. `rows` counts the rows of this shard; `keys` holds the keys of all shards' rows."""

    rows: int = 0
    done: int = 0
    held_back: int = 0
    """Rows that `limit` leaves for a later run."""
    bill: CostSum = field(default_factory=CostSum)
    """What the rows to be sent may cost."""
    todo: deque[PendingRow] = field(default_factory=deque)
    keys: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    more_problems: int = 0
    _reported: set[str] = field(default_factory=set)

    def summary(self) -> BatchSummary:
        """The summary of a run that begins now: the rows that were done before count as skipped."""
        return BatchSummary(self.rows, skipped=self.done, held_back=self.held_back)

    def count(self, action: Action) -> int:
        """The number of pending rows with this action."""
        return sum(todo.action == action for todo in self.todo)

    def report(self, problem: RowProblem) -> None:
        """Add a problem; counts it only, once MOST_PROBLEMS are listed."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def fail(self, error: UsageError, raw: RawRow, flags: Container[str]) -> None:
        """Report an invalid row. An error about a flag's value, which all rows share, is reported only once."""
        if error.about in flags and error.about not in raw.values:
            if error.message in self._reported:
                return
            self._reported.add(error.message)
        self.report(problem_of(error, raw))


def preflight(
    raws: Iterable[Raw],
    *,
    build: Build,
    look: Callable[[Row], tuple[Action, RecordedRow | Job | None]],
    check: Callable[[Row], Cost],
    shard: Shard | None = None,
    limit: int | None = None,
    flags: Container[str] = (),
) -> Preflight:
    """Validate every row. `look` returns a row's action and the job that counts for it, `check` what it may cost.

    `check` raises UsageError for a row that must not be sent. `limit` is the highest number of rows to send. `flags`
    names the parameters that the command line gives to all rows. Rows of other shards are validated too, so that every
    machine reports the same problems.
    """
    found = Preflight()
    keys = RowKeys()
    unique = UniqueRows()
    meta = MetaFields()
    sent = 0
    for number, raw in enumerate(raws, start=1):
        if isinstance(raw, RowProblem):
            found.report(raw)
            continue
        try:
            row = build(raw, number, keys)
            unique.check(row)
            meta.add(row, raw)
            found.keys.update(row.keys)
            if shard is not None and not shard.has(row.key):
                continue
            found.rows += 1
            action, known = look(row)
            if action == "skip":
                found.done += 1
                continue
            if action == "send":
                estimate = check(row)
                if limit is not None and sent >= limit:
                    found.held_back += 1
                    continue
                sent += 1
                found.bill.add(estimate.low, estimate.high)
            found.todo.append(PendingRow.of(row, action, known))
        except UsageError as error:
            found.fail(error, raw, flags)
    for first, missing in meta.missing():
        found.fail(missing, first, flags)
    return found


def second_pass(raws: Iterable[Raw], todo: deque[PendingRow], build: Build) -> Iterator[tuple[Row, PendingRow]]:
    """Read the rows again and yield each pending one; UsageError when the file has changed since the preflight.

    Removes the rows from `todo` on the way, so that memory does not grow while RowKeys counts repeats again.
    """
    wanted = _next(todo)
    keys = RowKeys()
    for number, raw in enumerate(raws, start=1):
        if wanted is None:
            return
        if isinstance(raw, RowProblem):
            raise _changed(raw)
        try:
            row = build(raw, number, keys)  # for rows that are done as well: the keys count repeats
        except UsageError as error:
            raise UsageError(str(problem_of(error, raw)), hint=f"it was right before; {RERUN_HINT}") from None
        if number == wanted.number:
            if row.key != wanted.key:
                raise _changed(raw)
            yield row, wanted
            wanted = _next(todo)
    if wanted is not None:
        raise UsageError(f"The rows end before row {wanted.number}, which was there before.", hint=RERUN_HINT)


def _next(todo: deque[PendingRow]) -> PendingRow | None:
    return todo.popleft() if todo else None


def _changed(raw: Raw) -> UsageError:
    place = f" (line {raw.line})" if raw.line is not None else ""
    return UsageError(f"`{raw.file}` changed while it was being run{place}.", hint=RERUN_HINT)
