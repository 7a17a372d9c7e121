"""Prompts as lines of letters: what the font lacks is an escape, and long words break."""

import pytest

from flux2cli.sandbox.drawing.lettering import letters, wrap


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        ('a fox, 50% off: "why?" it\'s ~3°', 'a fox, 50% off: "why?" it\'s ~3°'),
        ("狐", r"\u{72d0}"),
        ("a 🦊 in 雪", r"a \u{1f98a} in \u{96ea}"),
        ("Dämmerung", r"D\u{e4}mmerung"),
        ("Da\u0308mmerung", r"D\u{e4}mmerung"),
        ("שלום", r"\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
        ("👩\u200d🚀", r"\u{1f469}\u{200d}\u{1f680}"),
        ("a\0b\x1b[31m", r"a\u{0}b\u{1b}[31m"),
        ("\ud800 \uffff \u200b", r"\u{d800} \u{ffff} \u{200b}"),
        ("a\tfox \n\n in\u00a0snow\u3000", "a fox in snow"),
        ("□", r"\u{25a1}"),
    ],
)
def test_what_the_font_lacks_is_written_as_an_escape(prompt: str, line: str) -> None:
    assert wrap(prompt, 20, 2000, 5) == [line]


def test_lines_end_between_words() -> None:
    assert wrap("a red fox jumps over the lazy dog", 20, 100, 9) == ["a red fox", "jumps over", "the lazy", "dog"]


def test_a_word_that_is_longer_than_a_line_breaks_but_an_escape_does_not() -> None:
    assert wrap("x" * 25, 20, 100, 9) == ["x" * 10, "x" * 10, "x" * 5]
    assert wrap("狐狸狐", 20, 200, 9) == [r"\u{72d0}\u{72f8}", r"\u{72d0}"]
    assert wrap("a 狐", 20, 1, 9) == ["a", r"\u{72d0}"]


def test_what_does_not_fit_is_cut_with_an_ellipsis() -> None:
    assert wrap("a red fox jumps over the lazy dog", 20, 100, 2) == ["a red fox", "jumps ov..."]
    assert wrap("x" * 601, 20, 10_000, 2) == ["x" * 600 + "..."]
    assert wrap("", 20, 100, 2) == []
    assert wrap("a fox", 20, 100, 0) == []


def test_letters_stay_within_their_image() -> None:
    box = letters("jÅgy W_", 40).getbbox()

    assert box is not None
    assert box[2] < letters("jÅgy W_", 40).width
    assert box[3] < letters("jÅgy W_", 40).height
