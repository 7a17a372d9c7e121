"""Where images move, and which paths new ones take."""

from dataclasses import replace

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.moves import moves_of, places_of
from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.plan.verdict import Verdict
from flux2cli.core.batch.row import Row
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route

HERO = ImageRecord(path="/out/hero.jpg", sha256="a")
SECOND = replace(HERO, path="/out/hero-2.jpg", index=1)
MISSING = Verdict(state="missing", action="send", records=(HERO,))
SAVED = RecordedRow(
    key="k", job_id="j", state="saved", created_at="", owner=None, error_code=None, sandbox=False,
    files=(("/out/hero.jpg", 4, True), ("/out/hero-2.jpg", 4, True)),
)  # fmt: skip


def row(name: str = "{slug}.{ext}", *, explicit: bool = False, **values: object) -> Row:
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox", **values})
    output = Output(directory="/out", name=name, explicit=explicit)
    return Row(number=1, file="p.csv", line=2, key="k", request=request, id="hero", output=output)


def test_every_image_of_a_row_moves_with_its_own_suffix() -> None:
    verdict = Verdict(state="placed elsewhere", action="skip", records=(HERO, SECOND), place="/out/x/hero-0.png")

    assert moves_of(row("x/{id}-{index}.{ext}", num=2), verdict) == (
        ("/out/hero.jpg", "/out/x/hero-0.jpg"), ("/out/hero-2.jpg", "/out/x/hero-1.jpg"),
    )  # fmt: skip
    assert moves_of(row(), MISSING) == ()


def test_a_typed_name_is_kept() -> None:
    verdict = Verdict(state="placed elsewhere", action="skip", records=(HERO,), place="/out/big.png")

    assert moves_of(row("big.png", explicit=True), verdict) == (("/out/hero.jpg", "/out/big.png"),)


def test_new_images_take_the_places_of_those_on_record() -> None:
    assert places_of(row(), MISSING, None, {}) == ("/out/hero.jpg",)
    assert places_of(row(), MISSING, None, {"/out/hero.jpg": "/out/x.jpg"}) == ("/out/x.jpg",)
    assert places_of(row(format="webp"), MISSING, None, {}) == ("/out/hero.webp",), "another format has another suffix"
    assert places_of(row("hero.jpg", explicit=True, format="webp"), MISSING, None, {}) == ("/out/hero.jpg",)


def test_the_ledger_remembers_places_whose_records_are_gone() -> None:
    assert places_of(row(num=2), MISSING, SAVED, {}) == ("/out/hero.jpg", "/out/hero-2.jpg")
    assert places_of(row(num=2), Verdict(state="missing", action="send"), SAVED, {})[1] == "/out/hero-2.jpg"
    assert places_of(row(num=3), MISSING, SAVED, {}) == ("/out/hero.jpg", "/out/hero-2.jpg"), "the third gets a name"
    assert places_of(row(), MISSING, SAVED, {}) == ("/out/hero.jpg",)


def test_new_rows_and_rows_that_are_not_sent_have_no_places() -> None:
    assert places_of(row(), Verdict(state="new", action="send"), SAVED, {}) == ()
    assert places_of(row(), Verdict(state="done", action="skip", records=(HERO,)), None, {}) == ()
