"""Reads rows from text with one prompt per line, and refuses text that is plainly something else."""

from collections.abc import Iterator
from itertools import chain

from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.other_formats import SAMPLE, Found, in_line, in_lines
from flux2cli.core.batch.read_lines import Line
from flux2cli.core.batch.row import RawRow, RowProblem

_SAMPLE_LENGTH = 1 << 16
"""Characters up to which lines are looked at together."""


def read_txt(texts: Iterator[Line], file: str, rules: ColumnRules, *, typed: bool) -> Iterator[RawRow | RowProblem]:
    """One prompt per line; skips blank lines and lines that begin with `#`.

    `typed` says that the user named this format, so that whatever is in the file is meant. Else what is plainly no
    prompt is a problem, and ends the file.
    """
    if missing := rules.missing(["prompt"]):
        what = f"The prompt template needs the column `{missing[0]}`, and a text file has no columns."
        yield RowProblem(file=file, line=None, what=what, hint="a table is read with --input-format csv")
        return
    rows = _prompts(texts, file)
    if typed:
        yield from rows
        return
    head = _sample(rows)
    prompts = [row for row in head if isinstance(row, RawRow)]
    found = in_lines([_prompt(row) for row in prompts])
    if found is not None:
        yield _refused(found, file, prompts[found.at].line)
        return
    for row in chain(head, rows):
        found = in_line(_prompt(row)) if isinstance(row, RawRow) else None
        if found is not None:
            yield _refused(found, file, row.line or 0)
            return
        yield row


def _sample(rows: Iterator[RawRow | RowProblem]) -> list[RawRow | RowProblem]:
    head: list[RawRow | RowProblem] = []
    length = 0
    while len(head) < SAMPLE and length < _SAMPLE_LENGTH and (row := next(rows, None)) is not None:
        head.append(row)
        length += len(_prompt(row)) if isinstance(row, RawRow) else 0
    return head


def _prompts(texts: Iterator[Line], file: str) -> Iterator[RawRow | RowProblem]:
    for number, text in texts:
        if isinstance(text, RowProblem):
            yield text
        elif (prompt := text.strip()) and not prompt.startswith("#"):
            yield RawRow(file=file, line=number, values={"prompt": prompt})


def _prompt(row: RawRow) -> str:
    return str(row.values["prompt"])


def _refused(found: Found, file: str, line: int) -> RowProblem:
    if found.format is not None:
        hint = f"read it with --input-format {found.format}"
    elif found.what == "YAML":
        hint = "make JSON of it, as in: yq -o json . prompts.yaml | flux2 batch - --input-format json"
    elif found.what.startswith("a web page"):
        hint = "copy the prompts out of it, one per line"
    else:
        hint = "columns hold what flags say: a .csv file with the header prompt,seed,size"
    return RowProblem(
        file=file,
        line=line,
        what=f"This is {found.what}, and not a prompt per line.",
        hint=f"{hint}; if it is meant as it is, --input-format txt",
    )
