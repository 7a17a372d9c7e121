"""Prompt files with columns: cells, quotes, headers, and everything that can be wrong with them."""

import csv
import io
import random
from collections.abc import Iterator

import pytest
from support.prompt_rows import problem, read, rows, told

from flux2cli.core.batch.columns import COLUMNS, SIZES
from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format, RawRow, RowProblem

# Header and cells


def test_cells_are_text_under_their_column_and_empty_ones_are_not_given() -> None:
    data = b"id,prompt,seed,size,meta.scene\nhero,a fox,7,,\n,an owl,,512x512,Night 2\n5,x, ,\t,1\n"

    assert rows("csv", data) == [
        (2, {"id": "hero", "prompt": "a fox", "seed": "7"}),
        (3, {"prompt": "an owl", "size": "512x512", "meta.scene": "Night 2"}),
        (4, {"id": "5", "prompt": "x", "meta.scene": "1"}),
    ]


def test_capitals_and_blanks_around_names_and_cells_do_not_count() -> None:
    assert rows("csv", b" Prompt ,\tSEED\n a  red fox , 7\n") == [(2, {"prompt": "a  red fox", "seed": "7"})]
    assert rows("csv", b'id, prompt\nhero, "a fox, red"\n') == [(2, {"id": "hero", "prompt": "a fox, red"})]
    assert rows("csv", b'seed, prompt\n7, "FOX" in neon\n') == [(2, {"seed": "7", "prompt": '"FOX" in neon'})]


def test_a_quote_between_tabs_is_a_character_where_it_cannot_be_a_mark() -> None:
    assert rows("tsv", b'prompt\tseed\n"FOX" in neon\t7\n"a\tfox"\t8\n') == [
        (2, {"prompt": '"FOX" in neon', "seed": "7"}),
        (3, {"prompt": "a\tfox", "seed": "8"}),
    ]
    assert told("csv", b'prompt,seed\n"FOX" in neon,7\n')[0].startswith("f:2: The quotes of this row do not fit")


def test_cells_of_the_row_key_are_remembered_as_they_were_written() -> None:
    found = read("csv", b'id, prompt,seed\n hero,a fox , 7\nb,"an owl",8\nc, "a hen",9\nd, "a hen, red",9\n')

    assert [dict(row.written) for row in found if isinstance(row, RawRow)] == [
        {"id": " hero", "prompt": "a fox "},
        {},
        {"prompt": ' "a hen"'},
        {},
    ]


def test_empty_cells_and_columns_at_the_end_do_not_count() -> None:
    assert rows("csv", b"prompt,seed,,\na fox,7,,\nan owl,8,,,,,\na hen,9\n") == [
        (2, {"prompt": "a fox", "seed": "7"}),
        (3, {"prompt": "an owl", "seed": "8"}),
        (4, {"prompt": "a hen", "seed": "9"}),
    ]
    assert told("csv", b"prompt,seed,,\na fox,7,x,\n") == ["f:2: The row has 3 cells, and the header has 2."]


@pytest.mark.parametrize(
    "data",
    [
        b"Prompt;Seed\na fox, red;7\n",
        b"\xef\xbb\xbfsep=;\nprompt;seed\na fox, red;7\n",
        b'"sep=;"\r\n"prompt";"seed"\r\n"a fox, red";"7"\r\n',
        b"sep=\t\nprompt\tseed\na fox, red\t7\n",
        b"\nsep=|\nprompt|seed\na fox, red|7\n",
        b"prompt;seed;;\na fox, red;7;;\n",
    ],
)
def test_what_separates_cells_is_read_from_the_header_or_the_line_above_it(data: bytes) -> None:
    assert [values for _, values in rows("csv", data)] == [{"prompt": "a fox, red", "seed": "7"}]


