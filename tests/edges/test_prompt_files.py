"""Prompt files that are opened once and read several times: files, stdin, pipes, and what cannot be opened."""

import io
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux2cli.core.batch.read_lines import LONGEST_LINE
from flux2cli.core.batch.row import Format
from flux2cli.edges.prompt_files import PromptFile, open_prompts
from flux2cli.errors import UsageError


def opened(cwd: Path, text: str, wanted: str | None = None) -> PromptFile:
    return open_prompts(text, cwd=cwd, format=wanted, stdin=None, stdin_is_terminal=False, limit=1 << 30)


def from_stdin(data: bytes, wanted: str | None = None) -> PromptFile:
    return open_prompts(
        "-", cwd=Path("/"), format=wanted, stdin=io.BytesIO(data), stdin_is_terminal=False, limit=1 << 30
    )


def refusal(cwd: Path, text: str, wanted: str | None = None) -> UsageError:
    with pytest.raises(UsageError) as caught:
        opened(cwd, text, wanted)
    return caught.value


@pytest.mark.parametrize(
    ("name", "wanted", "form"),
    [("a.txt", None, "txt"), ("a.csv", None, "csv"), ("a.ndjson", None, "jsonl"), ("rows", "tsv", "tsv")],
)
def test_a_file_keeps_its_name_as_typed_and_has_a_format(
    tmp_path: Path, name: str, wanted: str | None, form: Format
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(b"a\r\nb")

    with opened(tmp_path, f"in/{name}", wanted) as file:
        assert (file.name, file.format) == (f"in/{name}", form)
        assert list(file.lines()) == [b"a\r\n", b"b"]


def test_absolute_paths_and_home_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.txt").write_bytes(b"a\n")

    for name in (str(tmp_path / "a.txt"), "~/a.txt"):
        with opened(Path("/"), name) as file:
            assert list(file.lines()) == [b"a\n"]


def test_every_reading_begins_at_the_start_even_while_another_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1\n2\n3\n")

    with opened(tmp_path, "a.txt") as file:
        first = file.lines()
        assert next(first) == b"1\n"
        assert list(file.lines()) == [b"1\n", b"2\n", b"3\n"]
        assert list(first) == [b"2\n", b"3\n"]
        assert list(file.lines()) == [b"1\n", b"2\n", b"3\n"]


def test_an_editor_that_replaces_the_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old\n")

    with opened(tmp_path, "a.txt") as file:
        assert list(file.lines()) == [b"old\n"]
        (tmp_path / "new").write_bytes(b"new\n")
        (tmp_path / "new").replace(tmp_path / "a.txt")
        assert list(file.lines()) == [b"old\n"]
        (tmp_path / "a.txt").unlink()
        assert list(file.lines()) == [b"old\n"]


def test_a_closed_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1\n2\n")
    file = opened(tmp_path, "a.txt")
    file.close()

    with pytest.raises(ValueError, match="closed"):
        list(file.lines())


def test_lines_end_at_line_feeds_and_nowhere_else() -> None:
    data = "a\rb\u2028c\x0bd\x0ce\x85f\r\n\x1cg\n\n".encode()

    with from_stdin(data) as file:
        assert list(file.lines()) == ["a\rb\u2028c\x0bd\x0ce\x85f\r\n".encode(), b"\x1cg\n", b"\n"]


@pytest.mark.parametrize("more", [0, 1, 1 << 18, (1 << 18) + 1, 3_000_000])
def test_a_long_line_is_cut_and_the_next_one_is_whole(more: int) -> None:
    long = b"x" * (LONGEST_LINE + more)

    with from_stdin(b"a\n" + long + b"\nb\n" + long) as file:
        first, cut, last, end = file.lines()

    assert (first, last) == (b"a\n", b"b\n")
    assert cut == (long + b"\n")[: LONGEST_LINE + 1]
    assert end == long[: LONGEST_LINE + 1]


def test_a_line_of_the_longest_length_is_whole() -> None:
    longest = b"x" * (LONGEST_LINE - 1) + b"\n"

    with from_stdin(longest + longest) as file:
        assert list(file.lines()) == [longest, longest]


def test_a_huge_line_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as out:
        for _ in range(64):
            out.write(b"x" * (1 << 20))
        out.write(b"\nfox\n")

    with opened(tmp_path, "a.txt") as file:
        tracemalloc.start()
        try:
            assert [len(line) for line in file.lines()] == [LONGEST_LINE + 1, 4]
            assert tracemalloc.get_traced_memory()[1] < 6 << 20
        finally:
            tracemalloc.stop()


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()

    with opened(tmp_path, "a.txt") as file:
        assert list(file.lines()) == []


# Stdin and pipes


def test_stdin_can_be_read_twice() -> None:
    with from_stdin(b"a\nb\n") as file:
        assert (file.name, file.format) == ("stdin", "txt")
        assert list(file.lines()) == [b"a\n", b"b\n"]
        assert list(file.lines()) == [b"a\n", b"b\n"]
    with from_stdin(b"{}", "jsonl") as file:
        assert file.format == "jsonl"


def test_what_is_copied_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "home"))

    with from_stdin(b"a\n") as file:
        assert list((tmp_path / "home").iterdir()) == []
        assert list(file.lines()) == [b"a\n"]
    assert list((tmp_path / "home").iterdir()) == []


