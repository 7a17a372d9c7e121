"""Text files with a prompt per line, and files that are something else."""

import io
from collections.abc import Iterator

import pytest
from support.prompt_rows import problem, read, rows, told

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.prompt_template import parse_template
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import RawRow


def meant(data: bytes) -> list[object]:
    """The prompts of a file whose format was typed."""
    found = read_rows(io.BytesIO(data), "txt", "f", typed=True)
    return [row.values["prompt"] if isinstance(row, RawRow) else str(row) for row in found]


def test_another_format_is_named_with_the_flag_that_reads_it() -> None:
    found = problem("txt", b'# rows\n\n{"prompt": "a fox"}\n{"prompt": "an owl"}\n')

    assert str(found) == "f:3: This is JSON, and not a prompt per line."
    assert found.hint == "read it with --input-format jsonl; if it is meant as it is, --input-format txt"
    assert problem("txt", b"Prompt\tNote\na fox\tx\n").hint == (
        "read it with --input-format tsv; if it is meant as it is, --input-format txt"
    )
    assert problem("txt", b"- prompt: a fox\n").hint == (
        "make JSON of it, as in: yq -o json . prompts.yaml | flux2 batch - --input-format json; "
        "if it is meant as it is, --input-format txt"
    )
    assert problem("txt", b"--prompt fox --seed 7\n").hint == (
        "columns hold what flags say: a .csv file with the header prompt,seed,size; "
        "if it is meant as it is, --input-format txt"
    )
    assert problem("txt", b"<!doctype html>\n<p>a fox</p>\n").hint == (
        "copy the prompts out of it, one per line; if it is meant as it is, --input-format txt"
    )


@pytest.mark.parametrize(
    ("data", "prompts"),
    [
        (b'{"prompt": "a fox"}\n', ['{"prompt": "a fox"}']),
        (b"prompt,seed\na fox,7\n", ["prompt,seed", "a fox,7"]),
        (b"--prompt fox\n", ["--prompt fox"]),
    ],
)
def test_a_format_that_was_typed_is_meant(data: bytes, prompts: list[object]) -> None:
    assert meant(data) == prompts


def test_an_object_anywhere_among_the_prompts_ends_the_file() -> None:
    data = b"a fox\n" * 30 + b'{"prompt": "an owl"}\na hen\n'

    found = read("txt", data)

    assert len(found) == 31
    assert str(found[-1]) == "f:31: This is JSON, and not a prompt per line."


def test_what_else_is_wrong_is_said_beside_the_prompts() -> None:
    assert told("txt", b"a fox\n\xff\nan owl\n") == [
        "row 1", "f:2: The line is not UTF-8 (byte 1 of the line).", "row 3",
    ]  # fmt: skip


def test_no_more_than_a_sample_is_read_ahead() -> None:
    taken = 0

    def lines() -> list[bytes]:
        return [b"x" * 50_000 + b"\n"] * 10

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for line in lines():
            taken += 1
            yield line

    first = next(iter(read_rows(counted(), "txt", "f")))

    assert isinstance(first, RawRow)
    assert taken == 2


def test_a_template_of_columns_needs_columns() -> None:
    rules = ColumnRules(template=parse_template("A ${colour} fox"))

    (found,) = read_rows([b"a fox\n"], "txt", "f", rules=rules)

    assert str(found) == "f: The prompt template needs the column `colour`, and a text file has no columns."


def test_a_template_can_be_put_around_each_prompt() -> None:
    rules = ColumnRules(template=parse_template("${prompt}, flat vector"))

    (found,) = read_rows([b"a fox\n"], "txt", "f", rules=rules)

    assert isinstance(found, RawRow)
    assert found.values == {"prompt": "a fox, flat vector"}
    assert rows("txt", b"a fox\n") == [(1, {"prompt": "a fox"})]
