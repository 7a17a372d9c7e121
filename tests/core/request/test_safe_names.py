"""Text in file names that Windows, archives and GitHub's artifacts take, too."""

import random

import pytest

from flux2cli.core.request.safe_names import safe_value, without_device


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a:b", "a-b"),
        ('"<>|*?', "------"),
        ("a/b\\c", "a-b-c"),
        ("tab\there\r\n", "tab-here--"),
        (" .x. ", "x"),
        ("...", ""),
        ("\x7f\u202e\ud800", "---"),
        ("v1.5 (final) #2 é狐", "v1.5 (final) #2 é狐"),
    ],
)
def test_a_value_has_only_characters_that_every_system_takes(value: str, expected: str) -> None:
    assert safe_value(value) == expected


def test_no_text_leaves_a_refused_character_or_end() -> None:
    dice = random.Random(3)
    for _ in range(500):
        made = safe_value("".join(chr(dice.choice((dice.randrange(0x80), dice.randrange(0x3000)))) for _ in range(12)))
        assert not set(made) & set('/\\:"<>|*?\r\n\0')
        assert made == made.strip(" .")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("con", "con-"),
        ("PRN.png", "PRN-.png"),
        ("Aux.tar.gz", "Aux-.tar.gz"),
        ("nul .png", "nul -.png"),
        ("com9", "com9-"),
        ("LPT1.webp", "LPT1-.webp"),
        ("com²", "com²-"),
        ("com0", "com0"),
        ("com10", "com10"),
        ("console.png", "console.png"),
        ("a.con", "a.con"),
        ("", ""),
    ],
)
def test_a_device_of_windows_gets_a_dash(name: str, expected: str) -> None:
    assert without_device(name) == expected