def test_nothing_on_stdin_is_said() -> None:
    for stdin, terminal, said in (
        (None, False, "The prompts should come from stdin, and stdin is closed."),
        (io.BytesIO(b"a\n"), True, "The prompts should come from stdin, and nothing is piped in."),
    ):
        with pytest.raises(UsageError) as caught:
            open_prompts("-", cwd=Path("/"), format=None, stdin=stdin, stdin_is_terminal=terminal, limit=1 << 30)
        assert caught.value.message == said
        assert caught.value.hint == "pipe the prompts in, as in: flux2 batch - < prompts.txt"


def test_stdin_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as only_written, pytest.raises(UsageError) as caught:
        open_prompts("-", cwd=Path("/"), format=None, stdin=only_written, stdin_is_terminal=False, limit=1 << 30)

    assert caught.value.message == "The prompts from stdin cannot be read or kept: read."


def test_a_wrong_format_is_said_before_stdin_is_read() -> None:
    stdin = io.BytesIO(b"a\n")

    with pytest.raises(UsageError, match="`--input-format xml` is not a format"):
        open_prompts("-", cwd=Path("/"), format="xml", stdin=stdin, stdin_is_terminal=False, limit=1 << 30)
    assert stdin.read() == b"a\n"


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "prompts.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"prompt\na fox\n" * 20_000,))
    writer.start()
    yield path
    writer.join()


def test_a_named_pipe_can_be_read_twice(fifo: Path) -> None:
    with opened(fifo.parent, "prompts.csv") as file:
        assert (file.name, file.format) == ("prompts.csv", "csv")
        assert list(file.lines()) == [b"prompt\n", b"a fox\n"] * 20_000
        assert list(file.lines()) == [b"prompt\n", b"a fox\n"] * 20_000


_TWICE = """
import sys
from pathlib import Path
from flux2cli.edges.prompt_files import open_prompts
with open_prompts(sys.argv[1], cwd=Path("/"), format="txt", stdin=None, stdin_is_terminal=False, limit=1 << 30) as file:
    print(list(file.lines()) == list(file.lines()), list(file.lines()))
"""


def test_process_substitution_works() -> None:
    ran = subprocess.run(
        ["bash", "-c", f'{sys.executable} -c "$0" <(echo a fox; echo an owl)', _TWICE],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert ran.stderr == ""
    assert ran.stdout == "True [b'a fox\\n', b'an owl\\n']\n"


def test_a_pipe_that_somebody_names_by_its_device() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _TWICE, "/dev/stdin"],
        input="a fox\n", capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert ran.stderr == ""
    assert ran.stdout == "True [b'a fox\\n']\n"


def test_the_null_device_has_no_lines() -> None:
    with opened(Path("/"), "/dev/null", "txt") as file:
        assert list(file.lines()) == []


