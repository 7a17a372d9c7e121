"""Text from servers and prompts, before a terminal sees it."""

import pytest

from flux2cli.edges.terminal.sanitize import clean, clean_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a fox", "a fox"),
        ("Füchslein 狐 🦊", "Füchslein 狐 🦊"),
        ("two\nlines\tand\r", "two lines and "),
        ("\x1b[31mred\x07", "\ufffd[31mred\ufffd"),
        ("\u202eabc\u2066", "\ufffdabc\ufffd"),
        ("\x9b2J", "\ufffd2J"),
        ("a ##[add-mask]b", "a ## [add-mask]b"),
        ("###[x", "### [x"),
    ],
)
def test_nothing_that_a_terminal_obeys_is_left(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a fox", "a fox"),
        ("::stop-commands::t", "> ::stop-commands::t"),
        ("  \t::add-mask::x", ">    ::add-mask::x"),
        ("a.csv:2: ::error::x", "a.csv:2: ::error::x"),
        (":-)", ":-)"),
    ],
)
def test_no_line_is_a_command_to_a_ci_runner(text: str, shown: str) -> None:
    assert clean_line(text) == shown
