"""Paths made from templates: fields with and without values, widths, and what fields insert made safe."""

from pathlib import Path

import pytest

from flux2cli.core.request.file_names import numbered
from flux2cli.core.request.templates import DEFAULT_TEMPLATE, check_template, expand, filled, whole_names
from flux2cli.errors import UsageError

FIELDS: dict[str, str | None] = {
    "slug": "a-fox",
    "seed": "7",
    "ext": "png",
    "variant": "flash",
    "label": None,
    "id": "x",
    "meta.set": "icons",
}


def test_the_default_template_names_prompt_seed_and_format() -> None:
    assert expand(DEFAULT_TEMPLATE, FIELDS, "abcd2345") == "a-fox-7.png"


def test_a_field_without_value_is_the_job_id() -> None:
    assert expand("{label}.{ext}", FIELDS, "abcd2345") == "abcd2345.png"
    assert expand("{meta.other}.{ext}", FIELDS, "abcd2345") == "abcd2345.png"
    assert expand("{id}.{ext}", {**FIELDS, "id": "..."}, "abcd2345") == "abcd2345.png"


def test_slashes_in_the_template_make_directories_and_doubled_braces_are_braces() -> None:
    assert expand("{meta.set}/{{{slug}}}/{seed}.{ext}", FIELDS, "j") == "icons/{a-fox}/7.png"
    assert expand("/abs/../{slug}.{ext}", FIELDS, "j") == "/abs/../a-fox.png"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..", "job"),
        (".hidden", "hidden"),
        ("/", "-"),
        ("a\0b\x1b[2J\u202ec", "a-b-[2J-c"),
        ("a\nb", "a-b"),
        (" \t", "-"),
        ("\ud800", "-"),
        ('a: "b" <c> | d* e?\\f', "a- -b- -c- - d- e--f"),
        ("v1. ", "v1"),
        ("a\r\nb", "a--b"),
        (". .", "job"),
        ("v1.5", "v1.5"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_value_never_leaves_its_place_in_the_path(value: str, expected: str) -> None:
    assert expand("out/{label}/x.{ext}", {**FIELDS, "label": value}, "job") == f"out/{expected}/x.png"
    assert expand("out/.{label}/x.{ext}", {**FIELDS, "label": value}, "job") == f"out/.{expected}/x.png"


def test_what_was_typed_stays_as_it_is() -> None:
    assert expand('a: <b>?/"{seed}". /{slug}.{ext}', FIELDS, "job") == 'a: <b>?/"7". /a-fox.png'


@pytest.mark.parametrize("value", ["x" * 1000, "狐" * 300, "x狐" * 300, "🦊" * 200])
def test_names_fit_the_file_system_with_number_and_sidecar(tmp_path: Path, value: str) -> None:
    first = tmp_path / expand("{label}/{label}-{label}.{ext}", {**FIELDS, "label": value}, "j")
    last = numbered(first, 99_999)

    first.parent.mkdir()
    for path in (first, last):
        path.with_name(f"{path.name}.json").write_text("")
    assert (first.suffix, last.name[-10:]) == (".png", "-99999.png")


def test_the_suffix_follows_the_bytes() -> None:
    assert expand("{slug}.png", {**FIELDS, "ext": "jpg"}, "j") == "a-fox.jpg"
    assert expand("{slug}.jpeg", {**FIELDS, "ext": "jpg"}, "j") == "a-fox.jpeg"
    assert expand("{slug}", FIELDS, "j") == "a-fox.png"


@pytest.mark.parametrize("template", [DEFAULT_TEMPLATE, "{{x}}", "{meta.any thing}.{ext}", "../{row}/{date}_{time}"])
def test_a_usable_template_is_accepted(template: str) -> None:
    check_template(template)


ALL_FIELDS = (
    "fields are variant, provider, seed, index, slug, prompt, row, row0, id, date, time, request_id, ext, label "
    "and meta.NAME"
)


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{sede}.png", "The template `{sede}.png` has an unknown field `{sede}`.", "did you mean `seed`?"),
        (
            "{zzz}",
            "The template `{zzz}` has an unknown field `{zzz}`.",
            ALL_FIELDS,
        ),
        ("{meta.}", "The template `{meta.}` has an unknown field `{meta.}`.", None),
        ("{}", "The template `{}` has an unknown field `{}`.", None),
        ("{slug", "The template `{slug` has a lone `{`.", "write `{{` and `}}` for braces in the name itself"),
        ("slug}x", "The template `slug}x` has a lone `}`.", None),
        ("{slug}/", "The template `{slug}/` names no file.", "end it with a file name, such as `{slug}-{seed}.{ext}`"),
        ("{slug}/..", "The template `{slug}/..` names no file.", None),
        (
            "{slug:05}.png",
            "The template `{slug:05}.png` gives `{slug}` a width, and it is no whole number.",
            "these take one: seed, index, row, row0",
        ),
        ("{meta.n:03}", "The template `{meta.n:03}` gives `{meta.n}` a width, and it is no whole number.", None),
        *(
            (
                f"a-{{row{width}}}.png",
                f"The template `a-{{row{width}}}.png` has a width that is none: `{{row{width}}}`.",
                "for five digits, filled up with zeros: `{row:05}`",
            )
            for width in (":", ":5", ":0", ":00", ":0100", ":05d", ":>05", ":x", ":-05", ":05:05", ": 05")
        ),
        ("{rows:05}", "The template `{rows:05}` has an unknown field `{rows}`.", "did you mean `row`?"),
    ],
)
def test_a_template_that_cannot_work_is_a_usage_error(template: str, message: str, hint: str | None) -> None:
    for use in (lambda: check_template(template), lambda: expand(template, FIELDS, "j")):
        with pytest.raises(UsageError) as refused:
            use()
        assert (refused.value.message, refused.value.about) == (message, "output")
        assert hint is None or refused.value.hint == hint


