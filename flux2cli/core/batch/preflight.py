"""The first look at all rows of a batch: what is wrong with them, what is done, and what is left to do and to pay."""

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.resume import Action
from flux2cli.core.batch.row import RawRow, Row, RowProblem
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.row_problems import problem_of
from flux2cli.core.batch.shards import Shard
from flux2cli.core.job.job import Job
from flux2cli.core.money.cost import Estimate
from flux2cli.errors import UsageError

MOST_PROBLEMS = 50
"""So many are told; the rest is counted."""
_GOES_ON = "the same command goes on with what is left"

Raw = RawRow | RowProblem
Build = Callable[[RawRow, int, RowKeys], Row]
"""A validated row from a raw one, its number and whoever gives the keys; UsageError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """A row that is not done. `known` is the job that counts for it, None where there is none."""

    number: int
    key: str
    provider: str
    action: Action
    known: RecordedRow | Job | None


@dataclass(slots=True, kw_only=True)
class Bill:
    """What the rows that will be sent may cost: low and high ends in US dollars, and how many have no known price."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unpriced: int = 0

    def add(self, estimate: Estimate) -> None:
        """One more request."""
        if estimate.low is None or estimate.high is None:
            self.unpriced += 1
        else:
            self.low, self.high = self.low + estimate.low, self.high + estimate.high


@dataclass(slots=True, kw_only=True)
class Preflight:
    """What was found. `rows` counts those of this shard; `keys` are those of all rows, whichever shard has them."""

    rows: int = 0
    done: int = 0
    held_back: int = 0
    """Rows that `limit` leaves for another run."""
    bill: Bill = field(default_factory=Bill)
    todo: deque[PendingRow] = field(default_factory=deque)
    keys: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    more_problems: int = 0
    _told: set[str] = field(default_factory=set)
    _ids: dict[str, str] = field(default_factory=dict)
    _outputs: dict[str, str] = field(default_factory=dict)

    def count(self, action: Action) -> int:
        """How many rows are to be treated like this."""
        return sum(todo.action == action for todo in self.todo)

    def report(self, problem: RowProblem) -> None:
        """One more problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def fail(self, error: UsageError, raw: RawRow, flags: Container[str]) -> None:
        """A row that is not valid. What a flag gives to every row is told once, at the first that cannot have it."""
        if error.about in flags and error.about not in raw.values:
            if error.message in self._told:
                return
            self._told.add(error.message)
        self.report(problem_of(error, raw))

    def check_unique(self, row: Row) -> None:
        """UsageError when the row has the id or the file of an earlier one."""
        place = f"{row.file}:{row.line}"
        if row.id is not None:
            first = self._ids.setdefault(row.id, place)
            if first is not place:
                raise UsageError(f"`{row.id}` is the id of {first}, too.", hint="an id names one row", about="id")
        if row.output.explicit:
            path = str(Path(row.output.directory) / row.output.name)
            first = self._outputs.setdefault(path, place)
            if first is not place:
                raise UsageError(
                    f"`{row.output.name}` is where {first} goes, too.", hint="give each row a file", about="output"
                )


def preflight(
    raws: Iterable[Raw],
    *,
    build: Build,
    look: Callable[[Row], tuple[Action, RecordedRow | Job | None]],
    check: Callable[[Row], Estimate],
    shard: Shard | None = None,
    limit: int | None = None,
    flags: Container[str] = (),
) -> Preflight:
    """Look at every row. `look` says what is to be done with it; `check` is asked about those that will be sent.

    `flags` are the names of what was given for all rows.

    All rows are validated, those of other shards too, so that every machine gives the same answer.
    """
    found = Preflight()
    keys = RowKeys()
    sent = 0
    for number, raw in enumerate(raws, start=1):
        if isinstance(raw, RowProblem):
            found.report(raw)
            continue
        try:
            row = build(raw, number, keys)
            found.check_unique(row)
            found.keys.add(row.key)
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
                found.bill.add(estimate)
            provider = row.request.route.provider
            found.todo.append(PendingRow(number=number, key=row.key, provider=provider, action=action, known=known))
        except UsageError as error:
            found.fail(error, raw, flags)
    return found


def second_pass(raws: Iterable[Raw], todo: deque[PendingRow], build: Build) -> Iterator[tuple[Row, PendingRow]]:
    """The rows that are to do, read a second time; UsageError when the file is not what it was.

    Takes them off the list, so that it shrinks while the count of repeats grows again.
    """
    wanted = _next(todo)
    keys = RowKeys()
    for number, raw in enumerate(raws, start=1):
        if wanted is None:
            return
        if isinstance(raw, RowProblem):
            raise _changed(raw)
        try:
            row = build(raw, number, keys)  # those in between as well: repeats are counted
        except UsageError as error:
            raise UsageError(str(problem_of(error, raw)), hint=f"it was right before; {_GOES_ON}") from None
        if number == wanted.number:
            if row.key != wanted.key:
                raise _changed(raw)
            yield row, wanted
            wanted = _next(todo)
    if wanted is not None:
        raise UsageError(f"The rows end before row {wanted.number}, which was there before.", hint=_GOES_ON)


def _next(todo: deque[PendingRow]) -> PendingRow | None:
    return todo.popleft() if todo else None


def _changed(raw: Raw) -> UsageError:
    place = f" (line {raw.line})" if raw.line is not None else ""
    return UsageError(f"`{raw.file}` changed while it was being run{place}.", hint=_GOES_ON)
