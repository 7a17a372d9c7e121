"""Lines of prompt files: encodings, marks, line ends and lengths; a text file has a prompt per line."""

import json

import pytest
from support.prompt_rows import problem, read, rows, told

from flux2cli.core.batch.read_lines import LONGEST_LINE
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format, RawRow, RowProblem

# A prompt per line


def test_a_text_file_has_a_prompt_per_line_besides_comments_and_blank_lines() -> None:
    data = b"# animals\n\na fox\n  \t\n\t # not this one\n  an  owl\tat night \nfox #2\nlast"

    assert rows("txt", data) == [
        (3, {"prompt": "a fox"}),
        (6, {"prompt": "an  owl\tat night"}),
        (7, {"prompt": "fox #2"}),
        (8, {"prompt": "last"}),
    ]


def test_a_prompt_may_contain_anything() -> None:
    prompts = [
        '"fox", {seed}; \\n',
        "🦊 👩‍🚀",
        "\x1b[31mred",
        "\u202eright to left",
        "one\u2028two\x0bthree\x85four",
        "a\rb",
    ]

    assert rows("txt", "\n".join(prompts).encode()) == [(n, {"prompt": p}) for n, p in enumerate(prompts, start=1)]
    assert rows("jsonl", b"\n".join(json.dumps({"prompt": p}).encode() for p in prompts)) == [
        (n, {"prompt": p}) for n, p in enumerate(prompts, start=1)
    ]


# Line ends and encodings


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "\r", "\n", "\r\n"])
def test_line_ends_and_a_mark_at_the_start_are_no_part_of_the_text(end: str, mark: str, last: str) -> None:
    def data(*lines: str) -> bytes:
        return (mark + end.join(lines) + last).encode()

    assert rows("txt", data("fox", "", "owl")) == [(1, {"prompt": "fox"}), (3, {"prompt": "owl"})]
    assert rows("csv", data("prompt,seed", "", "owl,7")) == [(3, {"prompt": "owl", "seed": "7"})]
    assert rows("csv", data('"prompt",seed', "owl,7")) == [(2, {"prompt": "owl", "seed": "7"})]
    assert rows("tsv", data("prompt\tseed", "owl\t7")) == [(2, {"prompt": "owl", "seed": "7"})]
    assert rows("jsonl", data('{"prompt": "owl"}', "", "{}")) == [(1, {"prompt": "owl"}), (3, {})]


