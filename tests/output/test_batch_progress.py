"""What a batch says while it runs: lines for what finished, and on a terminal a view of what is running."""

import gc
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from flux2cli.app import App
from flux2cli.core.batch.row import Row
from flux2cli.core.batch.row_events import RowFinished, RowStarted, RowStatus
from flux2cli.core.batch.summary import BatchSummary
from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import JobResult
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.reference import from_url
from flux2cli.core.request.route import choose_route
from flux2cli.errors import Flux2Error, ModeratedError, NotSavedError, StillRunningError, UnknownOutcomeError
from flux2cli.events import Event, Noted, Queued, Retrying, Running, Saved, Submitted, Warned
from flux2cli.output.batch_progress import BatchProgress, span

OUTPUT = Output(directory="/work/out", name="{slug}.{ext}")
REQUEST = build_request(choose_route("flash", "fal", "text"), {"prompt": "a red fox"})
JOB = Job(
    job_id="jjjjjjjj", state="saved", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash", mode="text",
    request_key="r", created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:01Z", prompt="fox", seed=7,
    payload={}, payload_sha256="", output=OUTPUT,
)  # fmt: skip
IMAGE = Image(index=0, path="/work/out/fox.png", sha256="", bytes=1, media_type="image/png", width=8, height=8)
COST = Cost(low=Decimal("0.005"), high=Decimal("0.005"), stage="final")
OUTCOME = JobResult(job=replace(JOB, cost=COST), images=(IMAGE,))
HINTED = ModeratedError("The prompt was refused.", hint="change the prompt")


def row(number: int, prompt: str | None = None, row_id: str | None = None) -> Row:
    request = REQUEST if prompt is None else replace(REQUEST, values={"prompt": prompt})
    return Row(
        number=number, file="prompts.csv", line=number + 1, key=str(number), request=request, output=OUTPUT, id=row_id
    )


class Batch:
    """A batch whose events and time the test gives, and the stderr of its watch."""

    def __init__(
        self, total: int = 10, *, held_back: int = 0, terminal: bool = False, env: Mapping[str, str] | None = None
    ) -> None:
        self.time = 100.0
        self.stderr, self.stdout = io.StringIO(), io.StringIO()
        size = {"COLUMNS": "70", "LINES": "8"}
        self.app = App(
            environ={"TERM": "xterm", "NO_COLOR": "1", **size, **(env or {})}, cwd=Path("/work"), stdin=None,
            stdout=self.stdout, stderr=self.stderr, stderr_is_terminal=terminal, clock=lambda: self.time,
        )  # fmt: skip
        self.tally = BatchSummary(total, held_back=held_back)

    def with_flags(self, *, quiet: bool = False, verbose: bool = False) -> "Batch":
        self.app.quiet, self.app.verbose = quiet, verbose
        return self

    def show(self, *events: Event) -> "Batch":
        for event in events:
            if isinstance(event, RowFinished):
                self.tally.add(event)
            self.watch.show(event)
        return self

    @property
    def watch(self) -> BatchProgress:
        if not hasattr(self, "_watch"):
            self._watch = BatchProgress(self.app, self.tally)
        return self._watch

    def begin(self, *rows: Row) -> "Batch":
        return self.show(*[RowStarted(job_id=f"job{r.number}", row=r) for r in rows])

    def wait(self, seconds: float) -> "Batch":
        self.time += seconds
        self.watch.tick()
        return self

    @property
    def err(self) -> str:
        return self.stderr.getvalue()

    @property
    def view(self) -> list[str]:
        """The lines of the view that was drawn last."""
        frame = re.findall(r"\x1b\[\?7l(.*?)\x1b\[\?7h", self.err, re.DOTALL)[-1]
        return [line.rstrip() for line in re.sub(r"\x1b\[\d*[a-zA-Z]", "", frame).split("\n")]


def saved(number: int = 7) -> Saved:
    return Saved(
        job_id=f"job{number}",
        path=f"/work/out/fox-{number}.png",
        seed=number,
        cost=Decimal("0.005"),
        cost_source="estimated",
    )


