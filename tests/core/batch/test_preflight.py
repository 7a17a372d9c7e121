"""The first look at a batch's rows, and the second reading that gives those which are left to do."""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal

import pytest

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.verdict import Verdict
from flux2cli.core.batch.preflight import PendingRow, Planned, Preflight, Raw, preflight, second_pass
from flux2cli.core.batch.row import RawRow, Row, RowProblem
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.selection import Selection
from flux2cli.core.batch.shards import Shard
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError, WrongValue

DIME = Cost(low=Decimal("0.10"), high=Decimal("0.30"))
KNOWN = RecordedRow(
    key="k", job_id="aaaaaaaa", state="saved", created_at="", owner=None, error_code=None, sandbox=False, files=()
)


def raws(*prompts: str) -> list[Raw]:
    return [RawRow(file="p.txt", line=n, values={"prompt": prompt}) for n, prompt in enumerate(prompts, start=1)]


def make(raw: RawRow, number: int, keys: RowKeys) -> Row:
    """A row whose prompt may begin with `id=…`, may end with `>file` or `>folder/file`, or may be `bad`."""
    prompt = str(raw.values["prompt"])
    if prompt.startswith("bad"):
        raise UsageError.of_value(WrongValue(about="seed", flag="--seed", value=str(prompt), clause="is odd"))
    row_id = prompt[3:] if prompt.startswith("id=") else None
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": prompt.partition(">")[0]})
    folder, _, name = f"/out/{prompt.partition('>')[2]}".rpartition("/")
    place = Output(directory=folder, name=name or "{slug}.{ext}", explicit=bool(name))
    key = keys.key(request.key, row_id)
    return Row(number=number, file=raw.file, line=raw.line, key=key, request=request, output=place, id=row_id)


def look(row: Row, last: bool) -> Planned | None:
    """What the prompt's first word says."""
    match str(row.request.values["prompt"]).split()[0]:
        case "done":
            return Verdict(state="done", action="skip"), None
        case "running":
            return Verdict(state="ready", action="collect"), KNOWN
        case "lost":
            return Verdict(state="unknown", action="report"), KNOWN
        case "later" if not last:
            return None
        case "edited":
            return Verdict(state="edited", action="keep", reasons=("odd bytes",)), None
        case "changed":
            return Verdict(state="changed", action="refuse", name="fox.png", reasons=("changed: seed",)), None
        case _:
            return Verdict(state="new", action="send"), None


def found(rows: Iterable[Raw], *, limit: int | None = None, shard: Shard | None = None, flags: str = "") -> Preflight:
    return preflight(
        rows, build=make, look=look, check=lambda _: DIME, limit=limit, shard=shard, flags=flags.split()
    )  # fmt: skip


def told(preflight: Preflight) -> list[str]:
    return [str(problem) for problem in preflight.problems]


def test_each_row_is_counted_once_and_only_what_is_sent_is_billed() -> None:
    seen = found(raws("done 1", "running 2", "lost 3", "new 4", "new 5", "done 6"))

    assert (seen.rows, seen.done, seen.held_back) == (6, 2, 0)
    assert [(todo.number, todo.action, todo.known) for todo in seen.todo] == [
        (2, "collect", KNOWN), (3, "report", KNOWN), (4, "send", None), (5, "send", None),
    ]  # fmt: skip
    assert (seen.bill.low, seen.bill.high, seen.bill.unpriced) == (Decimal("0.20"), Decimal("0.60"), 0)
    assert len(seen.keys) == 6


def test_a_limit_counts_what_is_sent_and_holds_back_nothing_that_is_paid_for() -> None:
    seen = found(raws("running 1", "new 2", "lost 3", "new 4", "done 5", "new 6", "running 7"), limit=1)

    assert [todo.number for todo in seen.todo] == [1, 2, 3, 7]
    assert (seen.rows, seen.done, seen.held_back) == (7, 1, 2)
    assert seen.bill.low == Decimal("0.10")


def test_rows_beyond_a_limit_are_checked_all_the_same() -> None:
    def check(row: Row) -> Cost:
        if row.number == 3:
            raise UsageError("It is there already.", about="output")
        return DIME

    seen = preflight(raws("new 1", "new 2", "new 3"), build=make, look=look, check=check, limit=1)

    assert told(seen) == ["p.txt:3: output: It is there already."]


def test_every_row_is_validated_whichever_shard_has_it() -> None:
    rows = raws("id=a", "new 1", "bad", "id=a", "x>one.png", "y>one.png", *(f"new {n}" for n in range(2, 30)))
    parts = [found(rows, shard=Shard(index=index, count=3)) for index in (1, 2, 3)]

    assert all(told(part) == told(parts[0]) for part in parts)
    assert told(parts[0]) == [
        "p.txt:3: seed: `--seed bad` is odd.", "p.txt:4: id: `a` is the id of p.txt:1, too.",
        "p.txt:6: output: `one.png` is where p.txt:5 goes, too.",
    ]  # fmt: skip
    assert sum(part.rows for part in parts) == len(rows) - 3
    assert {len(part.keys) for part in parts} == {len(rows) - 3}
    numbers = sorted(todo.number for part in parts for todo in part.todo)
    assert numbers == [n for n in range(1, len(rows) + 1) if n not in (3, 4, 6)]


def test_files_of_one_name_in_two_folders_are_two_files() -> None:
    assert told(found(raws("x>one.png", "y>sub/one.png", "z>sub/one.png"))) == [
        "p.txt:3: output: `one.png` is where p.txt:2 goes, too."
    ]


