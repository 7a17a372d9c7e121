"""Runs the rows of prompt files, or of `--seeds`: look at all, tell the price, then submit what is missing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flux2cli.app import App
from flux2cli.core.batch.claims import RowClaim
from flux2cli.core.batch.preflight import Preflight, Raw, preflight, second_pass
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished
from flux2cli.core.batch.shards import Shard
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.job.job import RowTag
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.money.cost import Estimate, estimate, money, planned_outputs
from flux2cli.errors import BudgetError, Flux2Error, NotAsAskedError, PartialError, UsageError
from flux2cli.events import Event
from flux2cli.options.run_values import timeout_of
from flux2cli.output import batch_plan, github, result, row_result
from flux2cli.runs import limits
from flux2cli.runs.row_builder import RowBuilder
from flux2cli.runs.row_history import RowHistory
from flux2cli.runs.target import Destination, place_of, target_for
from flux2cli.wire import Target

if TYPE_CHECKING:
    from flux2cli.engine import EventQueue
    from flux2cli.engine.batch_runner import Batch

_GOES_ON = "the same command goes on with what is left"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """What the flags of a batch ask for, besides those of every run."""

    flights: int = 8
    limit: int | None = None
    max_failures: int | None = None
    shard: Shard | None = None
    again: RetryChoice = field(default_factory=RetryChoice)
    summary: bool = False


class BatchRun:
    """One batch. `read` gives its raw rows, from the start each time; `run` has the options of every run by name."""

    def __init__(
        self,
        app: App,
        run: Mapping[str, Any],
        maker: RowBuilder,
        read: Callable[[], Iterable[Raw]],
        options: BatchOptions,
    ) -> None:
        self._app = app
        self._run = run
        self._maker = maker
        self._read = read
        self._options = options
        self._root = maker.output.directory
        self._sandbox = bool(app.config.get("sandbox", run["sandbox"] or None).value)

    def start(self) -> None:
        """Do all of it. Raises what the whole batch ended with; see the README for what each row may say."""
        found = self._survey()
        if found.problems:
            github.tell_problems(self._app, found.problems, found.more_problems, summary=self._options.summary)
            raise _invalid(found)
        batch_plan.check_bill(self._run, found)
        batch_plan.tell_bill(self._app, found)
        if self._run["dry_run"]:
            self._show_plans(found)
        else:
            self._generate(found)

    def _survey(self) -> Preflight:
        ledger = self._app.ledger(sandbox=self._sandbox)
        if self._run["dry_run"]:
            books = ledger if ledger.exists() else None
        else:
            ledger.recover()
            books = ledger
        past = RowHistory(self._app, books, self._root, self._options.again, sandbox=self._sandbox)
        return preflight(
            self._read(),
            build=self._maker.make,
            look=past.look,
            check=self._check,
            shard=self._options.shard,
            limit=self._options.limit,
            flags={*self._maker.parameters, "variant", "provider"},
        )

    def _check(self, row: Row) -> Estimate:
        """What the row may cost; UsageError and BudgetError where it cannot be sent."""
        path = Path(row.output.directory) / row.output.name
        if row.output.explicit and not row.output.overwrite and path.exists():
            raise UsageError(
                f"`{result.shown(self._app, str(path))}` exists, and is not this row's image.",
                hint="--overwrite replaces it",
                about="output",
            )
        request = row.request
        sizes = [reference.size for reference in request.references]
        price = estimate(request.route, outputs=planned_outputs(request.route, request.values, sizes), inputs=sizes)
        count = request.values.get("num", 1)
        try:
            limits.check_image(
                self._app, self._run, price, count if isinstance(count, int) else 1, sandbox=self._sandbox
            )
        except BudgetError as error:
            raise BudgetError(f"{row.file}:{row.line}: {error.message}", hint=error.hint) from None
        return price

    def _show_plans(self, found: Preflight) -> None:
        from flux2cli.core.request.prepare import prepare_request

        for row, todo in second_pass(self._read(), found.todo, self._maker.make):
            if todo.action != "send":
                continue
            target = target_for(self._app, row.request.route.provider, Destination.DRY_RUN)
            plan = prepare_request(row.request, target, row.output)
            row_result.show_row_plan(self._app, row, plan)
        if self._app.json:
            document = BatchSummary(found.rows, skipped=found.done).document()
            bill = {"amount": money(found.bill.low), "max": money(found.bill.high), "currency": "USD"}
            unpriced = found.bill.unpriced
            self._app.out_json({**document, "dry_run": True,
                                "cost": {**bill, "source": "estimated", "unpriced": unpriced}})  # fmt: skip

    def _generate(self, found: Preflight) -> None:
        from flux2cli.edges import files
        from flux2cli.engine import Engine, EventQueue
        from flux2cli.engine.batch_runner import Batch
        from flux2cli.engine.cpu_affinity import one_core

        app, options = self._app, self._options
        with place_of(app, sandbox=self._sandbox) as place, nullcontext() if self._sandbox else one_core():
            targets = {name: target_for(app, name, place) for name in dict.fromkeys(t.provider for t in found.todo)}
            if found.todo:
                files.prepare_directory(Path(self._root))
            events = EventQueue()
            engine = Engine(
                http=app.http, ledger=app.ledger(sandbox=self._sandbox), now=app.now, clock=app.clock,
                listen=events.put, keep=found.keys.__contains__,
            )  # fmt: skip
            timeout = timeout_of(app, self._run["timeout"])
            batch = Batch(
                engine=engine, root=self._root, siblings=found.keys, again=options.again,
                order=lambda row, claim: self._order(row, claim, targets[row.request.route.provider], timeout),
                target=lambda provider: targets.get(provider) or target_for(app, provider, place),
                flights=max(1, min(options.flights, len(found.todo))), timeout=timeout, strict=self._run["strict"],
                max_failures=options.max_failures,
            )  # fmt: skip
            self._watch(batch, events, found)

    def _watch(self, batch: "Batch", events: "EventQueue", found: Preflight) -> None:
        """Run the rows that are to do, and show how each ends."""
        from flux2cli.engine import supervise
        from flux2cli.engine.batch_runner import Work
        from flux2cli.output.batch_progress import BatchProgress

        tally, page = BatchSummary(found.rows, skipped=found.done), github.StepSummary(self._app)
        view = BatchProgress(self._app, tally)

        def work() -> Iterator[Work]:
            for row, todo in second_pass(self._read(), found.todo, self._maker.make):
                yield Work(row=row, action=todo.action, known=todo.known)

        def show(event: Event) -> None:
            if isinstance(event, RowFinished):
                batch.begun.pop(event.row.key, None)
                tally.add(event)
                if self._options.summary:
                    page.add(event)
                row_result.show_row(self._app, event)
            view.show(event)

        ended: Flux2Error | None = None
        try:
            if found.todo:
                ended = supervise(batch.engine, events, lambda: batch.run(work()), show, view.tick, hint=_GOES_ON)
        except Flux2Error as error:  # interrupted: what is under way came to no end here
            ended = error
            for left in batch.left_open():
                tally.add(left)
        finally:
            view.finish()
        if self._options.summary:
            page.write(tally)
        self._end(tally, ended)

    def _order(self, row: Row, claim: RowClaim, target: Target, timeout: float | None) -> JobSpec:
        app, run = self._app, self._run
        label = row.label or app.config.get("label").value
        return JobSpec(
            request=row.request,
            target=target,
            output=row.output,
            label=None if label is None else str(label),
            wait=run["wait"],
            timeout=timeout,
            resubmit_unknown=run["resubmit_unknown"],
            strict=run["strict"],
            budget=limits.day_budget(app, run, sandbox=self._sandbox),
            row=RowTag(key=row.key, root=self._root, id=row.id, meta=row.meta),
            claim=claim,
        )

    def _end(self, tally: BatchSummary, ended: Flux2Error | None) -> None:
        """The summary, as the last line of either stream; then the error that the whole came to."""
        app = self._app
        error = ended or self._verdict(tally)
        if app.json and (error is None or error.exit_code != 141):
            if ended is not None:
                row_result.show_error(app, ended)
            app.out_json(tally.document())
        if tally.ended > tally.skipped and not isinstance(error, PartialError):  # which says the same
            app.err(tally.sentence())
        if error is not None:
            error.documented = True
            raise error

    def _verdict(self, tally: BatchSummary) -> Flux2Error | None:
        left = tally.submitted if self._run["wait"] else 0
        if tally.failed or tally.unknown or left:
            return PartialError(
                f"Not every row was saved: {tally.sentence()}.", hint=_way_on(tally, self._options.again)
            )
        if self._run["strict"] and tally.not_as_asked:
            return NotAsAskedError(
                f"{batch_plan.in_rows(tally.not_as_asked)} saved, but not as asked.",
                hint="the files are kept; see the warnings",
            )
        return None


def _way_on(tally: BatchSummary, asked: RetryChoice) -> str:
    """What to type for the rows that are not saved."""
    more = "" if asked.failed and asked.moderated else "; --retry-failed and --retry-moderated the rest"
    ways = [
        (tally.submitted, "the same command collects what was submitted"),
        (tally.failed, f"the same command sends again what the provider failed{more}"),
        (tally.unknown, "`flux2 jobs list --state unknown` names what may have been accepted"),
    ]
    return "; ".join(way for count, way in ways if count)


def _invalid(found: Preflight) -> UsageError:
    count = len(found.problems) + found.more_problems
    error = UsageError(
        f"There {'is 1 problem' if count == 1 else f'are {count} problems'} in the rows; nothing was sent.",
        hint="--dry-run checks the files again without sending anything",
    )
    error.problems = tuple(found.problems)
    return error
