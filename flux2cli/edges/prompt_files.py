"""Opens prompt files, as lines of bytes that can be read any number of times. Does not parse them."""

import io
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from flux2cli.core.amount_of_bytes import text_of_amount
from flux2cli.core.batch.read_lines import longest_line
from flux2cli.core.batch.read_rows import format_of
from flux2cli.core.batch.row import STDIN, Format
from flux2cli.errors import UsageError

_BLOCK = 1 << 18  # bytes read at a time


def open_prompts(
    text: str,
    *,
    cwd: Path,
    format: str | None,  # noqa: A002 - the flag's name
    stdin: BinaryIO | None,
    stdin_is_terminal: bool,
    limit: int,
) -> "PromptFile":
    """Open the prompt file `text`, `-` for stdin. Copies stdin and pipes to a temporary file, to read them twice.

    `format` is the value of `--input-format`, `limit` the most bytes of a copy. UsageError for a file that cannot be
    read, has no known format, or is no file and longer than the limit.
    """
    if text == "-":
        kind = format_of(text, format)
        return PromptFile(STDIN, kind, _copied_stdin(stdin, limit, stdin_is_terminal=stdin_is_terminal))
    file = _opened(text, cwd)
    try:
        kind = format_of(text, format)
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # a pipe, such as <(command)
            pipe, file = file, _copied(file, f"`{text}`", limit)
            pipe.close()
        return PromptFile(text, kind, file)
    except BaseException:
        file.close()
        raise


class PromptFile:
    """An open prompt file; replacing it on disk has no effect. `name` is for messages: as typed, or `stdin`."""

    def __init__(self, name: str, format: Format, file: BinaryIO) -> None:  # noqa: A002
        self.name = name
        self.format: Format = format
        self._file = file

    def lines(self) -> Iterator[bytes]:
        """All lines with their line ends, from the start at each call, even concurrently; UsageError if unreadable.

        A line with more bytes than the format allows is cut after one more.
        """
        longest = longest_line(self.format)
        with io.BufferedReader(_FromStart(self._file), _BLOCK) as reader:
            try:
                while line := reader.readline(longest + 1):
                    yield line
                    if len(line) > longest and not line.endswith(b"\n"):
                        _skip_line(reader)
            except OSError as error:
                raise UsageError(f"The prompt file `{self.name}` cannot be read: {error.strerror}.") from None

    def close(self) -> None:
        """Close the file; a temporary copy is deleted."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _FromStart(io.RawIOBase):
    """Reads a file from its start with its own position (pread), and leaves it open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._source = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        got = os.pread(self._source.fileno(), len(buffer), self._at)
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)


def _skip_line(reader: BinaryIO) -> None:
    while block := reader.readline(_BLOCK):
        if block.endswith(b"\n"):
            return


def _opened(text: str, cwd: Path) -> BinaryIO:
    try:
        path = cwd / Path(text).expanduser()
        if path.is_dir():
            raise UsageError(f"The prompt file `{text}` is a directory.", hint="name the files in it")
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise UsageError(
            f"The prompt file `{text}` does not exist.", hint='a single prompt needs no file: flux2 flash "a fox"'
        ) from None
    except (OSError, ValueError, RuntimeError) as error:  # also a NUL in the name, and a `~name` without a user
        raise UsageError(f"The prompt file `{text}` cannot be read: {_reason(error)}.") from None
    if file.isatty():
        file.close()
        raise UsageError(f"The prompt file `{text}` is a terminal.", hint="give a file, or pipe the prompts in")
    return file


def _copied_stdin(stdin: BinaryIO | None, limit: int, *, stdin_is_terminal: bool) -> BinaryIO:
    hint = "pipe the prompts in, as in: flux2 batch - < prompts.txt"
    if stdin is None:
        raise UsageError("The prompts should come from stdin, and stdin is closed.", hint=hint)
    if stdin_is_terminal:
        raise UsageError("The prompts should come from stdin, and nothing is piped in.", hint=hint)
    return _copied(stdin, "stdin", limit)


def _copied(source: BinaryIO, name: str, limit: int) -> BinaryIO:
    """A copy of the whole source in an unnamed temporary file, which is deleted when it is closed.

    UsageError when the source, which may have no end, has more than `limit` bytes.
    """
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's
    except OSError as error:
        raise UsageError(
            f"There is no room to keep {name}: {_reason(error)}.", hint="set TMPDIR to a directory"
        ) from None
    try:
        for block in _blocks(source, name, limit):
            file.write(block)
        file.flush()
    except BaseException as error:
        file.close()
        if isinstance(error, OSError | ValueError):
            raise UsageError(f"The prompts from {name} cannot be read or kept: {_reason(error)}.") from None
        raise
    return file


def _blocks(source: BinaryIO, name: str, limit: int) -> Iterator[bytes]:
    left = limit
    while block := source.read(_BLOCK):
        left -= len(block)
        if left < 0:
            raise UsageError(
                f"The prompts from {name} have more than {text_of_amount(limit)}, the most that is copied of a pipe.",
                hint="save them in a file, which is read where it is; or allow more: --max-input",
            )
        yield block


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