def test_width_and_height_or_a_ratio_stand_for_the_size() -> None:
    assert rows("csv", b"prompt,Width,Height\na fox,512,768\nan owl,,\n") == [
        (2, {"prompt": "a fox", "size": "512x768"}),
        (3, {"prompt": "an owl"}),
    ]
    assert rows("csv", b"prompt,aspect_ratio\na fox,16:9\n") == [(2, {"prompt": "a fox", "size": "16:9"})]
    assert told("csv", b"prompt,size,width,height\nx,auto,512,512\nx,,512,\nx,auto,,\n") == [
        "f:2: height: The row has both `size` and `height`, and each is a size.",
        "f:3: width: There is a width, and no height.",
        "row 4",
    ]


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


def test_all_that_is_wrong_in_a_header_does_not_hide_what_is_wrong_in_the_rows() -> None:
    found = read("csv", b"\nprompt,notes,n,seed,seed,,image,image\na,b,3,d,e,f,g,h\n1,2\n")

    assert [(str(item), item.hint) for item in found if isinstance(item, RowProblem)] == [
        (
            "f:2: notes: There is no such column.",
            "call it `meta.notes` to keep it beside the image, or keep all such columns with --meta-columns",
        ),
        ("f:2: n: There is no such column.", "did you mean `num`?"),
        ("f:2: seed: The column is there twice.", "only image and lora can be repeated"),
        ("f:2: column 6: The column has no name.", "name it, or remove it"),
        ("f:4: The row has 2 cells, and the header has 8.", "a cell may be empty, but not missing"),
    ]
    assert [dict(item.values) for item in found if isinstance(item, RawRow)] == [
        {"prompt": "a", "num": "3", "seed": "e", "image": ["g", "h"]}
    ]


def test_a_header_that_cannot_be_read_ends_the_file() -> None:
    assert told("csv", b"\xff,seed\na,b\n") == ["f:1: The line is not UTF-8 (byte 1 of the line)."]
    assert told("csv", b'"prompt"x,seed\na,b\n') == ["f:1: The quotes of this row do not fit: ',' expected after '\"'."]


@pytest.mark.parametrize(
    ("form", "header", "what", "hint"),
    [
        ("csv", "prompt\tmeta.x", "tabs", "read it with --input-format tsv"),
        ("csv", "x\tmeta.x", "tabs", "read it with --input-format tsv"),
        ("tsv", "seed,prompt", "commas", "read it with --input-format csv"),
        ("tsv", "seed;prompt", "semicolons", "read it with --input-format csv"),
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
    assert found.hint == "for example: prompt,seed,size"


@pytest.mark.parametrize("data", [b'{"prompt": "a fox", "seed": 7}\n', b'[{"prompt": "a fox"}]\n', b"[\n"])
def test_json_under_another_name_is_recognised(data: bytes) -> None:
    found = problem("csv", data)

    assert str(found).startswith("f:1: The first row has to name the columns")
    assert found.hint == "JSON is read with --input-format json, or jsonl for an object per line"


def test_a_header_of_nonsense_is_answered_quickly_and_briefly() -> None:
    nonsense = ",".join(f"prompt{'x' * 8000}{n}" for n in range(120))

    found = read("csv", f"prompt,{nonsense}\n".encode())

    assert len(found) == 20
    assert max(len(str(item)) for item in found) < 120


def test_what_the_csv_module_writes_is_read_as_it_was() -> None:
    dice = random.Random(5)
    forms: list[tuple[Format, str]] = [("csv", ","), ("tsv", "\t")]
    for _ in range(300):
        names = dice.sample([*sorted({*COLUMNS} - {*SIZES}), "meta.scene", "meta.Ort-2"], dice.randint(1, 8))
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
                name: [cell.strip()] if name in ("image", "lora") else cell.strip()
                for name, cell in zip(names, cells, strict=True)
                if cell.strip()
            }
            for cells in table
        ]
        if any(written):
            assert [values for _, values in rows(form, file.getvalue().encode())] == [row for row in written if row]


def scribbled(dice: random.Random) -> str:
    return "".join(dice.choices("ab ,;\"'\n\r\t#ü狐🦊\x1b\u2028", k=dice.randint(0, 6)))
