"""Decodes the lines of a prompt file, or says what is wrong with them: too long, not UTF-8, not text at all."""

import shlex
from collections.abc import Iterable, Iterator

from flux2cli.core.batch.row import Format, RowProblem
from flux2cli.core.request.text_encoding import NARROW, SAVE_AS_CSV, binary_kind, convert_hint, wide_encoding
from flux2cli.errors import UsageError

LONGEST_LINE = 1 << 20
"""Bytes that a line, or a row of several lines, may have, line ends included."""

LONGEST_ARRAY = 32 << 20
"""Bytes that a line may have in a file that is one JSON array: programs write those without line ends."""

Line = tuple[int, str | RowProblem]
"""The number of a line, counted from 1, with its text or its problem."""

_BOM = "\ufeff"


def decode_lines(lines: Iterable[bytes], file: str, format: Format) -> Iterator[Line]:  # noqa: A002 - the flag's name
    """Every line as text with its line end, without the BOM. For a file that is no UTF-8 text, one problem."""
    for number, line in enumerate(lines, start=1):
        if number == 1 and (complaint := _not_text(line[:1024], file, format)):
            yield 1, RowProblem(file=file, line=None, what=complaint[0], hint=complaint[1])
            return
        try:
            text = _decoded(line, longest_line(format))
        except UsageError as error:
            hint = error.hint or _convert(NARROW, file, format)
            yield number, RowProblem(file=file, line=number, what=error.message, hint=hint)
        else:
            yield number, text.removeprefix(_BOM) if number == 1 else text


def longest_line(format: Format) -> int:  # noqa: A002
    """The bytes that a line of a file may have."""
    return LONGEST_ARRAY if format == "json" else LONGEST_LINE


def _decoded(line: bytes, longest: int) -> str:
    if len(line) > longest:
        hint = "a prompt has a few kilobytes at most" if longest == LONGEST_LINE else "break it up with: jq -c '.[]'"
        raise UsageError(f"The line has more than {longest >> 20} MiB.", hint=hint)
    if b"\0" in line:
        raise UsageError(
            f"The line has a NUL byte (byte {line.index(0) + 1} of the line).",
            hint="prompt files are plain text in UTF-8",
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"The line is not UTF-8 (byte {error.start + 1} of the line).") from None


def _not_text(head: bytes, file: str, format: Format) -> tuple[str, str] | None:  # noqa: A002
    """What is wrong with a file that begins like this, and a hint; None for what may be UTF-8."""
    if kind := binary_kind(head):
        return f"The file is no text, but {kind}.", SAVE_AS_CSV
    wide = wide_encoding(head)
    return None if wide is None else (f"The file is {wide}, not UTF-8.", _convert(wide, file, format))


def _convert(encoding: str, file: str, format: Format) -> str:  # noqa: A002
    return convert_hint(encoding, "" if file == "stdin" else f"{shlex.quote(file)} > utf8.{format}")