# What has no end


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_device_without_an_end_is_copied_up_to_the_limit_and_the_copy_is_removed(
    device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "home"))
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - the listing itself is one of them

    with pytest.raises(UsageError) as caught:
        open_prompts(device, cwd=Path("/"), format="txt", stdin=None, stdin_is_terminal=False, limit=1 << 20)

    assert caught.value.message == (
        f"The prompts from `{device}` have more than 1 MiB, the most that is copied of a pipe."
    )
    assert caught.value.hint == "save them in a file, which is read where it is; or allow more: --max-input"
    assert list((tmp_path / "home").iterdir()) == []
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


def test_a_pipe_as_long_as_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    def lines(stdin: bytes) -> list[bytes]:
        stream = io.BytesIO(stdin)
        with open_prompts(
            "-", cwd=Path("/"), format=None, stdin=stream, stdin_is_terminal=False, limit=1 << 19
        ) as file:
            return list(file.lines())

    assert lines(b"fox\n" * (1 << 17)) == [b"fox\n"] * (1 << 17)
    with pytest.raises(UsageError, match="The prompts from stdin have more than 512 KiB"):
        lines(b"fox\n" * (1 << 17) + b"x")


def test_a_file_is_read_where_it_is_however_long(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a fox\n" * 100)

    with open_prompts("a.txt", cwd=tmp_path, format=None, stdin=None, stdin_is_terminal=False, limit=10) as file:
        assert len(list(file.lines())) == 100


# What cannot be opened


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    error = refusal(tmp_path, "prompts.txt")

    assert error.message == "The prompt file `prompts.txt` does not exist."
    assert error.hint == 'a single prompt needs no file: flux2 flash "a fox"'
    assert refusal(tmp_path, "a fox in the snow").message == "The prompt file `a fox in the snow` does not exist."


def test_a_directory(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").mkdir()

    error = refusal(tmp_path, "rows.csv")

    assert error.message == "The prompt file `rows.csv` is a directory."
    assert error.hint == "name the files in it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch(mode=0o000)

    assert refusal(tmp_path, "a.txt").message == "The prompt file `a.txt` cannot be read: Permission denied."


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a\0b").message == "The prompt file `a\0b` cannot be read: embedded null byte."
    assert refusal(tmp_path, f"{'x' * 300}.txt").message.endswith("cannot be read: File name too long.")
    assert refusal(tmp_path, "~nobody-at-all/a.txt").message.startswith("The prompt file `~nobody-at-all/a.txt` cannot")
    (tmp_path / "a.txt").touch()
    assert refusal(tmp_path, "a.txt/b.txt").message.endswith("cannot be read: Not a directory.")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    assert refusal(tmp_path, "loop.txt").message.startswith(
        "The prompt file `loop.txt` cannot be read: Too many levels"
    )


def test_a_terminal_is_not_waited_for() -> None:
    ours, theirs = os.openpty()
    try:
        name = os.ttyname(theirs)
        assert refusal(Path("/"), name, "txt").message == f"The prompt file `{name}` is a terminal."
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_name_that_does_not_tell_the_format(tmp_path: Path) -> None:
    (tmp_path / "prompts").touch()

    assert refusal(tmp_path, "prompts").message == "The name `prompts` does not tell which format the file has."


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file here that fails for sure")
def test_a_file_that_fails_while_it_is_read_is_named() -> None:
    # Reading this one always fails with an error of the disk: address 0 of a process is not mapped.
    with opened(Path("/"), "/proc/self/mem", "txt") as file:
        with pytest.raises(UsageError) as caught:
            list(file.lines())
        assert caught.value.message == "The prompt file `/proc/self/mem` cannot be read: Input/output error."


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "prompts").touch()
    (tmp_path / "a.txt").write_bytes(b"a\n")
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - the listing itself is one of them

    for name in ("prompts", "missing.txt", "/dev/null"):
        refusal(tmp_path, name)
    with opened(tmp_path, "a.txt") as file, from_stdin(b"a\n") as other:
        next(file.lines())
        list(other.lines())

    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208