def ended(
    number: int, end: RowStatus = "saved", error: Flux2Error | None = None, *, has_job: bool = True
) -> RowFinished:
    outcome = OUTCOME if end == "saved" else None
    return RowFinished(
        job_id=f"job{number}" if has_job else None, row=row(number), status=end, result=outcome, error=error
    )


def test_a_saved_row_is_a_line_as_for_a_single_image() -> None:
    batch = Batch().begin(row(7)).show(saved(7), ended(7))

    assert batch.err == "saved out/fox-7.png  seed 7  $0.005 (estimated)\n"


def test_what_went_wrong_names_the_row_and_each_kind_of_hint_comes_once() -> None:
    lost = UnknownOutcomeError("The reply was lost.", hint="`flux2 jobs show job4`", job_id="job4")
    batch = Batch().show(
        ended(2, "failed", HINTED),
        ended(3, "failed", HINTED),
        ended(4, "unknown", lost),
        ended(5, "unknown", UnknownOutcomeError("Lost too.", job_id="job5"), has_job=False),
        ended(6, "submitted", StillRunningError("Still running at fal after 600 s.")),
        ended(7, "submitted", NotSavedError("The image could not be saved: disk full.")),
    )

    assert batch.err.splitlines() == [
        "error: prompts.csv:3: The prompt was refused.",
        "hint: change the prompt",
        "error: prompts.csv:4: The prompt was refused.",
        "unknown: prompts.csv:5: job job4: The reply was lost.",
        "hint: `flux2 jobs show job4`",
        "unknown: prompts.csv:6: job job5: Lost too.",
        "error: prompts.csv:7: Still running at fal after 600 s.",
        "error: prompts.csv:8: The image could not be saved: disk full.",
    ]


def test_rows_that_were_skipped_or_left_to_run_are_not_worth_a_line() -> None:
    assert Batch().show(ended(1, "skipped"), ended(2, "submitted")).err == ""


RUN = (
    RowStarted(job_id="job2", row=row(2)),
    Submitted(job_id="job2", request_id="req-2"),
    Queued(job_id="job2", position=3),
    Running(job_id="job2", logs=("step 1",)),
    Retrying(job_id="job2", what="download", reason="timed out", wait=1.0),
    Warned(job_id="job2", text="odd size"),
    Noted(job_id=None, text="a.png is uploaded"),
    saved(2),
    ended(2),
    ended(3, "skipped"),
    ended(4, "failed", HINTED),
)


def test_a_run_in_short() -> None:
    assert Batch().show(*RUN).err.splitlines() == [
        "warning: prompts.csv:3: odd size",
        "note: a.png is uploaded",
        "saved out/fox-2.png  seed 2  $0.005 (estimated)",
        "error: prompts.csv:5: The prompt was refused.",
        "hint: change the prompt",
    ]


