"""Prompt files: the format, files without rows, and rows that stream."""

import tracemalloc
from collections.abc import Iterator

import pytest
from support.prompt_rows import problem, told

from flux2cli.core.batch.read_rows import format_of, read_rows
from flux2cli.core.batch.row import Format
from flux2cli.errors import UsageError

# Which format


@pytest.mark.parametrize(
    ("name", "wanted", "form"),
    [
        ("a.txt", None, "txt"),
        ("dir.d/a.csv", None, "csv"),
        ("A.TSV", None, "tsv"),
        ("a.jsonl", None, "jsonl"),
        ("a.ndjson", None, "jsonl"),
        ("a.json", None, "json"),
        ("a", "csv", "csv"),
        ("a", "ndjson", "jsonl"),
        ("a.txt", "tsv", "tsv"),  # what was typed counts for more than what the file is called
        ("-", None, "txt"),
        ("-", "JSONL", "jsonl"),
    ],
)
def test_the_format_of_a_file(name: str, wanted: str | None, form: Format) -> None:
    assert format_of(name, wanted) == form


@pytest.mark.parametrize(
    ("name", "wanted", "said", "hint"),
    [
        (
            "prompts", None, "The name `prompts` does not tell which format the file has.",
            "add --input-format csv, tsv, jsonl, json, or txt for a prompt per line",
        ),
        (
            "a.xlsx", None, "`a.xlsx` is not a prompt file.",
            "export a spreadsheet as CSV in UTF-8, and give that to `flux2 batch`",
        ),
        (
            "a.yaml", None, "`a.yaml` is not a prompt file.",
            "make JSON of it, as in: yq -o json . rows.yaml > rows.json",
        ),
        (
            "fox.png", None, "`fox.png` is not a prompt file.",
            "an image to edit is given with -i, or in the column `image`",
        ),
        (".csv", None, "The name `.csv` does not tell which format the file has.", None),
        ("/dev/fd/63", None, "The name `/dev/fd/63` does not tell which format the file has.", None),
        ("a.csv", "jsonlines", "`--input-format jsonlines` is not a format.", "did you mean `jsonl`?"),
        ("-", "xlsx", "`--input-format xlsx` is not a format.", None),
    ],
)  # fmt: skip
def test_a_format_that_nothing_tells(name: str, wanted: str | None, said: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        format_of(name, wanted)

    assert caught.value.message == said
    assert caught.value.hint == hint or hint is None


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("txt", b""), ("txt", b"\n\n"), ("txt", b"# only\n  # comments"), ("txt", b"\xef\xbb\xbf"),
        ("csv", b""), ("csv", b"prompt,seed\n"), ("csv", b"\n\nprompt,seed\n\n,\n , \n"), ("tsv", b"prompt\tseed"),
        ("jsonl", b""), ("jsonl", b" \n\t\r\n"),
    ],
)  # fmt: skip
def test_a_file_without_rows_is_a_problem(form: Format, data: bytes) -> None:
    found = problem(form, data)

    assert (found.line, found.column, str(found)) == (None, None, "f: There are no rows in it.")
    assert found.hint


def test_a_file_with_nothing_but_problems_is_not_called_empty() -> None:
    assert told("txt", b"\xff\n") == ["f:1: The line is not UTF-8 (byte 1 of the line)."]


@pytest.mark.parametrize(
    ("form", "head", "line"),
    [
        ("txt", [], b"a red fox in the snow\n"),
        ("csv", [b"prompt,seed,meta.scene\n"], b'"a red fox,\nin the snow",7,night\n'),
        ("jsonl", [], b'{"prompt": "a red fox in the snow", "seed": 7, "meta": {"scene": "night"}}\n'),
    ],
)
def test_rows_stream(form: Format, head: list[bytes], line: bytes) -> None:
    def lines(count: int) -> Iterator[bytes]:
        yield from head
        for _ in range(count):
            yield from line.splitlines(keepends=True)

    assert sum(1 for _ in read_rows(lines(10), form, "f")) == 10
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(lines(20_000), form, "f")) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
