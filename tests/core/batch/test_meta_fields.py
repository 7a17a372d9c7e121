"""Fields of the templates that are columns of no row."""

from flux2cli.core.batch.meta_fields import MetaFields
from flux2cli.core.batch.row import RawRow, Row
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route

ROWS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (2, "{meta.shot}/{slug}.{ext}", {}),
    (3, "{meta.bok}/{slug}.{ext}", {"book": "emma"}),
    (4, "{meta.shot}/{meta.book}.{ext}", {}),
)


def added(found: MetaFields, line: int, template: str, meta: dict[str, str], *, explicit: bool = False) -> None:
    raw = RawRow(file="p.csv", line=line, values={"prompt": "a fox"})
    request = build_request(choose_route("flash", "fal", "text"), {"prompt": "a fox"})
    place = Output(directory="/out", name=template, explicit=explicit)
    row = Row(number=line, file=raw.file, line=line, key=f"k{line}", request=request, output=place, meta=meta)
    found.add(row, raw)


def test_a_field_for_which_no_row_has_a_value_is_missing_in_the_first_row_with_it() -> None:
    found = MetaFields()
    for row in ROWS:
        added(found, *row)

    assert [(raw.line, error.about, error.message, error.hint) for raw, error in found.missing()] == [
        (
            2,
            "output",
            "The template `{meta.shot}/{slug}.{ext}` has `{meta.shot}`, and no row has a value for it.",
            "it needs a column `meta.shot`",
        ),
        (
            3,
            "output",
            "The template `{meta.bok}/{slug}.{ext}` has `{meta.bok}`, and no row has a value for it.",
            "did you mean `{meta.book}`?",
        ),
    ]


def test_a_field_for_which_one_row_has_a_value_and_a_file_with_braces_in_its_name_are_right() -> None:
    found = MetaFields()
    added(found, 2, "{meta.book}.{ext}", {})
    added(found, 3, "{meta.book}.{ext}", {"book": "emma"})
    added(found, 4, "{meta.nope}.png", {}, explicit=True)

    assert list(found.missing()) == []
