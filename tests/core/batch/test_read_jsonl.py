"""Prompt files of JSON lines: an object per line, and what is none."""

import pytest
from support.prompt_rows import read, rows

from flux2cli.core.batch.row import RawRow, RowProblem

# JSON lines


def test_an_object_per_line_with_the_values_that_json_has() -> None:
    data = b"""{"prompt": "a fox", "seed": 7, "guidance": 2.5, "base": true, "size": {"width": 512, "height": 768}}

  {"size": "auto", "safety_tolerance": 5, "meta.scene": "1"}
{}
"""

    assert rows("jsonl", data) == [
        (1, {"prompt": "a fox", "seed": 7, "guidance": 2.5, "base": True, "size": {"width": 512, "height": 768}}),
        (3, {"size": "auto", "safety_tolerance": 5, "meta.scene": "1"}),
        (4, {}),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"id": 5}', {"id": "5"}),
        ('{"id": true}', {"id": "true"}),
        ('{"id": 1.50}', {"id": "1.5"}),
        ('{"id": "005", "label": 3, "output": "a/b.png", "variant": "flash", "provider": "fal"}',
         {"id": "005", "label": "3", "output": "a/b.png", "variant": "flash", "provider": "fal"}),
        ('{"image": "a.png", "lora": "owner/x:0.5"}', {"image": ["a.png"], "lora": ["owner/x:0.5"]}),
        ('{"image": ["a.png", "b.png"], "lora": []}', {"image": ["a.png", "b.png"]}),
        ('{"meta": {"scene": "1", "take": 2, "wide": false, "Ort-2": 0.5, "none": null}, "meta.x": "y"}',
         {"meta.scene": "1", "meta.take": "2", "meta.wide": "false", "meta.Ort-2": "0.5", "meta.x": "y"}),
        ('{"meta": null, "seed": null, "image": null, "id": null}', {}),
        ('{"prompt": "", "id": " ", "image": "", "meta": {"scene": ""}}', {}),
        ('{"prompt": "\\ud83e\\udd8a \\u00fc \\\\ud800"}', {"prompt": "🦊 ü \\ud800"}),
    ],
)  # fmt: skip
def test_values_of_an_object(text: str, values: dict[str, object]) -> None:
    assert rows("jsonl", text.encode()) == [(1, values)]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("[1]", "The line is a list and not an object.", "--input-format json"),
        ('"a fox"', "The line is text and not an object.", '{"prompt": "a fox", "seed": 7}'),
        ("7", "The line is a number and not an object.", '{"prompt"'),
        ("null", "The line is `null` and not an object.", '{"prompt"'),
        ("true", "The line is `true` and not an object.", '{"prompt"'),
        ("a fox", "The line is not JSON: expecting value at character 1.", '{"prompt"'),
        ('{"seed": 7', "The line is not JSON: expecting ',' delimiter at character 11.", '{"prompt"'),
        ('{"a": "', "The line is not JSON: unterminated string starting at character 7.", '{"prompt"'),
        ('{"seed": 7} {}', "The line is not JSON: extra data at character 13.", '{"prompt"'),
        ("{", "The line is not JSON: expecting property name enclosed in double quotes at character 2.", "jq -c ."),
        ("[", "The line is not JSON: expecting value at character 2.", "jq -c '.[]'"),
        ("[" * 100_000, "The JSON is nested too deeply.", '{"prompt"'),
        ('{"seed": 7, "seed": 8}', "The key `seed` is there twice.", ""),
        ('{"size": {"width": 7, "width": 8}}', "The key `width` is there twice.", ""),
        ('{"\\ud800": 1, "\\ud800": 2}', "The key `?` is there twice.", ""),
        ('{"seed": NaN}', "`NaN` is not a number that JSON has.", ""),
        ('{"seed": -Infinity}', "`-Infinity` is not a number that JSON has.", ""),
        ('{"size": {"width": Infinity}}', "`Infinity` is not a number that JSON has.", ""),
        ('{"guidance": 1e999}', "`1e999` is too large for a number.", ""),
        ('{"seed": %s}' % ("9" * 5000), "The line has a number with too many digits.", ""),
        ('{"id": []}', "id: It is a list and not text.", ""),
        ('{"label": {}}', "label: It is an object and not text.", ""),
        ('{"image": ["a.png", null]}', "image: The list has an empty entry.", "remove it"),
        ('{"lora": [""]}', "lora: The list has an empty entry.", "remove it"),
        ('{"meta": "x"}', "meta: It is text and not an object.", '"meta": {"scene": "1"}'),
        ('{"meta": []}', "meta: It is a list and not an object.", '"meta": {"scene": "1"}'),
        ('{"meta": {"a": {}}}', "meta.a: It is an object and not text.", "--meta-columns keeps it as JSON text"),
        ('{"Prompt": "a", "prompt": "b"}', "prompt: It is given twice.", ""),
        ('{"meta": {"a": 1}, "meta.a": 2}', "meta.a: It is given twice.", ""),
        ('{"prompt": "\\ud800"}', "prompt: It is not text that can be sent: it has half of a surrogate pair.", ""),
        ('{"image": ["a", "\\uDFFF"]}',
         "image: It is not text that can be sent: it has half of a surrogate pair.", ""),
        ('{"size": {"\\ud800": 1}}', "size: It is not text that can be sent: it has half of a surrogate pair.", ""),
        ('{"\\ud800": 1}', "?: It is not text that can be sent: it has half of a surrogate pair.", ""),
        ('{"prompt": "a\\u0000b"}', "prompt: It is not text that can be sent: it has a NUL character.", ""),
    ],
)  # fmt: skip
def test_lines_that_are_no_row_are_named_and_the_next_one_is_read(text: str, said: str, hint: str) -> None:
    first, second = read("jsonl", text.encode() + b'\n{"prompt": "a fox"}\n')

    assert isinstance(first, RowProblem)
    assert str(first) == f"f:1: {said}"
    assert hint in (first.hint or "")
    assert second == RawRow(file="f", line=2, values={"prompt": "a fox"})


@pytest.mark.parametrize(
    ("text", "said", "values"),
    [
        ('{"promt": "x"}', "promt: There is no such column.", {"prompt": "x"}),
        ('{"promt": null}', "promt: There is no such column.", {}),
        ('{"caption": "x", "prompt": "y"}', "caption: There is no such column.", {"prompt": "y"}),
        ('{"--size": "x"}', "--size: There is no such column.", {"size": "x"}),
        ('{"notes": "x", "seed": 7}', "notes: There is no such column.", {"seed": 7}),
        ('{"webhook_secret": "x"}', "webhook_secret: A secret has no place in a prompt file.", {}),
        ('{"meta": {"a b": 1}}', "meta.a b: There is no such column.", {}),
        ('{"meta": {"": 1}}', "meta.: What follows `meta.` is no name.", {}),
    ],
)
def test_a_column_that_does_not_exist_is_named_once_and_does_not_hide_the_rows(
    text: str, said: str, values: dict[str, object]
) -> None:
    found = read("jsonl", f"{text}\n{text}\n".encode())

    assert [str(item) if isinstance(item, RowProblem) else dict(item.values) for item in found] == [
        f"f:1: {said}",
        values,
        values,
    ]
