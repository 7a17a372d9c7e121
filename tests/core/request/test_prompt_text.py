"""A prompt from stdin or a file: its bytes as text, or why they are none."""

import pytest

from flux2cli.core.request.prompt_text import decode
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    ("data", "prompt"),
    [
        (b"a fox\n", "a fox"),
        (b"a fox\r\n\n", "a fox"),
        (b"\xef\xbb\xbfa fox", "a fox"),
        ("ein Füchslein 狐".encode(), "ein Füchslein 狐"),
        (b"  two\nlines ", "  two\nlines "),
    ],
)
def test_bytes_become_a_prompt(data: bytes, prompt: str) -> None:
    assert decode(data, "stdin") == prompt


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \t\n", b"\xef\xbb\xbf\n"])
def test_nothing_is_no_prompt(data: bytes) -> None:
    with pytest.raises(UsageError, match="The prompt from stdin is empty"):
        decode(data, "stdin")


@pytest.mark.parametrize(("origin", "file"), [("stdin", "prompt.txt"), ("fox.txt", "fox.txt")])
def test_another_encoding_is_named_with_the_place_and_a_way_out(origin: str, file: str) -> None:
    with pytest.raises(UsageError) as caught:
        decode(b"a f\xfcx", origin)

    assert caught.value.message == f"The prompt from {origin} is not UTF-8 (byte 3)."
    assert caught.value.hint == f"convert it, for example: iconv -f cp1252 -t utf-8 {file}"


def test_wide_text_and_files_that_are_no_text_are_named_as_what_they_are() -> None:
    for data, said, hint in (
        ("a fox".encode("utf-16-le"), "The prompt from p is UTF-16LE, not UTF-8.",
         "convert it, for example: iconv -f utf-16le -t utf-8 p"),
        (b"PK\x03\x04\x14", "The prompt from p is no text, but a spreadsheet or archive.",
         "export a spreadsheet as CSV in UTF-8, and give that to `flux2 batch`"),
        (b"\x89PNG\r\n", "The prompt from p is no text, but an image.",
         'an image to edit is given with -i: flux2 flash "make it night" -i photo.jpg'),
    ):  # fmt: skip
        with pytest.raises(UsageError) as caught:
            decode(data, "p")
        assert (caught.value.message, caught.value.hint) == (said, hint)


def test_a_prompt_has_a_mebibyte_at_most() -> None:
    assert len(decode(b"x" * 1_048_576, "stdin")) == 1_048_576
    with pytest.raises(UsageError) as caught:
        decode(b"x" * 1_048_577, "p.txt")

    assert caught.value.message == "The prompt from p.txt has more than 1 MiB."
    assert caught.value.hint == "a prompt has a few kilobytes at most"
