"""Runs a batch of rows, from prompt files or `--seeds`: validates and prices all, then submits what is missing."""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flux2cli.app import App
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.batch.plan.drift import Drift
from flux2cli.core.batch.plan.judge import Choices
from flux2cli.core.batch.plan.missing import check_missing
from flux2cli.core.batch.preflight import RERUN_HINT, PendingRow, Preflight, Raw, preflight, second_pass
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.row import STDIN_SOURCE, Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.summary import BatchSummary, in_rows
from flux2cli.core.job.job import RowTag
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.file_names import relative_path
from flux2cli.core.request.name_fields import planned_path
from flux2cli.core.request.prepare import PreparedRequest, expected_cost, prepare_request
from flux2cli.core.request.request import Request
from flux2cli.core.run_options import RunOptions
from flux2cli.edges.places import Places, prepare_directory
from flux2cli.errors import BudgetError, Flux2Error, NotAsAskedError, PartialError, UsageError
from flux2cli.events import Event
from flux2cli.runs.candidate_builder import CandidateBuilder
from flux2cli.runs.limits import check_image, check_rows, day_budget
from flux2cli.runs.manifest_file import ManifestFile
from flux2cli.runs.prune_images import prune_images
from flux2cli.runs.row_builder import RowBuilder
from flux2cli.runs.row_counter import RowCounter
from flux2cli.runs.row_planner import RowPlanner
from flux2cli.runs.session import SILENT, Listener, Session
from flux2cli.runs.target import Destination, target_for
from flux2cli.wire import Target

if TYPE_CHECKING:
    from flux2cli.engine.batch_runner import BatchRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnd:
    """How a batch ended. `stopped` is what ended it early; `error` is the whole run's, None for success."""

    summary: BatchSummary
    stopped: Flux2Error | None
    error: Flux2Error | None


