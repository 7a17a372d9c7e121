"""Prompt files as bytes, and the rows or problems that they are: every format, and everything that can be wrong."""

import csv
import io
import json
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.columns import COLUMNS, check_column
from flux2cli.core.batch.read_rows import LONGEST_LINE, format_of, read_rows
from flux2cli.core.batch.row import Format, RawRow, RowProblem
from flux2cli.errors import UsageError

Rows = list[tuple[int, dict[str, object]]]


def read(form: Format, data: bytes) -> list[RawRow | RowProblem]:
    return list(read_rows(io.BytesIO(data), form, "f"))


def rows(form: Format, data: bytes) -> Rows:
    """The rows as (line, values); what is no row fails the test."""
    found = read(form, data)
    assert [str(item) for item in found if isinstance(item, RowProblem)] == []
    return [(row.line, dict(row.values)) for row in found if isinstance(row, RawRow)]


def told(form: Format, data: bytes) -> list[str]:
    """Rows as their line, problems as they are shown."""
    return [str(item) if isinstance(item, RowProblem) else f"row {item.line}" for item in read(form, data)]


def problem(form: Format, data: bytes) -> RowProblem:
    (found,) = read(form, data)
    assert isinstance(found, RowProblem)
    return found


# Which format


@pytest.mark.parametrize(
    ("name", "wanted", "form"),
    [
        ("a.txt", None, "txt"),
        ("dir.d/a.csv", None, "csv"),
        ("A.TSV", None, "tsv"),
        ("a.jsonl", None, "jsonl"),
        ("a.ndjson", None, "jsonl"),
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
            "add --input-format txt (or csv, tsv, jsonl)",
        ),
        (
            "a.json", None, "The name `a.json` does not tell which format the file has.",
            "add --input-format jsonl (or txt, csv, tsv)",
        ),
        (".csv", None, "The name `.csv` does not tell which format the file has.", None),
        ("/dev/fd/63", None, "The name `/dev/fd/63` does not tell which format the file has.", None),
        ("a.csv", "json", "`--input-format json` is not a format.", "did you mean `jsonl`?"),
        ("-", "xlsx", "`--input-format xlsx` is not a format.", None),
    ],
)  # fmt: skip
def test_a_format_that_nothing_tells(name: str, wanted: str | None, said: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        format_of(name, wanted)

    assert caught.value.message == said
    assert caught.value.hint == hint or hint is None


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
    assert found[1].hint == "convert it, for example: iconv -f latin1 -t utf-8 f > utf8.txt"
    assert found[3] == RawRow(file="f", line=4, values={"prompt": "an owl"})
    assert told("csv", b"prompt,seed\n\xe9,1\nb,2\n") == ["f:2: The line is not UTF-8 (byte 1 of the line).", "row 3"]
    assert told("jsonl", b'{"prompt": "\xe9"}\n{}') == ["f:1: The line is not UTF-8 (byte 13 of the line).", "row 2"]


def test_a_command_to_convert_a_file_can_be_typed_as_it_is() -> None:
    (named,) = read_rows([b"\xff\n"], "csv", "my rows.csv")
    (piped,) = read_rows([b"\xff\n"], "csv", "stdin")

    assert isinstance(named, RowProblem)
    assert named.hint == "convert it, for example: iconv -f latin1 -t utf-8 'my rows.csv' > utf8.csv"
    assert isinstance(piped, RowProblem)
    assert piped.hint == "convert it, for example: iconv -f latin1 -t utf-8"


def test_the_bytes_of_a_mark_count_in_the_first_line() -> None:
    assert told("txt", b"\xef\xbb\xbfab\xff\n") == ["f:1: The line is not UTF-8 (byte 6 of the line)."]


@pytest.mark.parametrize("surrogate", [b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xe7\x8b"])
def test_bytes_that_only_look_like_utf8_are_not(surrogate: bytes) -> None:
    assert told("txt", b"fox " + surrogate) == ["f:1: The line is not UTF-8 (byte 5 of the line)."]


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


# Header and cells


def test_cells_are_text_under_their_column_and_empty_ones_are_not_given() -> None:
    data = b"id,prompt,seed,size,meta.scene\nhero,a fox,7,,\n,an owl,,512x512,Night 2\n5,x, ,\t,1\n"

    assert rows("csv", data) == [
        (2, {"id": "hero", "prompt": "a fox", "seed": "7"}),
        (3, {"prompt": "an owl", "size": "512x512", "meta.scene": "Night 2"}),
        (4, {"id": "5", "prompt": "x", "meta.scene": "1"}),
    ]


def test_blanks_around_the_names_of_columns_do_not_count_and_those_in_cells_do() -> None:
    assert rows("csv", b" prompt ,\tseed\n a fox , 7\n") == [(2, {"prompt": " a fox ", "seed": " 7"})]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends() -> None:
    data = b'prompt,seed\n"a ""red"" fox, in\r\nthe\n\nsnow",7\nan owl,8\n"x",9\n'

    assert rows("csv", data) == [
        (2, {"prompt": 'a "red" fox, in\r\nthe\n\nsnow', "seed": "7"}),
        (6, {"prompt": "an owl", "seed": "8"}),
        (7, {"prompt": "x", "seed": "9"}),
    ]
    assert rows("tsv", b'prompt\tseed\n"a\tb"\t7\nc,d\t8\n') == [
        (2, {"prompt": "a\tb", "seed": "7"}),
        (3, {"prompt": "c,d", "seed": "8"}),
    ]


def test_images_and_loras_are_lists_in_the_order_of_their_columns() -> None:
    data = b"image,prompt,image,lora,lora,image\na.png,x,b.png,,l:0.5,c.png\n,y,,,,\n"

    assert rows("csv", data) == [
        (2, {"image": ["a.png", "b.png", "c.png"], "prompt": "x", "lora": ["l:0.5"]}),
        (3, {"prompt": "y"}),
    ]


def test_a_cell_may_have_more_than_the_csv_module_reads_unasked() -> None:
    prompt = "x" * 600_000

    assert rows("csv", b"prompt\n" + f"{prompt}\n".encode() * 3) == [(n, {"prompt": prompt}) for n in (2, 3, 4)]


def test_a_ragged_row_is_one_problem_and_the_next_row_is_read() -> None:
    found = read("csv", b"prompt,seed\na fox, in snow,7\nan owl\nx,1\n\n,,,\ny,2\n")

    assert found == [
        RowProblem(
            file="f", line=2, what="The row has 3 cells, and the header has 2.",
            hint="put quotes around a cell that holds a comma",
        ),
        RowProblem(
            file="f", line=3, what="The row has 1 cell, and the header has 2.",
            hint="a cell may be empty, but not missing",
        ),
        RawRow(file="f", line=4, values={"prompt": "x", "seed": "1"}),
        RawRow(file="f", line=7, values={"prompt": "y", "seed": "2"}),
    ]  # fmt: skip
    assert problem("tsv", b"prompt\na\tb\n").hint == "put quotes around a cell that holds a tab"


def test_quotes_that_do_not_fit_are_a_problem_where_their_row_begins() -> None:
    assert told("csv", b'prompt,seed\n"a" fox,7\nan owl,8\n"a\nb"c,9\nx,10\n') == [
        "f:2: The quotes of this row do not fit: ',' expected after '\"'.",
        "row 3",
        "f:4: The quotes of this row do not fit: ',' expected after '\"'.",
        "row 6",
    ]
    assert told("csv", b'prompt,seed\nan owl,8\n"a fox,7\nx,1\ny,2\n') == [
        "row 2",
        "f:3: A quote is opened in this row and never closed.",
    ]
    assert rows("csv", b'prompt,seed\na 5" screen,7\n') == [(2, {"prompt": 'a 5" screen', "seed": "7"})]


def test_a_quote_that_is_never_closed_does_not_swallow_a_large_file() -> None:
    taken = 0

    def lines() -> Iterator[bytes]:
        nonlocal taken
        yield b"prompt\n"
        yield b'"a fox\n'
        while taken < 100_000:
            taken += 1
            yield b"x" * 1000 + b"\n"

    assert [str(item) for item in read_rows(lines(), "csv", "f")] == [
        "f:2: A quote is opened in this row and not closed within 1 MiB."
    ]
    assert taken < 1100


def test_a_bad_line_inside_a_row_of_several_lines_is_named_at_its_own_line() -> None:
    assert told("csv", b'prompt,seed\n"a\n\xff\nfox,7\nan owl,8\n') == [
        "f:3: The line is not UTF-8 (byte 1 of the line).",
        "row 4",
        "row 5",
    ]


def test_old_line_ends_are_named() -> None:
    found = problem("csv", b"prompt,seed\ra fox,7\ran owl,8\r")

    assert str(found) == "f:1: A carriage return stands inside the row."
    assert found.hint == r"convert the line ends: tr '\r' '\n'"


def test_a_wrong_header_ends_the_file_with_all_that_is_wrong_in_it() -> None:
    found = read("csv", b"\nprompt,promt,Size,seed,seed,,image,image\na,b,c,d,e,f,g,h\n1,2\n")

    assert [(str(item), item.hint) for item in found if isinstance(item, RowProblem)] == [
        ("f:2: promt: There is no such column.", "did you mean `prompt`?"),
        ("f:2: Size: There is no such column.", "did you mean `size`?"),
        ("f:2: seed: The column is there twice.", "only image and lora can be repeated"),
        ("f:2: Column 6 has no name.", "name it, or remove it"),
    ]
    assert len(found) == 4


def test_a_header_that_cannot_be_read_ends_the_file() -> None:
    assert told("csv", b"\xff,seed\na,b\n") == ["f:1: The line is not UTF-8 (byte 1 of the line)."]
    assert told("csv", b'"prompt"x,seed\na,b\n') == ["f:1: The quotes of this row do not fit: ',' expected after '\"'."]


@pytest.mark.parametrize(
    ("form", "header", "what", "hint"),
    [
        ("csv", "prompt;seed", "`;`", "save it with commas, or with tabs and --input-format tsv"),
        ("csv", '"my column";"prompt"', "`;`", "save it with commas, or with tabs and --input-format tsv"),
        ("csv", "prompt\tmeta.x", "tabs", "read it with --input-format tsv"),
        ("csv", "x\tmeta.x", "tabs", "read it with --input-format tsv"),
        ("tsv", "seed,prompt", "commas", "read it with --input-format csv"),
        ("tsv", "seed;prompt", "`;`", "save it with commas, or with tabs and --input-format tsv"),
    ],
)
def test_a_header_with_another_delimiter(form: Format, header: str, what: str, hint: str) -> None:
    found = read(form, f"{header}\na fox\n".encode())

    assert found == [
        RowProblem(file="f", line=1, what=f"The header looks as if it were separated by {what}.", hint=hint)
    ]


def test_a_file_without_a_header_says_what_a_header_is() -> None:
    found = problem("csv", b",a red fox in the snow,20\n,an owl,30\n")

    assert str(found) == "f:1: The first row has to name the columns, and `a red fox in the snow` is none."
    assert found.hint == "for example: prompt,seed,size; a prompt per line is read with --input-format txt"


def test_a_header_of_nonsense_is_answered_quickly_and_briefly() -> None:
    nonsense = ",".join(f"prompt{'x' * 8000}{n}" for n in range(120))

    found = read("csv", f"prompt,{nonsense}\n".encode())

    assert len(found) == 20
    assert max(len(str(item)) for item in found) < 120


def test_what_the_csv_module_writes_is_read_as_it_was() -> None:
    dice = random.Random(5)
    forms: list[tuple[Format, str]] = [("csv", ","), ("tsv", "\t")]
    for _ in range(300):
        names = dice.sample([*COLUMNS, "meta.scene", "meta.Ort-2"], dice.randint(1, 8))
        table = [[scribbled(dice) for _ in names] for _ in range(dice.randint(1, 6))]
        form, delimiter = dice.choice(forms)
        file = io.StringIO(newline="")
        # With line feeds alone, the writer of some Pythons leaves carriage returns without quotes.
        if dice.random() < 0.5:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        else:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([names, *table])

        written = [
            {
                name: [cell] if name in ("image", "lora") else cell
                for name, cell in zip(names, cells, strict=True)
                if cell.strip()
            }
            for cells in table
        ]
        if any(written):
            assert [values for _, values in rows(form, file.getvalue().encode())] == [row for row in written if row]


def scribbled(dice: random.Random) -> str:
    return "".join(dice.choices("ab ,;\"'\n\r\t#ü狐🦊\x1b\u2028", k=dice.randint(0, 6)))


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
        ("[1]", "The line is a list and not an object.", "jq -c '.[]'"),
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
        ('{"promt": "x"}', "promt: There is no such column.", "did you mean `prompt`?"),
        ('{"promt": null}', "promt: There is no such column.", "did you mean `prompt`?"),
        ('{"--size": "x"}', "--size: There is no such column.", "did you mean `size`?"),
        ('{"webhook_secret": "x"}', "webhook_secret: A secret has no place in a prompt file.", "--webhook-secret-file"),
        ('{"id": []}', "id: It is a list and not text.", ""),
        ('{"label": {}}', "label: It is an object and not text.", ""),
        ('{"image": ["a.png", null]}', "image: The list has an empty entry.", "remove it"),
        ('{"lora": [""]}', "lora: The list has an empty entry.", "remove it"),
        ('{"meta": "x"}', "meta: It is text and not an object.", '"meta": {"scene": "1"}'),
        ('{"meta": []}', "meta: It is a list and not an object.", '"meta": {"scene": "1"}'),
        ('{"meta": {"a": {}}}', "meta.a: It is an object and not text.", ""),
        ('{"meta": {"a b": 1}}', "meta.a b: There is no such column.", "did you mean `meta.a_b`?"),
        ('{"meta": {"": 1}}', "meta.: What follows `meta.` is no name.", "as in `meta.scene`"),
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


# Columns


def test_every_parameter_is_a_column_except_the_secret() -> None:
    assert set(COLUMNS) == set(PARAMETERS) - {"webhook_secret"} | {"id", "variant", "provider", "output", "label"}
    assert [name for name in COLUMNS if check_column(name)] == []


@pytest.mark.parametrize(
    "name", ["meta.scene", "meta.Scene_2", "meta.a-b", "meta.7", "meta.größe", "meta." + "x" * 500]
)
def test_columns_for_templates(name: str) -> None:
    assert check_column(name) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Prompt", "prompt"), ("--size", "size"), ("Size", "size"), ("negative-prompt", "negative_prompt"),
        ("--negative-prompt", "negative_prompt"), ("-s", "size"), ("-i", "image"), ("images", "image"),
        ("--no-safety-checker", "safety_checker"), ("num_inference_steps", "steps"), ("image_urls", "image"),
        ("expand prompt", "expand_prompt"), ("promt", "prompt"), ("seeds", "seed"), ("ID", "id"),
        ("META.scene", "meta.scene"), ("meta.a b", "meta.a_b"), (" seed", "seed"),
    ],
)  # fmt: skip
def test_what_was_meant_by_a_column_that_does_not_exist(name: str, meant: str) -> None:
    assert check_column(name) == ("There is no such column.", f"did you mean `{meant}`?")


@pytest.mark.parametrize("name", ["", "xyzzy", "x" * 100_000])
def test_what_cannot_be_guessed_gets_the_list_of_columns(name: str) -> None:
    complaint = check_column(name)

    assert complaint is not None
    assert str(complaint[1]).startswith("known: id, variant, provider, output, label, prompt, ")
    assert str(complaint[1]).endswith(", webhook_url, meta.NAME")
    assert "webhook_secret" not in str(complaint[1])


@pytest.mark.parametrize("name", ["meta", "meta.", "meta.a.b", "meta.a/b", "meta.a\n"])
def test_meta_needs_a_name(name: str) -> None:
    complaint = check_column(name)

    assert complaint is not None
    assert complaint[0] in ("What follows `meta.` is no name.", "There is no such column.")


@pytest.mark.parametrize("name", ["webhook_secret", "--webhook-secret-file", "Webhook-Secret"])
def test_a_secret_has_no_place_in_a_file(name: str) -> None:
    assert check_column(name) == (
        "A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run",
    )  # fmt: skip


# Memory


def test_nothing_long_is_remembered() -> None:
    check_column("x")  # whatever is loaded for it
    tracemalloc.start()
    try:
        for number in range(20):
            check_column(f"{number}" * 500_000)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


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
