"""Files that users and strangers wrote: prompt files, sidecars and templates of names, with anything in them."""

import json
import os
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.replies import VALUES

from flux2cli.core.batch.read_rows import read_rows
from flux2cli.core.batch.row import Format, RawRow, RowProblem
from flux2cli.core.request.templates import FIELDS, NUMBERS, check_template, expand, filled
from flux2cli.edges.files.recover import read_sidecar
from flux2cli.edges.files.scan import records
from flux2cli.errors import UsageError

WORDS = (
    b"prompt", b"id", b"seed", b"image", b"size", b"meta.x", b"notes", b"a fox", b"7", b"16:9", b"https://h/a.png",
    b"null", b"true", b'{"prompt": "x"}', b"sep=;", b"- prompt: x", "\u2028".encode(),
)  # fmt: skip
MARKS = (
    b",", b";", b"\t", b'"', b'""', b"'", b"\n", b"\r\n", b"\r", b"{", b"}", b"[", b"]", b":", b"#", b"\\", b" ",
    b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xe9", b"\x1b[2J",
)  # fmt: skip
PIECES = st.sampled_from((*WORDS, *MARKS))
FILES = st.one_of(st.lists(PIECES, max_size=40).map(b"".join), st.binary(max_size=200))


@pytest.mark.parametrize("form", get_args(Format))
@given(data=FILES, typed=st.booleans())
def test_a_prompt_file_gives_rows_and_problems_with_their_places(form: Format, data: bytes, typed: bool) -> None:
    lines = data.split(b"\n")
    found = list(read_rows([line + b"\n" for line in lines], form, "p", typed=typed))

    for row in found:
        assert row.file == "p"
        if isinstance(row, RawRow):
            assert 1 <= row.line <= len(lines)
            assert all(value not in ("", None) for value in row.values.values())
        else:
            assert isinstance(row, RowProblem)
            assert row.line is None or 1 <= row.line <= len(lines)
            assert row.what[-1] in ".!?…" or row.hint, row


DOCUMENTS = st.one_of(
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {},
        optional={
            "schema": st.one_of(st.just("flux2cli/image/1"), VALUES),
            "job_id": st.one_of(st.just("abcd2345"), VALUES),
            "image": st.fixed_dictionaries(
                {},
                optional={
                    "file": st.one_of(st.just("a.png"), VALUES),
                    "bytes": st.one_of(st.just(3), VALUES),
                    "index": VALUES,
                    "sha256": VALUES,
                },
            ),
            "row": st.one_of(st.fixed_dictionaries({"key": VALUES}), VALUES),
            "sandbox": st.one_of(st.booleans(), VALUES),
        },
    ).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=100),
    st.sampled_from([b"", b"[" * 5000, b'{"image":' * 3000, b"\xff\xfe"]),
)  # fmt: skip


@given(data=DOCUMENTS)
def test_a_sidecar_is_read_or_ignored(tmp_path: Path, data: bytes) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(b"abc")
    Path(f"{image}.json").write_bytes(data)

    stub = read_sidecar(Path(f"{image}.json"))
    rows = list(records(tmp_path))

    assert stub is None or data.startswith(b"{")
    assert len(rows) <= 1
    for row in rows:
        assert row.path == str(image)
        assert row.problem is not None or (type(row.sha256), type(row.bytes), type(row.index)) == (str, int, int)


ODD = ("..", ".", "/etc/passwd", "a/b", "con", "NUL.txt", "x" * 5000, "é" * 300, "\u202egnp.exe", " . ", "##[x")
TEXTS = st.one_of(st.text(max_size=40), st.sampled_from(ODD))
PARTS = ("/", "-", "a", ".", "..", "{{", "}}", "{", "}", "{meta.x}", "{meta.}", "{:", "{seed:99999}", "é")
TEMPLATES = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.one_of(
            st.sampled_from([f"{{{name}}}" for name in FIELDS]),
            st.sampled_from([f"{{{name}:04}}" for name in NUMBERS]),
            st.sampled_from(PARTS),
        ),
        max_size=8,
    ).map("".join),
)


@given(template=TEMPLATES, values=st.dictionaries(st.sampled_from([*FIELDS, "meta.x"]), TEXTS, max_size=8))
def test_a_template_makes_a_name_that_can_be_and_is_where_the_template_says(
    template: str, values: dict[str, str]
) -> None:
    try:
        check_template(template)
    except UsageError:
        return
    values["ext"] = "png"

    path = expand(template, values, "abcd2345")
    parts = path.split("/")

    assert len(parts) == len(template.split("/")), "no value makes a directory"
    assert all(len(os.fsencode(part.encode("utf-8", "replace"))) <= 255 for part in parts)
    assert parts[-1] not in ("", ".", "..")
    literal = set(template)
    assert not (set(path) - literal) & set('\\:"<>|*?\x00\n\r\x1b\u202e'), "no value brings these in"
    assert path.endswith(".png")


@given(template=TEMPLATES, value=TEXTS)
def test_a_value_that_is_filled_in_is_no_template(template: str, value: str) -> None:
    once = filled(template, {"row": value})

    assert filled(once, {"row": "other", "index": "1"}) == filled(template, {"row": value, "index": "1"})