class BatchRun:
    """One batch. `read` yields its raw rows, from the start at each call; `builder` makes rows from them.

    `fewer` is the hint that says how to ask for fewer rows.
    """

    def __init__(
        self,
        app: App,
        options: RunOptions,
        batch: BatchOptions,
        builder: RowBuilder | CandidateBuilder,
        read: Callable[[], Iterable[Raw]],
        *,
        fewer: str = "--limit N sends the first N",
    ) -> None:
        self.options = options
        self.batch = batch
        self._app = app
        self._builder = builder
        self._read = read
        self._root = builder.output.directory
        self._fewer = fewer
        self._retry = batch.retry(options)
        self._choices = Choices(
            retry=self._retry,
            update=batch.update,
            overwrite=builder.output.overwrite,
            adopt=batch.adopt,
            remake=batch.remake or batch.reroll,
        )
        self._places = Places(writing=not options.dry_run)
        self.manifest = None if batch.manifest is None else ManifestFile(app, batch.manifest)

    def preflight(self) -> Preflight:
        """Validate every row, count the finished ones, and add up what the others may cost. Sends nothing.

        BudgetError when the rows to be sent may cost more than `--max-cost`.
        """
        self.batch.check_together()
        session = Session(self._app, sandbox=self.options.sandbox)
        ledger = session.ledger
        if not self.options.dry_run:
            ledger.recover()
        known = ledger if not self.options.dry_run or ledger.exists() else None
        planner = RowPlanner(
            self._app,
            known,
            self._root,
            self._choices,
            images=session.images,
            sandbox=self.options.sandbox,
            hashed=self.batch.adopt or self.batch.remake,
        )
        found = self._planned(planner)
        if not found.problems:
            if self._sees_all:
                found.orphans = list(planner.orphans(found.sources))
            if self.batch.prune and not found.sources - {STDIN_SOURCE}:
                raise UsageError(
                    "`--prune` needs a prompt file: rows from stdin and `--seeds` do not say which others there are.",
                    hint="name the file",
                )
            check_missing(found, remake=self.batch.remake_missing)
            if self._root_error is not None and found.count("send"):
                raise self._root_error
            check_rows(self.options, found, fewer=self._fewer)
        return found

    def _planned(self, planner: RowPlanner, *, is_check: bool = False) -> Preflight:
        """Every row as the planner has it; UsageError for a pattern of `--only` that finds none."""
        found = preflight(
            self._read(),
            build=self._builder.make,
            look=planner.plan,
            check=self._check,
            shard=self.batch.shard,
            limit=self.batch.limit,
            selection=self.batch.only,
            flags={*self._builder.parameters, "variant", "provider", "output"},
            is_check=is_check,
            note=lambda row, verdict: None if self.manifest is None else self.manifest.plan(row, verdict),
        )
        if not found.problems:
            self.batch.only.check()
        return found

    @property
    def _sees_all(self) -> bool:
        """Whether the run is about all rows, so that an image without one is known to have none."""
        return self.batch.shard is None and not self.batch.only

    def drifts(self) -> Preflight:
        """Compare every row with records and images, by their hashes; reads nothing else and writes nothing.

        The rows that differ are the result's `drifts`, and after them the images without a row.
        """
        self.batch.check_together()
        planner = RowPlanner(self._app, None, self._root, self._choices, sandbox=self.options.sandbox, hashed=True)
        found = self._planned(planner, is_check=True)
        if not found.problems and self._sees_all:
            for record in planner.orphans(found.sources):
                name = relative_path(record.path, str(self._app.cwd))
                found.drifts.append(Drift(state="orphan", file=name, id=record.id, reasons=("its row is gone",)))
        return found

    @cached_property
    def _root_error(self) -> UsageError | None:
        """Why no file can be made in the output directory, reported once and not for each row; None if one can."""
        try:
            self._places.check_directory(self._root)
        except UsageError as error:
            return error
        return None

    def _check(self, row: Row) -> Cost:
        """What the row may cost; UsageError or BudgetError when it cannot be sent."""
        path = planned_path(row.request, row.output, row_id=row.id, label=row.label, meta=row.meta)
        if self._root_error is None:
            self._places.check(path, is_file=row.output.explicit, root=self._root if row.places_itself else None)
        price = expected_cost(row.request)
        try:
            check_image(self._app, self.options, price, row.request.count)
        except BudgetError as error:
            raise BudgetError(f"{row.file}:{row.line}: {error.message}", hint=error.hint) from None
        return price

    def plans(self, found: Preflight) -> Iterator[tuple[Row, PendingRow, PreparedRequest | None]]:
        """Each row that is not done, with the request that would be sent, if any. Needs neither key nor network."""
        for row, todo in second_pass(self._read(), found.todo, self._builder.make):
            prepared = None
            if todo.action == "send":
                target, _ = target_for(self._app, row.request.route.provider, Destination.DRY_RUN)
                prepared = prepare_request(row.request, target)
            yield row, todo, prepared

    def prune(self, found: Preflight) -> int:
        """Remove the images without a row; returns how many (see `prune_images`)."""
        return prune_images(found.orphans, Session(self._app, sandbox=self.options.sandbox).images)

    def run(self, found: Preflight, summary: BatchSummary, listener: Listener = SILENT) -> BatchEnd:
        """Run the pending rows. The listener gets every event after the summary has counted it.

        `found` is the result of `preflight`, without problems, and used up here; `summary` is `found.summary()`.
        """
        with Session(self._app, sandbox=self.options.sandbox, listener=listener) as session:
            stopped = self._work(session, found, RowCounter(summary)) if found.todo else None
        session.images.trim()
        if self.manifest is not None:
            self.manifest.write()
        return BatchEnd(summary=summary, stopped=stopped, error=stopped or self._verdict(summary))

    def _work(self, session: Session, found: Preflight, counter: RowCounter) -> Flux2Error | None:
        """The error that stopped the batch early, if one did."""
        from flux2cli.engine.cpu_affinity import one_core
        from flux2cli.engine.move_images import move_images

        with nullcontext() if self.options.sandbox else one_core():
            replaced = frozenset(target for todo in found.todo if todo.replaces for _, target in todo.moves)
            moves = (move for todo in found.todo for move in todo.moves)
            unmoved = move_images(moves, session.images, replaced=replaced)
            batch = self._batch(session, found, counter, unmoved)
            try:
                pending = second_pass(self._read(), found.todo, self._builder.make)
                return session.supervise(batch.engine, lambda: batch.run(pending), hint=RERUN_HINT)
            except Flux2Error as error:  # interrupted: running rows did not end here
                counter.count_rest(session.ledger)
                return error

    def _batch(self, session: Session, found: Preflight, counter: RowCounter, unmoved: frozenset[str]) -> "BatchRunner":
        from flux2cli.engine.batch_runner import BatchRunner

        providers = dict.fromkeys(todo.provider for todo in found.todo)
        session.check_faults(providers)
        targets = {name: session.target(name) for name in providers}
        prepare_directory(Path(self._root))
        return BatchRunner(
            engine=session.engine(keep=found.keys.__contains__, count=self._count(counter), cache=session.images),
            images=session.images,
            unmoved=unmoved,
            root=self._root,
            siblings=found.keys,
            retry=self._retry,
            spec=lambda row, claim: self._spec(row, claim, targets[row.request.route.provider]),
            target=lambda provider: targets.get(provider) or session.target(provider),
            concurrency=max(1, min(self.batch.concurrency, len(found.todo))),
            timeout=self.options.timeout,
            strict=self.options.strict,
            max_failures=self.batch.max_failures,
        )

    def _count(self, counter: RowCounter) -> Callable[[Event], None]:
        """Counts each event, and adds the end of a row to the manifest."""

        def count(event: Event) -> None:
            counter.count(event)
            if self.manifest is not None and isinstance(event, RowFinished):
                self.manifest.add(event)

        return count

    def _spec(self, row: Row, claim: RowClaim, target: Target) -> JobSpec:
        options = self.options
        return JobSpec(
            request=rerolled(row.request) if self.batch.reroll else row.request,
            target=target,
            output=row.output,
            label=row.label or options.label,
            wait=options.wait,
            timeout=options.timeout,
            resubmit_unknown=options.resubmit_unknown,
            strict=options.strict,
            budget=day_budget(self._app, options),
            row=RowTag(
                key=row.key,
                root=self._root,
                id=row.id,
                source=row.source,
                candidate=None if row.candidate is None else row.candidate.document(),
                meta=row.meta,
            ),
            claim=claim,
        )

    def _verdict(self, summary: BatchSummary) -> Flux2Error | None:
        left = summary.submitted if self.options.wait else 0
        if summary.failed or summary.unknown or summary.undecided or left:
            is_saved = not (summary.failed or summary.unknown or left)
            what = "Some rows are left for you to decide" if is_saved else "Not every row was saved"
            return PartialError(f"{what}: {summary.sentence()}.", hint=_way_on(summary, self._retry))
        if self.options.strict and summary.not_as_asked:
            return NotAsAskedError(
                f"{in_rows(summary.not_as_asked)} saved, but not as asked.",
                hint="the files are kept; see the warnings",
            )
        return None


