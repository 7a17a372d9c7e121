"""Control characters in prompts: which are refused, where they stand, and what to do."""

import pytest

from flux2cli.core.request.control_characters import check_characters
from flux2cli.errors import UsageError


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\r\nb", "\u00a0\u2028\u200d\ufeff", "狐 🦊 \ue000", ""])
def test_text_and_its_white_space_are_right(text: str) -> None:
    check_characters("prompt", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\0", "a NUL character in it (character 1)"),
        ("a\x1f", "the control character U+001F in it (character 2)"),
        ("a\x0bb", "the control character U+000B in it (character 2)"),
        ("a\x7f", "the control character U+007F in it (character 2)"),
        ("🦊\x80", "the control character U+0080 in it (character 2)"),
        ("a\n\nb\x9f", "the control character U+009F in it (line 3, character 2)"),
        ("a\rb", "a carriage return in it (character 2)"),
        ("a\r\nb\r", "a carriage return in it (line 2, character 2)"),
    ],
)
def test_the_first_control_character_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_characters("negative_prompt", text)

    assert caught.value.message == f"The negative prompt has {said}."
    assert caught.value.about == "negative_prompt"
    assert caught.value.hint


def test_the_way_out_depends_on_where_such_characters_come_from() -> None:
    hints = []
    for text in ("a\rb", "a\x92", "a\x1b"):
        with pytest.raises(UsageError) as caught:
            check_characters("prompt", text)
        hints.append(caught.value.hint)

    assert hints == [
        r"convert the line ends: tr '\r' '\n'",
        "text in cp1252 that was converted as latin1 has these: convert the original with iconv -f cp1252",
        "remove it: a prompt is plain text",
    ]
