"""The preflight of a batch: validates all rows, counts the finished ones, and adds up what the others may cost.

A run reads the prompt file twice: `preflight` checks everything before anything is sent, `second_pass` yields the rows.
"""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.meta_fields import MetaFields
from flux2cli.core.batch.plan.drift import Drift
from flux2cli.core.batch.plan.moves import moves_of, places_of
from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.plan.refusal import refusal
from flux2cli.core.batch.plan.verdict import IN_ORDER, PlanState, Verdict
from flux2cli.core.batch.resume import Action
from flux2cli.core.batch.row import RawRow, Row, RowProblem
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.row_problems import problem_of
from flux2cli.core.batch.selection import Selection
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
Planned = tuple[Verdict, RecordedRow | None]
"""What a plan says of a row, and the ledger's job that counts for it."""
Build = Callable[[RawRow, int, RowKeys], Row]
"""Makes a validated row from a raw row, its number and the row keys of this pass; UsageError when it is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """A row that is not done; small, since a batch keeps them all. `known` is the job that counts for it, or None.

    `moves` are pairs of absolute paths: images that are moved before the action; `replaces`: whatever is in their place
    makes room. `places` are the absolute paths that
    new images take, by index; empty where they get names of their own. `images` are those of the row that are there.
    `is_settled` is the verdict's.
    """

    number: int
    key: str
    provider: str
    action: Action
    known: RecordedRow | Job | None
    state: PlanState = "new"
    reasons: tuple[str, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    replaces: bool = False
    places: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    is_settled: bool = True

    @classmethod
    def of(cls, row: Row, action: Action, known: RecordedRow | Job | None) -> Self:
        """The row without its request, which is read again when its turn comes."""
        return cls(number=row.number, key=row.key, provider=row.request.route.provider, action=action, known=known)

    @classmethod
    def planned(cls, row: Row, verdict: Verdict, known: RecordedRow | None) -> Self:
        """The row as the plan has it."""
        moves = moves_of(row, verdict)
        return cls(
            number=row.number,
            key=row.key,
            provider=row.request.route.provider,
            action="move" if moves and verdict.action == "skip" else verdict.action,
            known=known,
            state=verdict.state,
            reasons=verdict.reasons,
            moves=moves,
            replaces=verdict.replaces,
            places=places_of(row, verdict, known, dict(moves)),
            images=tuple(record.path for record in verdict.records),
            is_settled=verdict.is_settled,
        )


@dataclass(slots=True, kw_only=True)
class Preflight:
    """The result of a preflight. `rows` counts the rows of this shard; `keys` holds the keys of all shards' rows."""

    is_check: bool = False
    """Nothing is to be done: rows that drift are listed."""
    rows: int = 0
    done: int = 0
    sources: set[str] = field(default_factory=set)
    """The prompt files, as records name them."""
    held_back: int = 0
    """Rows that `limit` leaves for a later run."""
    bill: CostSum = field(default_factory=CostSum)
    """What the rows to be sent may cost."""
    todo: deque[PendingRow] = field(default_factory=deque)
    keys: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)
    more_problems: int = 0
    states: Counter[PlanState] = field(default_factory=Counter)
    orphans: list[ImageRecord] = field(default_factory=list)
    """Images of rows that their prompt file does not have any more."""
    gone: int = 0
    """Rows whose recorded images are gone, and that would be made again."""
    drifts: list[Drift] = field(default_factory=list)
    sent: int = 0
    """Rows to be sent in this run."""
    _reported: set[str] = field(default_factory=set)

    def add(
        self, row: Row, verdict: Verdict, known: RecordedRow | None, *, check: Callable[[Row], Cost], limit: int | None
    ) -> None:
        """Count a planned row, with what it may cost; UsageError when the run must not begin with it."""
        self.states[verdict.state] += 1
        if self.is_check:
            if verdict.state not in IN_ORDER:
                self.drifts.append(Drift.of(row, verdict))
            return
        pending = PendingRow.planned(row, verdict, known)
        if verdict.action == "refuse":
            raise refusal(row, verdict)
        if pending.action == "skip":
            self.done += 1
            return
        if pending.action == "send":
            self.gone += verdict.state == "missing"
            estimate = check(row)
            if limit is not None and self.sent >= limit:
                self.held_back += 1
                return
            self.sent += 1
            self.bill.add(estimate.low, estimate.high)
        self.todo.append(pending)

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
    look: Callable[[Row, bool], Planned | None],
    check: Callable[[Row], Cost],
    shard: Shard | None = None,
    limit: int | None = None,
    flags: Container[str] = (),
    is_check: bool = False,
    selection: Selection | None = None,
    note: Callable[[Row, Verdict], None] = lambda _row, _verdict: None,
) -> Preflight:
    """Validate every row. `look` plans a row, `check` says what it may cost.

    `look` returns None for a row that it can plan only when it has seen all others; its second argument is then True.
    `check` raises UsageError for a row that must not be sent. `limit` is the highest number of rows to send. `flags`
    names the parameters that the command line gives to all rows. `is_check` lists drifts and prices nothing.
    `note` gets each row with what the plan says of it.
    Rows of other shards, and those that are not selected, are validated too, so that every
    machine reports the same problems.
    """
    found = Preflight(is_check=is_check)
    keys = RowKeys()
    unique = UniqueRows()
    meta = MetaFields()
    later: list[tuple[Row, RawRow]] = []
    selection = selection or Selection()

    def plan(row: Row, raw: RawRow, *, last: bool) -> None:
        planned = look(row, last)
        if planned is None:
            later.append((row, raw))
        else:
            note(row, planned[0])
            found.add(row, *planned, check=check, limit=limit)

    for number, raw in enumerate(raws, start=1):
        if isinstance(raw, RowProblem):
            found.report(raw)
            continue
        try:
            row = build(raw, number, keys)
            unique.check(row)
            meta.add(row, raw)
            found.keys.update(row.keys)
            if row.source is not None:
                found.sources.add(row.source)
            if not selection.has(row.candidate.id if row.candidate is not None else row.id) or (
                shard is not None and not shard.has(row.key)
            ):
                continue
            found.rows += 1
            plan(row, raw, last=False)
        except UsageError as error:
            found.fail(error, raw, flags)
    for row, raw in later:
        try:
            plan(row, raw, last=True)
        except UsageError as error:
            found.fail(error, raw, flags)
    found.todo = deque(sorted(found.todo, key=lambda todo: todo.number)) if later else found.todo
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