def test_one_mark_is_dropped_and_a_second_one_is_text() -> None:
    assert rows("txt", "\ufeff\ufefffox\n\ufeffowl\n".encode()) == [
        (1, {"prompt": "\ufefffox"}),
        (2, {"prompt": "\ufeffowl"}),
    ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE"),
        ("utf-32", "UTF-32"), ("utf-32-le", "UTF-32LE"), ("utf-32-be", "UTF-32BE"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["txt", "csv", "jsonl"])
def test_wide_encodings_are_named_once(encoding: str, name: str, form: Format) -> None:
    found = problem(form, "prompt,seed\nü fox,7\nowl,8\n".encode(encoding))

    assert str(found) == f"f: The file is {name}, not UTF-8."
    assert found.hint == f"convert it, for example: iconv -f {name.lower()} -t utf-8 f > utf8.{form}"


def test_marks_tell_a_wide_encoding_where_no_zero_does() -> None:
    assert told("txt", b"\xff\xfe" + "狐".encode("utf-16-le")) == ["f: The file is UTF-16, not UTF-8."]
    assert told("txt", b"\xfe\xff" + "狐".encode("utf-16-be")) == ["f: The file is UTF-16, not UTF-8."]
    assert told("txt", b"\0\0\xfe\xff" + "狐".encode("utf-32-be")) == ["f: The file is UTF-32, not UTF-8."]


def test_lines_that_are_not_utf8_are_named_and_the_others_are_read() -> None:
    found = read("txt", b"a fox\nbl\xfche Blume\n\xff\nan owl\n")

    assert [str(item) for item in found[1:3]] == [
        "f:2: The line is not UTF-8 (byte 3 of the line).",
        "f:3: The line is not UTF-8 (byte 1 of the line).",
    ]
    assert isinstance(found[1], RowProblem)
    assert found[1].hint == "convert it, for example: iconv -f cp1252 -t utf-8 f > utf8.txt"
    assert found[3] == RawRow(file="f", line=4, values={"prompt": "an owl"})
    assert told("csv", b"prompt,seed\n\xe9,1\nb,2\n") == ["f:2: The line is not UTF-8 (byte 1 of the line).", "row 3"]
    assert told("jsonl", b'{"prompt": "\xe9"}\n{}') == ["f:1: The line is not UTF-8 (byte 13 of the line).", "row 2"]


def test_a_command_to_convert_a_file_can_be_typed_as_it_is() -> None:
    (named,) = read_rows([b"\xff\n"], "csv", "my rows.csv")
    (piped,) = read_rows([b"\xff\n"], "csv", "stdin")

    assert isinstance(named, RowProblem)
    assert named.hint == "convert it, for example: iconv -f cp1252 -t utf-8 'my rows.csv' > utf8.csv"
    assert isinstance(piped, RowProblem)
    assert piped.hint == "convert it, for example: iconv -f cp1252 -t utf-8"


def test_the_bytes_of_a_mark_count_in_the_first_line() -> None:
    assert told("txt", b"\xef\xbb\xbfab\xff\n") == ["f:1: The line is not UTF-8 (byte 6 of the line)."]


@pytest.mark.parametrize("surrogate", [b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xe7\x8b"])
def test_bytes_that_only_look_like_utf8_are_not(surrogate: bytes) -> None:
    assert told("txt", b"fox " + surrogate) == ["f:1: The line is not UTF-8 (byte 5 of the line)."]


def test_a_spreadsheet_is_named_as_one() -> None:
    found = problem("csv", b"PK\x03\x04\x14\0\x06\0\n\xff\xfe")

    assert str(found) == "f: The file is no text, but a spreadsheet or archive."
    assert found.hint == "export a spreadsheet as CSV in UTF-8, and give that to `flux2 batch`"


def test_a_nul_byte_is_a_problem_of_its_line() -> None:
    nul = "f:2: The line has a NUL byte (byte 3 of the line)."

    assert told("txt", b"a fox\nan\0owl at night\na hen\n") == ["row 1", nul, "row 3"]
    assert told("csv", b"prompt\nan\0owl\na hen\n") == [nul, "row 3"]
    assert told("jsonl", b'{}\n{"\0": 1}\n{}\n') == ["row 1", nul, "row 3"]
    assert told("txt", b"an\0owl at night\na hen\n") == [nul.replace("f:2", "f:1"), "row 2"]


def test_zeros_tell_an_encoding_only_at_the_start_and_between_characters() -> None:
    assert told("txt", b"a fox\na\0b\0c\0\nok\n")[1:] == ["f:2: The line has a NUL byte (byte 2 of the line).", "row 3"]
    assert told("txt", b"\0" * 3000) == ["f:1: The line has a NUL byte (byte 1 of the line)."]


def test_a_line_that_is_too_long_is_a_problem_and_the_next_one_is_read() -> None:
    longest = b"x" * (LONGEST_LINE - 1) + b"\n"
    cut = b"x" * (LONGEST_LINE + 1)

    assert rows("txt", longest) == [(1, {"prompt": "x" * (LONGEST_LINE - 1)})]
    for form, lines in (("txt", [cut, b"a fox\n"]), ("csv", [b"prompt\n", cut, b"a fox\n"])):
        problem, row = read_rows(lines, form, "f")  # type: ignore[arg-type]
        assert str(problem) == f"f:{len(lines) - 1}: The line has more than 1 MiB."
        assert row == RawRow(file="f", line=len(lines), values={"prompt": "a fox"})