def test_verbose_adds_submits_retries_and_skipped_rows() -> None:
    assert Batch().with_flags(verbose=True).show(*RUN).err.splitlines() == [
        "prompts.csv:3: submitted job2 (request req-2)",
        "prompts.csv:3: download again in 1.0 s: timed out",
        "warning: prompts.csv:3: odd size",
        "note: a.png is uploaded",
        "saved out/fox-2.png  seed 2  $0.005 (estimated)",
        "skipped prompts.csv:4",
        "error: prompts.csv:5: The prompt was refused.",
        "hint: change the prompt",
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_quiet_leaves_the_errors(terminal: bool) -> None:
    batch = Batch(terminal=terminal).with_flags(quiet=True, verbose=True).show(*RUN).wait(1)
    batch.watch.finish()

    assert batch.err == "error: prompts.csv:5: The prompt was refused.\nhint: change the prompt\n"


def test_a_warning_of_many_rows_is_told_thrice_and_then_counted() -> None:
    batch = Batch(200)
    for number in range(1, 101):
        batch.begin(row(number)).show(Warned(job_id=f"job{number}", text="odd size"))
    batch.show(Warned(job_id="job1", text="another"))
    batch.watch.finish()
    batch.watch.finish()

    assert batch.err.splitlines() == [
        "warning: prompts.csv:2: odd size",
        "warning: prompts.csv:3: odd size",
        "warning: prompts.csv:4: odd size",
        "warning: prompts.csv:2: another",
        "warning: and 97 more rows: odd size",
    ]


def test_a_row_has_a_warning_once_and_a_single_further_row_is_counted_as_one() -> None:
    batch = Batch()
    for number in range(1, 5):
        warned = Warned(job_id=f"job{number}", text="odd size")
        batch.begin(row(number)).show(warned, warned)
    batch.watch.finish()

    assert batch.err.splitlines()[2:] == ["warning: prompts.csv:4: odd size", "warning: and 1 more row: odd size"]


def test_a_warning_without_a_row_is_told_as_it_is() -> None:
    assert Batch().show(*[Warned(job_id=None, text="odd")] * 5).err == "warning: odd\n" * 5


def test_the_view_says_where_each_job_stands_and_for_how_long() -> None:
    batch = Batch(terminal=True).begin(row(1), row(2, "雪の狐"), row(3, row_id="fox"), row(4), row(5))
    batch.time += 1
    batch.show(
        Queued(job_id="job2", position=3),
        Running(job_id="job3"),
        Retrying(job_id="job4", what="submit", reason="429", wait=6.5),
        Submitted(job_id="job5", request_id="r"),
    )
    batch.wait(4).show(Running(job_id="job3")).wait(0.1)

    assert batch.view == [
        "1    sending              5 s  a red fox",
        "2    queued, 3 ahead      5 s  雪の狐",
        "fox  running 4 s          5 s  a red fox",
        "4    retrying in 3 s      5 s  a red fox",
        "5    queued               5 s  a red fox",
        "                          0/10",
    ]


def test_states_follow_one_another() -> None:
    batch = Batch(terminal=True).begin(row(1))

    def state_after(*events: Event) -> str:
        return batch.show(*events).wait(1).view[0][3:19].rstrip()

    assert state_after(Retrying(job_id="job1", what="submit", reason="429", wait=1.5)) == "retrying in 1 s"
    assert state_after() == "sending"
    assert state_after(Queued(job_id="job1", position=None)) == "queued"
    assert state_after(Running(job_id="job1")) == "running 1 s"
    assert state_after(Retrying(job_id="job1", what="status", reason="500", wait=0.0)) == "running 2 s"
    assert state_after(Queued(job_id="job1", position=0)) == "queued, 0 ahead"
    assert state_after(Running(job_id="job1")) == "running 1 s"
    assert state_after(Retrying(job_id="job1", what="download", reason="404", wait=0.5)) == "saving"


def test_beside_the_bar_stands_how_the_batch_goes() -> None:
    batch = Batch(100, terminal=True)
    batch.show(*[ended(n) for n in range(40)], *[ended(n, "failed", HINTED) for n in range(2)])
    batch.show(ended(50, "unknown", UnknownOutcomeError("Lost.")), *[ended(n, "skipped") for n in range(50, 57)])
    batch.wait(20)

    assert batch.view == ["━━━━━━━╸         50/100  2 failed  1 unknown  $0.20  23 s left  2.0/s"]


def test_slow_batches_are_told_by_the_minute() -> None:
    batch = Batch(5, terminal=True).show(ended(1), ended(2)).wait(60)

    assert batch.view[-1].endswith("2/5  $0.01  90 s left  2.0/min")


def test_at_the_end_no_time_is_left() -> None:
    batch = Batch(2, terminal=True).show(ended(1), ended(2)).wait(4)

    assert batch.view == ["━━━━━━━━━━━━━━━━━━━━━━━━  2/2  $0.01  0.5/s"]


def test_the_bar_and_the_time_left_count_what_a_limit_lets_this_run_do() -> None:
    batch = Batch(499, held_back=379, terminal=True).show(*[ended(n) for n in range(40)]).wait(20)

    assert batch.view == ["━━━━━━━━                  40/120  $0.20  40 s left  2.0/s"]


def test_the_view_counts_the_jobs_that_have_no_room() -> None:
    batch = Batch(terminal=True).begin(*map(row, range(1, 65))).wait(1)

    assert [line.split("  ")[0] for line in batch.view[:-1]] == ["1", "2", "3", "4", "5", "… and 59 more"]


def test_a_finished_row_leaves_the_view_and_its_line_stands_above() -> None:
    batch = Batch(terminal=True).begin(row(1), row(2)).wait(0.1)
    before = len(batch.err)
    batch.show(saved(1))

    assert batch.err[before:].startswith(
        "\r\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2Ksaved out/fox-1.png  seed 1  $0.005 (estimated)\n\x1b[?7l1  sending"
    )
    assert batch.show(ended(1)).wait(0.1).view[0].startswith("2  ")
    assert len(batch.view) == 2


def test_a_row_that_fails_without_naming_its_job_leaves_the_view() -> None:
    batch = Batch(terminal=True).begin(row(1), row(2)).show(ended(1, "failed", HINTED, has_job=False)).wait(1)

    assert [line.split("  ")[0] for line in batch.view] == ["2", "━━"]


def test_a_path_on_stdout_takes_the_view_away_and_the_next_event_brings_it_back() -> None:
    batch = Batch(terminal=True).begin(row(1)).wait(0.1)
    batch.app.out("out/fox-1.png")

    assert batch.err.endswith("\r\x1b[2K\x1b[1A\x1b[2K")

    batch.show(Running(job_id="job1"))

    assert batch.view[0] == "1  sending              0 s  a red fox"


def test_events_without_a_pause_do_not_keep_the_view_from_moving() -> None:
    batch = Batch(terminal=True).begin(row(1)).show(Running(job_id="job1"))
    batch.time += 3
    batch.show(Running(job_id="job1"))

    assert batch.view[0] == "1  running 3 s          3 s  a red fox"


def test_finishing_takes_the_view_away_for_good() -> None:
    batch = Batch(terminal=True).begin(row(1)).wait(1)
    batch.watch.finish()

    assert batch.err.endswith("\x1b[?7h\r\x1b[2K\x1b[1A\x1b[2K")

    batch.app.err("10 rows: 10 not sent")

    assert batch.err.endswith("\x1b[2K10 rows: 10 not sent\n")


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {}])
def test_elsewhere_there_is_no_view(env: dict[str, str]) -> None:
    batch = Batch(terminal=bool(env), env=env).begin(row(1)).wait(1).show(saved(1), ended(1)).wait(1)
    batch.watch.finish()

    assert batch.err == "saved out/fox-1.png  seed 1  $0.005 (estimated)\n"


