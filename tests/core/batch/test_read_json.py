"""Prompt files that are one JSON array: whatever its line breaks, object by object, with the lines of problems."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from support.prompt_rows import problem, read, rows, told

from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import RowProblem

ROWS = [{"prompt": 'a [red] {fox}, "in" the snow', "seed": 7}, {"prompt": "an owl\\", "meta": {"a": "]"}}]
READ = [
    {"prompt": 'a [red] {fox}, "in" the snow', "seed": 7},
    {"prompt": "an owl\\", "meta.a": "]"},
]


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
def test_an_array_is_read_however_it_is_written(indent: int | str | None) -> None:
    text = json.dumps(ROWS, indent=indent)

    assert [values for _, values in rows("json", text.encode())] == READ
    assert [values for _, values in rows("json", b"\xef\xbb\xbf\r\n " + text.replace("\n", "\r\n").encode())] == READ


def test_a_row_is_at_the_line_where_it_begins() -> None:
    data = b'[\n  {"prompt": "a"},\n  {\n    "prompt": "b"\n  }, {"prompt": "c"}\n,\n\n{"prompt": "d"}]\n'

    assert [line for line, _ in rows("json", data)] == [2, 3, 5, 8]


def test_an_object_per_line_is_read_under_this_name_as_well() -> None:
    assert rows("json", b'\n{"prompt": "a fox"}\n{"prompt": "an owl"}\n') == [
        (2, {"prompt": "a fox"}),
        (3, {"prompt": "an owl"}),
    ]
    assert told("json", b"a fox\n") == ["f:1: The line is not JSON: expecting value at character 1."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"prompt": "a"},\n"an owl",\n{"prompt": "c"}]', [
            "row 1", "f:2: The row is text and not an object.", "row 3",
        ]),
        ('[{"prompt": "a"},\n{\n"prompt": b},\n{}]', [
            "row 1", "f:2: The row is not JSON: expecting value at line 2 of it, character 11.", "row 4",
        ]),
        ('[\n{"prompt": "a"}\n{"prompt": "b"}]', [
            "f:2: The row is not JSON: extra data at line 2 of it, character 1.",
        ]),
        ('[\n{"promt": "a"},\n{"promt": "b"}]', ["f:2: promt: There is no such column.", "row 2", "row 3"]),
        ('[\n{"prompt": "a"},\n{"prompt": "b"}\n', ["row 2", "f:3: The array is not closed."]),
        ('[{"prompt": "a"}]\n[{"prompt": "b"}]\n', [
            "row 1", "f:2: Something follows the end of the array.",
        ]),
        ('[{"prompt": "a"}]\nx\n', ["row 1", "f:2: Something follows the end of the array."]),
        ("[]", ["f: There are no rows in it."]),
        ("[\n]\n", ["f: There are no rows in it."]),
        ("", ["f: There are no rows in it."]),
        ('[{"prompt": "a"},]', ["row 1"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_line(text: str, said: list[str]) -> None:
    assert told("json", text.encode()) == said


def test_an_array_of_texts_is_no_array_of_rows_and_the_way_out_is_named() -> None:
    assert problem("json", b'["a fox"]').hint == "an array of texts becomes a prompt per line with: jq -r '.[]'"


def test_a_bracket_that_is_missing_does_not_swallow_a_large_file() -> None:
    data = b'[\n{"prompt": "a",\n' + b'{"prompt": "b"},\n' * 100_000

    found = read("json", data)

    assert [str(item) for item in found] == ["f:2: The object has more than 1 MiB."]
    assert isinstance(found[0], RowProblem)
    assert found[0].hint == "is a bracket or a quote missing?"


def test_an_array_may_be_one_long_line() -> None:
    text = json.dumps([{"prompt": f"fox {n} {'x' * 1000}"} for n in range(3000)])

    assert len(rows("json", text.encode())) == 3000
    assert str(problem("jsonl", text.encode())) == "f:1: The line has more than 1 MiB."


def test_rows_of_an_array_stream() -> None:
    def lines() -> Iterator[bytes]:
        yield b"[\n"
        for _ in range(20_000):
            yield b'{"prompt": "a red fox in the snow",\n'
            yield b'"seed": 7},\n'
        yield b"]\n"

    next(iter(read_rows([b"[{}]"], "json", "f")))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(lines(), "json", "f")) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
