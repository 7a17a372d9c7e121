"""A row is begun by one process at a time, and only as the batch knew it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from support.ledger_child import a_job, a_row
from support.ledger_rows import NEW, ROOT, Another, begun, moved, refused, rows_of

from flux2cli.core.batch.claims import RowClaim, RowTaken
from flux2cli.core.job.job import State
from flux2cli.core.money.budget import DayBudget
from flux2cli.core.money.job_cost import Cost
from flux2cli.edges.ledger import Ledger
from flux2cli.errors import BudgetError, InternalError, UnknownOutcomeError

# --- one row, many processes ---------------------------------------------------------------------------------------


def test_of_two_processes_that_begin_the_same_row_at_once_one_begins_it_fifty_times_over(
    start: Callable[[str], subprocess.Popen[str]], books: Ledger
) -> None:
    both = [start("begin_rows"), start("begin_rows")]

    def said(child: subprocess.Popen[str]) -> list[str]:
        assert child.stdout is not None
        return child.stdout.readline().split()

    assert [said(child) for child in both] == [["ready"], ["ready"]]
    for number in range(50):
        for child in both:
            assert child.stdin is not None
            child.stdin.write(f"row-{number}\n")
            child.stdin.flush()
        (one, of), (other, of_too) = sorted(said(child) for child in both)
        assert (one, other) == ("began", "taken")
        assert of == of_too
    assert [row.key for row in rows_of(books)] == sorted(f"row-{number}" for number in range(50))
    assert len(books.jobs()) == 50


def test_a_row_that_another_process_is_submitting_is_taken(books: Ledger, another: Another) -> None:
    first = books.begin(a_row("k1"), claim=NEW)
    assert refused(another()) == first


@pytest.mark.parametrize(
    "states",
    [
        ["submitted"], ["submitted", "ready"], ["submitted", "ready", "saved"], ["submitted", "failed"],
        ["submitted", "moderated"], ["rejected"], ["submitted", "cancelled"], ["submitted", "expired"], ["unknown"],
    ],
)  # fmt: skip
def test_a_row_that_came_to_anything_meanwhile_is_taken(books: Ledger, another: Another, states: list[State]) -> None:
    job = begun(books, "k1", *states)
    assert refused(another()) == job


def test_what_the_batch_decided_on_is_no_obstacle_and_what_came_after_it_is(books: Ledger, another: Another) -> None:
    failed = begun(books, "k1", "submitted", "failed")
    claim = RowClaim.after(failed, {"k1"})
    second = books.begin(a_row("k1"), claim=claim)
    moved(books, second, "submitted", "failed")
    assert refused(another(), claim).job_id == second.job_id


def test_a_claim_that_names_the_id_alone_sends_what_is_over_and_nothing_under_way(books: Ledger) -> None:
    job = books.begin(a_row("k1"))
    claim = RowClaim(instead_of=job.job_id, siblings={"k1"})
    for state in ("submitting", "submitted", "ready"):
        moved(books, job, state)
        assert refused(books, claim).state == state
    moved(books, job, "expired")
    assert books.begin(a_row("k1"), claim=claim).state == "submitting"


@pytest.mark.parametrize(
    ("seen", "later"),
    [
        (["unknown"], ["submitted"]),
        (["unknown"], ["submitted", "ready", "saved"]),
        (["not-sent"], ["submitting"]),
        (["not-sent"], ["submitting", "submitted", "ready", "saved"]),
    ],
)
def test_a_job_that_is_not_any_more_what_the_batch_saw_is_an_obstacle(
    books: Ledger, another: Another, seen: list[State], later: list[State]
) -> None:
    job = begun(books, "k1", *seen)
    claim = RowClaim.after(another().row(ROOT, "k1"), {"k1"})
    job = moved(books, job, *later)
    with pytest.raises(RowTaken) as taken:
        another().begin(a_row("k1"), claim=claim, allow_unknown=True)
    assert taken.value.job == job


def test_a_rehearsed_job_under_way_gives_way_to_a_batch_that_saw_it(books: Ledger) -> None:
    rehearsed = begun(books, "k1", "submitted")
    assert books.begin(a_row("k1"), claim=RowClaim.after(rehearsed, {"k1"})).state == "submitting"


def test_another_row_and_another_root_are_no_obstacle(books: Ledger) -> None:
    begun(books, "k2", "submitted")
    begun(books, "k1", "submitted", root="/data/out/deeper")
    begun(books, "k1", "submitted", root="/data/ou")
    assert books.begin(a_row("k1"), claim=NEW).state == "submitting"


def test_the_row_is_looked_at_before_doubts_and_budgets(books: Ledger, another: Another) -> None:
    unknown = begun(books, "k1", "unknown")
    nothing = DayBudget(amount=Decimal(0), since="2026-01-01T00:00:00.000Z", allow_unpriced=False)
    priced = replace(a_row("k1"), estimate=Cost(low=Decimal("1.00"), high=Decimal("1.00")))
    with pytest.raises(RowTaken) as taken:
        another().begin(priced, claim=NEW, budget=nothing)
    assert taken.value.job == unknown
    claim = RowClaim.after(unknown, {"k1"})
    with pytest.raises(UnknownOutcomeError):
        books.begin(priced, claim=claim, budget=nothing)
    with pytest.raises(BudgetError):
        books.begin(priced, claim=claim, budget=nothing, allow_unknown=True)


def test_a_claim_for_a_job_without_a_row_is_a_mistake(books: Ledger) -> None:
    with pytest.raises(InternalError, match="nothing was sent"):
        books.begin(a_job("fox"), claim=NEW)
    assert books.jobs() == []


# --- what was not sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_what_was_not_sent_is_no_obstacle(books: Ledger, another: Another, known: bool) -> None:
    job = begun(books, "k1", "not-sent")
    claim = RowClaim.after(job, {"k1"}) if known else NEW
    assert another().begin(a_row("k1"), claim=claim).job_id != job.job_id


def test_what_was_not_sent_does_not_hide_what_was_sent_before(books: Ledger, another: Another) -> None:
    moderated = begun(books, "k1", "submitted", "moderated")
    begun(books, "k1", "not-sent")
    assert books.row(ROOT, "k1") == moderated
    assert [(row.job_id, row.state) for row in rows_of(books)] == [(moderated.job_id, "moderated")]
    assert refused(another()) == moderated
    assert another().begin(a_row("k1"), claim=RowClaim.after(moderated, {"k1"})).state == "submitting"


def test_a_job_that_waits_to_be_tried_again_is_not_sent_after_another_process_took_its_row(
    books: Ledger, another: Another
) -> None:
    waiting = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    taker = another()
    taken_by = taker.begin(a_row("k1"), claim=RowClaim.after(waiting, {"k1"}))

    with pytest.raises(RowTaken) as taken:
        books.update(waiting.job_id, state="submitting")
    assert taken.value.job == taken_by
    assert books.get(waiting.job_id).state == "not-sent"

    moved(taker, taken_by, "submitted", "failed")
    with pytest.raises(RowTaken):
        books.update(waiting.job_id, state="submitting")


def test_of_two_jobs_that_wait_for_one_row_the_first_to_try_again_has_it(books: Ledger, another: Another) -> None:
    other = another()
    older = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    newer = moved(other, other.begin(a_row("k1"), claim=RowClaim.after(older, {"k1"})), "not-sent")
    older = books.update(older.job_id, state="submitting")

    assert another().row(ROOT, "k1") == older
    for late in (other, another()):
        assert refused(late, RowClaim.after(newer, {"k1"})) == older
    moved(books, older, "submitted", "ready", "saved")
    with pytest.raises(RowTaken) as taken:
        other.update(newer.job_id, state="submitting")
    assert taken.value.job.job_id == older.job_id


def test_a_job_that_waits_gives_way_to_one_that_was_not_sent_when_it_began(books: Ledger, another: Another) -> None:
    older = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    other = another()
    newer = other.begin(a_row("k1"), claim=RowClaim(instead_of=older.job_id, siblings={"k1"}))
    moved(other, newer, "not-sent")
    moved(books, older, "submitting", "submitted", "ready", "saved")
    with pytest.raises(RowTaken) as taken:
        other.update(newer.job_id, state="submitting")
    assert taken.value.job.job_id == older.job_id


def test_of_jobs_that_were_all_not_sent_the_newest_is_told(books: Ledger) -> None:
    begun(books, "k1", "not-sent")
    newest = begun(books, "k1", "not-sent")
    assert books.row(ROOT, "k1") == newest
    assert [row.job_id for row in rows_of(books)] == [newest.job_id]


def test_a_job_that_waits_is_tried_again_while_its_row_is_as_it_was(books: Ledger) -> None:
    failed = begun(books, "k1", "submitted", "failed")
    job = books.begin(a_row("k1"), claim=RowClaim.after(failed, {"k1"}))
    for _ in range(3):
        moved(books, job, "not-sent", "submitting")
    assert moved(books, job, "submitted", "ready", "saved").state == "saved"


def test_a_job_that_was_forgotten_while_it_waited_is_not_sent(books: Ledger, another: Another) -> None:
    job = moved(books, books.begin(a_row("k1"), claim=NEW), "not-sent")
    assert another().forget("2100-01-01") == 1
    with pytest.raises(InternalError, match="forgotten"):
        books.update(job.job_id, state="submitting")
    assert books.get(job.job_id).state == "not-sent"


# --- identical requests whose outcome is unknown -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "key", "stops"),
    [
        (ROOT, "k2", False),
        (ROOT, "k1", True),
        (ROOT, "k3", True),
        ("/data/other", "k2", True),
        ("/data/other", "k1", True),
        (None, None, True),
    ],
    ids=["sibling", "itself", "no more in the batch", "sibling's name elsewhere", "own name elsewhere", "single run"],
)
def test_an_unknown_twin_stops_a_row_unless_it_is_a_siblings(
    books: Ledger, root: str | None, key: str | None, stops: bool
) -> None:
    twin = moved(books, books.begin(replace(a_job("fox"), row_root=root, row_key=key)), "unknown")
    claim = RowClaim.after(books.row(ROOT, "k1"), {"k1", "k2"})
    if stops:
        with pytest.raises(UnknownOutcomeError) as doubt:
            books.begin(a_row("k1"), claim=claim)
        assert doubt.value.job_id == twin.job_id
        assert len(books.jobs()) == 1
        assert books.begin(a_row("k1"), claim=claim, allow_unknown=True).state == "submitting"
    else:
        assert books.begin(a_row("k1"), claim=claim).state == "submitting"


def test_without_a_claim_the_unknown_job_of_any_row_stops_a_request(books: Ledger) -> None:
    begun(books, "k2", "unknown")
    for job in (a_row("k1"), a_job("fox")):
        with pytest.raises(UnknownOutcomeError):
            books.begin(job)


@pytest.mark.parametrize("order", [["k2", None], [None, "k2"]], ids=["sibling first", "sibling last"])
def test_a_siblings_unknown_twin_does_not_hide_another(books: Ledger, order: list[str | None]) -> None:
    for key in order:
        job = a_job("fox") if key is None else a_row(key)
        moved(books, books.begin(job, allow_unknown=True), "unknown")
    single = next(job for job in books.jobs() if job.row_key is None)
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=NEW)
    assert doubt.value.job_id == single.job_id


def test_of_several_unknown_twins_the_newest_is_named(books: Ledger) -> None:
    for _ in range(3):
        newest = moved(books, books.begin(a_job("fox"), allow_unknown=True), "unknown")
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=NEW)
    assert doubt.value.job_id == newest.job_id


def test_an_older_unknown_job_of_the_row_itself_still_stops_it(books: Ledger) -> None:
    unknown = begun(books, "k1", "unknown")
    failed = begun(books, "k1", "submitted", "failed")
    with pytest.raises(UnknownOutcomeError) as doubt:
        books.begin(a_row("k1"), claim=RowClaim.after(failed, {"k1", "k2"}))
    assert doubt.value.job_id == unknown.job_id
