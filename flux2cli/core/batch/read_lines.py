"""Decodes the lines of a prompt file, or says what is wrong with them: too long, not UTF-8, not text at all."""

import shlex
from collections.abc import Iterable, Iterator

from flux2cli.core.batch.row import Format, RowProblem
from flux2cli.errors import UsageError

LONGEST_LINE = 1 << 20
"""Bytes that a line, or a row of several lines, may have, line ends included."""

Line = tuple[int, str | RowProblem]
"""The number of a line, counted from 1, with its text or its problem."""

_BOM = "\ufeff"
_WIDE_BOMS = {  # the longer ones first: that of UTF-32 begins like that of UTF-16
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def decode_lines(lines: Iterable[bytes], file: str, format: Format) -> Iterator[Line]:  # noqa: A002 - the flag's name
    """Every line as text with its line end, without the BOM. For UTF-16 and UTF-32, one problem and no lines."""
    for number, line in enumerate(lines, start=1):
        if number == 1 and (wide := _wide(line[:1024])):
            what, hint = f"The file is {wide}, not UTF-8.", _convert(wide, file, format)
            yield 1, RowProblem(file=file, line=None, what=what, hint=hint)
            return
        try:
            text = _decoded(line)
        except UsageError as error:
            hint = error.hint or _convert("latin1", file, format)
            yield number, RowProblem(file=file, line=number, what=error.message, hint=hint)
        else:
            yield number, text.removeprefix(_BOM) if number == 1 else text


def _decoded(line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise UsageError(
            f"The line has more than {LONGEST_LINE >> 20} MiB.", hint="a prompt has a few kilobytes at most"
        )
    if b"\0" in line:
        raise UsageError(
            f"The line has a NUL byte (byte {line.index(0) + 1} of the line).",
            hint="prompt files are plain text in UTF-8",
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"The line is not UTF-8 (byte {error.start + 1} of the line).") from None


def _wide(head: bytes) -> str | None:
    """The name of the encoding if it is UTF-16 or UTF-32, detected by its BOM or its zero bytes; else None."""
    for bom, name in _WIDE_BOMS.items():
        if head.startswith(bom):
            return name
    zeros = head.count(0)
    if zeros == len(head):
        return None  # not text in any encoding
    if zeros * 8 > len(head) * 5:
        return "UTF-32BE" if head[0] == 0 else "UTF-32LE"
    if head[0::2].count(0) * 4 > len(head):
        return "UTF-16BE"
    return "UTF-16LE" if head[1::2].count(0) * 4 > len(head) else None


def _convert(encoding: str, file: str, format: Format) -> str:  # noqa: A002
    source = "" if file == "stdin" else f" {shlex.quote(file)} > utf8.{format}"
    return f"convert it, for example: iconv -f {encoding.lower()} -t utf-8{source}"
