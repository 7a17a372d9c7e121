"""Which columns a run reads, with `--meta-columns` and with a prompt template."""

import io

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.prompt_template import parse_template
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format, RawRow

KEPT = ColumnRules(keep_unknown=True)


def read(form: Format, data: bytes, rules: ColumnRules) -> list[object]:
    """Values of rows, and problems as they are shown."""
    found = read_rows(io.BytesIO(data), form, "f", rules=rules)
    return [dict(item.values) if isinstance(item, RawRow) else str(item) for item in found]


def test_unknown_columns_are_kept_as_meta() -> None:
    assert read("tsv", b"Prompt\tCategory\tNote (en)\tseed\na car\tVehicles\t\t7\n", KEPT) == [
        {"prompt": "a car", "meta.Category": "Vehicles", "seed": "7"}
    ]
    assert read("csv", b"prompt,a b,a_b\nx,1,2\n", KEPT)[0] == "f:1: a_b: The column is there twice."


def test_what_is_nested_is_kept_as_json_text() -> None:
    data = (
        b'{"tag": "two", "include": [{"class": "caf\xc3\xa9", "count": 1}], "prompt": "x", "meta": {"a": {"b": 1}}}\n'
    )

    assert read("jsonl", data, KEPT) == [
        {"meta.tag": "two", "meta.include": '[{"class": "café", "count": 1}]', "prompt": "x", "meta.a": '{"b": 1}'}
    ]


def test_a_secret_is_not_kept() -> None:
    assert read("csv", b"prompt,webhook_secret\nx,y\n", KEPT) == [
        "f:1: webhook_secret: A secret has no place in a prompt file.",
        {"prompt": "x"},
    ]


def test_a_column_that_is_only_spelt_differently_is_not_kept_in_silence() -> None:
    assert read("csv", b"prompt,Negative Prompt,Aspect-Ratio\nx,blur,16:9\n", KEPT) == [
        "f:1: Negative Prompt: There is no such column.",
        "f:1: Aspect-Ratio: There is no such column.",
        {"prompt": "x", "negative_prompt": "blur", "size": "16:9"},
    ]


def test_a_column_that_must_be_the_prompt_is_not_kept_in_silence() -> None:
    (found,) = (item for item in read_rows([b"id,caption\n", b"a,x\n"], "csv", "f", rules=KEPT) if item.line == 1)

    assert str(found) == "f:1: caption: There is no column `prompt`, and this may be it."
    assert getattr(found, "hint", None) == "call it `prompt`, or give --prompt-template '${caption}'"
    assert read("csv", b"prompt,caption\nx,y\n", KEPT) == [{"prompt": "x", "meta.caption": "y"}]


def test_a_template_declares_its_columns() -> None:
    rules = ColumnRules(template=parse_template("A ${colour} ${Thing}"))

    assert read("csv", b"COLOUR,Thing,notes\nred,fox,x\n", rules) == [
        "f:1: notes: There is no such column.",
        {"prompt": "A red fox", "meta.COLOUR": "red", "meta.Thing": "fox"},
    ]
    assert read("jsonl", b'{"colour": 7, "Thing": "fox", "seed": 1}\n{"colour": "red"}\n', rules) == [
        {"prompt": "A 7 fox", "meta.colour": "7", "meta.Thing": "fox", "seed": 1},
        "f:2: Thing: The prompt template needs `Thing`, and the row has none.",
    ]


def test_a_header_without_a_column_of_the_template_ends_the_file() -> None:
    rules = ColumnRules(template=parse_template("A ${colour} ${thing}"))

    assert read("csv", b"colour,seed\nred,7\nblue,8\n", rules) == [
        "f:1: The prompt template needs the column `thing`, and the header has none."
    ]
    assert read("csv", b"hue,animal\nred,fox\n", rules) == [
        "f:1: The prompt template needs the column `colour`, and the header has none.",
        "f:1: The prompt template needs the column `thing`, and the header has none.",
        "f:1: hue: There is no such column.",
        "f:1: animal: There is no such column.",
    ]


def test_a_template_may_use_the_prompt_and_other_known_columns() -> None:
    rules = ColumnRules(template=parse_template("${prompt}, ${width} wide"))

    assert read("csv", b"prompt,width,height\na fox,512,768\n", rules) == [
        {"prompt": "a fox, 512 wide", "size": "512x768"}
    ]
    assert read(
        "csv", b"colour;n\nred;2\n", ColumnRules(template=parse_template("a ${colour} fox"), keep_unknown=True)
    ) == [{"prompt": "a red fox", "meta.colour": "red", "meta.n": "2"}]
