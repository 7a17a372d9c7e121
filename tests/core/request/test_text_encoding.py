"""Bytes that are no UTF-8 text."""

import pytest

from flux2cli.core.request.text_encoding import binary_kind, convert_hint, wide_encoding


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("a fox".encode("utf-16"), "UTF-16"), ("a fox".encode("utf-16-le"), "UTF-16LE"),
        ("a fox".encode("utf-16-be"), "UTF-16BE"), ("a fox".encode("utf-32"), "UTF-32"),
        ("a fox".encode("utf-32-be"), "UTF-32BE"), (b"a fox", None), (b"", None), (b"\0\0\0", None),
    ],
)  # fmt: skip
def test_wide_encodings_are_told_by_their_mark_or_their_zeros(head: bytes, name: str | None) -> None:
    assert wide_encoding(head) == name


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04\x14\0", "a spreadsheet or archive"), (b"\xd0\xcf\x11\xe0", "a spreadsheet or document"),
        (b"\x89PNG\r\n", "an image"), (b"\xff\xd8\xff\xe0", "an image"), (b"%PDF-1.7", "a PDF"),
        (b"%PDF on a sticker", None), (b"PK fox", None), (b"", None),
    ],
)  # fmt: skip
def test_files_that_are_no_text_are_told_by_how_they_begin(head: bytes, kind: str | None) -> None:
    assert binary_kind(head) == kind


def test_the_way_to_convert_is_a_command() -> None:
    assert convert_hint("UTF-16LE") == "convert it, for example: iconv -f utf-16le -t utf-8"
    assert convert_hint("cp1252", "a.txt") == "convert it, for example: iconv -f cp1252 -t utf-8 a.txt"
