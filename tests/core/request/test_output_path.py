"""`-o`: a file, a directory, a template or stdout, and what is none of them."""

import pytest

from flux2cli.core.request.output_path import check_output, parse_output
from flux2cli.errors import UsageError

CWD = "/home/ada/art"
DEFAULT = "{slug}-{seed}.{ext}"


@pytest.mark.parametrize(
    ("text", "directory", "name", "explicit", "suffix"),
    [
        (None, CWD, DEFAULT, False, None),
        ("-", CWD, "-", False, None),
        ("out/", f"{CWD}/out", DEFAULT, False, None),
        ("there", f"{CWD}/there", DEFAULT, False, None),
        ("../pics/", "/home/ada/pics", DEFAULT, False, None),
        ("fox.png", CWD, "fox.png", True, "png"),
        ("a/b/fox.JPG", f"{CWD}/a/b", "fox.JPG", True, "jpeg"),
        ("/tmp/fox.webp", "/tmp", "fox.webp", True, "webp"),
        ("out/{seed}.{ext}", f"{CWD}/out", "{seed}.{ext}", False, None),
        ("out/fox-{seed}.png", f"{CWD}/out", "fox-{seed}.png", False, "png"),
        ("{label}/{seed}.webp", CWD, "{label}/{seed}.webp", False, "webp"),
    ],
)
def test_where_images_go(text: str | None, directory: str, name: str, explicit: bool, suffix: str | None) -> None:
    output, format_of_suffix = parse_output(
        text, cwd=CWD, overwrite=False, is_directory=lambda path: path == f"{CWD}/there"
    )

    assert (output.directory, output.name, output.explicit) == (directory, name, explicit)
    assert output.stdout is (text == "-")
    assert format_of_suffix == suffix


@pytest.mark.parametrize("text", [None, "out/", "fox.png", "{seed}.{ext}"])
def test_overwriting_is_kept_with_the_place(text: str | None) -> None:
    output, _ = parse_output(text, cwd=CWD, overwrite=True, is_directory=lambda _: False)

    assert output.overwrite is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fox", "`-o fox` has no image suffix."),
        ("fox.gif", "`-o fox.gif` has no image suffix."),
        ("", "`-o` names no file."),
        ("a\0b.png", "`-o` names no file."),
        ("a\nb.png", "`-o` has a line break or another control character in it."),
        ("a\x1b[2J/", "`-o` has a line break or another control character in it."),
        ("a\x7f{seed}.png", "`-o` has a line break or another control character in it."),
        ("a\ud800.png", "`-o` has a character in it that no file name can have."),
        ("~nobody-by-that-name/a.png", "`-o ~nobody-by-that-name/a.png` begins with `~` and the name of no user."),
        ("{slug}.gif", "`-o {slug}.gif` ends in `.gif`, which no model makes."),
        ("art/{id}.TIFF", "`-o art/{id}.TIFF` ends in `.tiff`, which no model makes."),
        ("{slug}/../x.png", "The template `{slug}/../x.png` leads out of its directory."),
    ],
)
def test_what_cannot_be_a_place(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_output(text, cwd=CWD, overwrite=False, is_directory=lambda _: False)

    assert caught.value.message == said
    assert caught.value.about == "output"


def test_a_name_in_another_encoding_is_a_name() -> None:
    output, _ = parse_output("b\udcfcro.png", cwd=CWD, overwrite=False, is_directory=lambda _: False)

    assert output.name == "b\udcfcro.png"


def test_a_text_is_checked_before_there_is_a_directory() -> None:
    check_output("anything")
    with pytest.raises(UsageError):
        check_output(" ")