def test_whole_numbers_take_a_width() -> None:
    numbers: dict[str, str | None] = {"seed": "7", "index": "3", "row": "12", "row0": "11", "ext": "png"}

    assert expand("{row:05}.{ext}", numbers, "job") == "00012.png"
    assert expand("{row0:02}-{index:02}-{seed:010}.{ext}", numbers, "job") == "11-03-0000000007.png"
    assert expand("{row:01}.{ext}", numbers, "job") == "12.png"
    assert expand("{seed:05}.{ext}", {"seed": None, "ext": "png"}, "job") == "job.png"


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ("{id}.{ext}", "con", "con-.png"),
        ("{id}", "Nul", "Nul-.png"),
        ("{id}.{ext}", "aux.v2", "aux-.v2.png"),
        ("{id}/{id}.{ext}", "COM1", "COM1-/COM1-.png"),
        ("lpt{index}.{ext}", "x", "lpt3-.png"),
        ("{id}-{seed}.{ext}", "con", "con-7.png"),
        ("con/nul.{ext}", "x", "con/nul.png"),
        ("con.{id}.{ext}", "x", "con.x.png"),
    ],
)
def test_a_device_of_windows_is_no_name_unless_it_was_typed(template: str, value: str, expected: str) -> None:
    assert expand(template, {**FIELDS, "index": "3", "id": value}, "job") == expected


def test_the_names_before_they_are_cut() -> None:
    long = "x" * 400

    assert whole_names("{id}/{slug}.{ext}", {**FIELDS, "id": long}, "job") == [long, "a-fox.png"]


def test_a_template_with_some_fields_known() -> None:
    row = {"row": "12", "row0": "11"}

    assert filled("{row}-{slug}{{row}}.{ext}", row) == "12-{slug}{{row}}.{ext}"
    assert filled("{row:05}/{row0:03}-{seed:02}.{ext}", row) == "00012/011-{seed:02}.{ext}"
    assert filled("{id}.png", {"id": "a{b}"}) == "a{{b}}.png"


def test_capitals_in_the_name_of_a_column_do_not_count() -> None:
    fields = {"meta.Category": "Birds", "meta.a": "1", "meta.A": "2", "ext": "png"}

    assert expand("{meta.category}/{meta.A}{meta.a}", fields, "j") == "Birds/21.png"
    assert expand("{meta.other}", fields, "j") == "j.png"


def test_the_whole_prompt_can_be_a_name() -> None:
    fields = {"prompt": "A fox: red/grey, 50mm.", "row0": "0", "ext": "png"}

    assert expand("{prompt}_{row0:06}.png", fields, "j") == "A fox- red-grey, 50mm_000000.png"