def test_what_a_file_has_wrong_counts_its_place_but_is_no_row() -> None:
    broken = RowProblem(file="p.txt", line=2, what="It is odd.")
    rows = raws("new 1", "", "new 3")
    rows[1] = broken

    seen = found(rows)

    assert told(seen) == ["p.txt:2: It is odd."]
    assert [todo.number for todo in seen.todo] == [1, 3]


def test_what_a_flag_does_to_every_row_is_told_once_and_what_rows_do_each_time() -> None:
    rows = raws("bad", "bad", "bad 2", "new")
    own = RawRow(file="p.txt", line=5, values={"prompt": "bad", "seed": "x"})

    assert told(found([*rows, own, own], flags="seed")) == [
        "p.txt:1: seed: `--seed bad` is odd.",
        "p.txt:3: seed: `--seed bad 2` is odd.",
        "p.txt:5: seed: `bad` is odd.",
        "p.txt:5: seed: `bad` is odd.",
    ]
    assert len(told(found(rows))) == 3


def test_fifty_problems_are_kept_and_the_rest_is_counted() -> None:
    seen = found(raws(*["bad"] * 73))

    assert (len(seen.problems), seen.more_problems) == (50, 23)


@pytest.mark.parametrize(("low", "high"), [(None, None), (None, Decimal(1)), (Decimal(1), None)])
def test_a_price_that_has_no_end_is_none(low: Decimal | None, high: Decimal | None) -> None:
    price = Cost(low=low, high=high)

    seen = preflight(raws("new 1"), build=make, look=look, check=lambda _: price)

    assert (seen.bill.low, seen.bill.high, seen.bill.unpriced) == (Decimal(0), Decimal(0), 1)


# --- the second reading --------------------------------------------------------------------------------------------


def second(rows: Iterable[Raw], todo: Iterable[PendingRow]) -> list[tuple[int, str]]:
    return [(row.number, row.key) for row, _ in second_pass(rows, deque(todo), make)]


def test_the_second_reading_gives_what_is_to_do_with_the_same_numbers_and_keys() -> None:
    rows = raws("new", "done", "new", "done", "new", "done", "tail")
    seen = found(rows)

    assert [number for number, _ in second(rows, seen.todo)] == [1, 3, 5, 7]
    assert second(rows, seen.todo) == [(todo.number, todo.key) for todo in seen.todo]
    assert second(rows, []) == []


def test_the_second_reading_counts_repeats_of_rows_that_are_done() -> None:
    rows = raws("new", "new", "new")
    todo = list(found(rows).todo)[1:]

    assert second(rows, todo) == [(2, todo[0].key), (3, todo[1].key)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (raws("new 1", "other", "new 3"), "`p.txt` changed while it was being run (line 2)."),
        (raws("in front", "new 1", "new 2", "new 3"), "`p.txt` changed while it was being run (line 1)."),
        (raws("new 2", "new 3"), "`p.txt` changed while it was being run (line 1)."),
        (raws("new 1", "new 2"), "The rows end before row 3, which was there before."),
        ([], "The rows end before row 1, which was there before."),
        (raws("new 1", "bad"), "p.txt:2: seed: `--seed bad` is odd."),
        (
            [*raws("new 1"), RowProblem(file="p.txt", line=2, what="It is odd.")],
            "`p.txt` changed while it was being run (line 2).",
        ),
        ([RowProblem(file="p.txt", line=None, what="It is empty.")], "`p.txt` changed while it was being run."),
    ],
)
def test_rows_that_are_not_what_they_were_stop_the_second_reading(changed: list[Raw], said: str) -> None:
    todo = found(raws("new 1", "new 2", "new 3")).todo

    with pytest.raises(UsageError) as error:
        second(changed, todo)

    assert error.value.message == said
    assert error.value.hint is not None
    assert error.value.hint.endswith("the same command goes on with what is left")


def test_what_comes_after_the_last_row_that_is_to_do_may_change() -> None:
    todo = found(raws("new 1", "new 2", "done 3")).todo

    assert [n for n, _ in second(raws("new 1", "new 2"), todo)] == [1, 2]
    assert [n for n, _ in second([*raws("new 1", "new 2"), *raws("bad")], todo)] == [1, 2]


def test_rows_that_need_all_others_are_planned_at_the_end_and_run_in_their_order() -> None:
    seen = found(raws("later 1", "new 2", "edited 3", "later 4"))

    assert [(todo.number, todo.action) for todo in seen.todo] == [(1, "send"), (2, "send"), (3, "keep"), (4, "send")]
    assert seen.states == {"new": 3, "edited": 1}


def test_a_row_that_was_changed_is_a_problem_of_its_line() -> None:
    seen = found(raws("new 1", "changed 2"))

    assert told(seen) == ["p.txt:2: output: `fox.png` was made by another request (changed: seed)."]
    assert seen.problems[0].hint == "--update replaces the images of changed rows"


def test_a_check_lists_what_is_not_done_and_prices_nothing() -> None:
    def check(_row: Row) -> Cost:
        raise AssertionError

    seen = preflight(raws("done 1", "new 2", "later 3", "changed 4"), build=make, look=look, check=check, is_check=True)

    assert [(drift.row, drift.line, drift.state) for drift in seen.drifts] == [
        (2, 2, "new"), (4, 4, "changed"), (3, 3, "new"),
    ]  # fmt: skip
    assert (seen.problems, list(seen.todo)) == ([], [])


def test_rows_that_are_not_selected_are_validated_and_not_counted() -> None:
    chosen = Selection(["a*"])
    seen = preflight(
        raws("id=apple", "id=pear", "new", "bad"), build=make, look=look, check=lambda _: DIME, selection=chosen
    )

    assert (seen.rows, [todo.number for todo in seen.todo]) == (1, [1])
    assert len(seen.problems) == 1