def test_prompts_are_words_and_nothing_else() -> None:
    batch = Batch(terminal=True).begin(row(1, "[red]fox[/red]\n\x1b[2J :fox: \u202eשועל")).wait(1)

    assert batch.view[0] == "1  sending              1 s  [red]fox[/red] �[2J :fox: �שועל"
    assert "\x1b[2J" not in batch.err


def test_of_a_long_prompt_the_beginning_is_kept() -> None:
    batch = Batch(terminal=True, env={"COLUMNS": "999"}).begin(row(1, "\n  " + "fox " * 100)).wait(1)

    assert batch.view[0] == "1  sending              1 s  " + "fox " * 49 + "fox"


def test_a_row_without_a_prompt_goes_by_its_image() -> None:
    references = (from_url("https://example.org/map.png"),)
    request = build_request(choose_route("pro", "fal", "outpaint"), {"left": 64}, references)
    outpaint = Row(number=1, file="p.csv", line=2, key="1", request=request, output=OUTPUT)

    assert Batch(terminal=True).begin(outpaint).wait(1).view[0] == "1  sending              1 s  map.png"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (99.9, "99 s"), (100, "2 min"), (5999, "100 min"), (6000, "1.7 h"), (-1, "0 s"), (36000, "10.0 h")],
)
def test_times_are_told_in_one_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_what_belongs_to_a_row_is_dropped_with_it() -> None:
    batch = Batch(3000)
    for number in range(1, 3001):
        batch.begin(row(number)).show(Warned(job_id=f"job{number}", text=f"own words {number}"), ended(number))

    assert batch.watch._jobs == {}
    assert len(batch.watch._warnings) == 1000
    assert batch.err.count("\n") == 3000
    gc.collect()
    assert sum(isinstance(thing, RowStarted | RowFinished) for thing in gc.get_objects()) < 100