def rerolled(request: Request) -> Request:
    """The request with another seed, where it has one: without, the provider draws a new one anyway."""
    if "seed" not in request.values:
        return request
    return replace(request, values={**request.values, "seed": random.randrange(1, 1 << 31)})  # noqa: S311 - no secret


def _way_on(summary: BatchSummary, asked: RetryChoice) -> str:
    """The hint for rows that are not saved."""
    more = "" if asked.failed and asked.moderated else "; --retry-failed and --retry-moderated the rest"
    ways = [
        (summary.submitted, "the same command collects what was submitted"),
        (summary.failed - summary.failed_here, f"the same command sends again what the provider failed{more}"),
        (summary.failed_here, "the same command sends again what failed on this machine, once the cause is gone"),
        (summary.unknown, "`flux2 jobs list --state unknown` names what may have been accepted"),
        (summary.undecided, "what is odd about an image that was kept or put aside is said above"),
    ]
    return "; ".join(way for count, way in ways if count)


def invalid_rows(found: Preflight) -> UsageError:
    """The error for rows that have problems."""
    count = len(found.problems) + found.more_problems
    return UsageError(
        f"There {'is 1 problem' if count == 1 else f'are {count} problems'} in the rows; nothing was sent.",
        hint="--dry-run checks the files again without sending anything",
        problems=tuple(found.problems),
    )
