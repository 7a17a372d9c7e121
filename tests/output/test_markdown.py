"""A manual page's Markdown as the lines that a terminal shows."""

import re

import pytest

from flux2cli.manual import page, topics
from flux2cli.output.markdown import render

ESCAPE = re.compile(r"\x1b\[[\d;]*m")


def plain(text: str, width: int = 40) -> list[str]:
    return render(text, width, color=False)


def test_a_heading_loses_its_mark_and_a_paragraph_is_wrapped() -> None:
    text = "# Foxes\nA fox in the snow\nis hard to see, and an owl is not.\n\n## Owls\n"

    assert plain(text, 30) == [
        "Foxes",
        "",
        "A fox in the snow is hard to",
        "see, and an owl is not.",
        "",
        "Owls",
    ]


def test_prose_grows_no_wider_than_100_columns() -> None:
    assert max(map(len, plain("word " * 100, 200))) == 99


def test_code_is_indented_and_never_wrapped() -> None:
    text = "Type:\n```sh\nflux2 flash 'a fox in the snow' --seed 7 --sandbox\n\n# done | **so**\n```\nThen look."

    assert plain(text, 20) == [
        "Type:",
        "",
        "    flux2 flash 'a fox in the snow' --seed 7 --sandbox",
        "",
        "    # done | **so**",
        "",
        "Then look.",
    ]


def test_items_hang_and_stand_together() -> None:
    text = "Two:\n- a fox that\n  sleeps in the snow\n- an owl\n\n10. ten\n"

    assert plain(text, 20) == ["Two:", "", "  - a fox that", "    sleeps in the", "    snow", "  - an owl", "  10. ten"]


def test_bold_code_and_links_are_plain_without_colours() -> None:
    assert plain("**Never** use `--fox`, see [the `owl` page](owl.md).") == ["Never use `--fox`, see the `owl` page."]


def test_bold_and_code_are_styled_word_by_word_with_colours() -> None:
    lines = render("**Never so** use `--fox`, see [the `owl`](owl.md)", 20, color=True)

    assert lines == [
        "\x1b[1mNever\x1b[0m \x1b[1mso\x1b[0m use \x1b[36m--fox\x1b[0m,",
        "see the \x1b[36mowl\x1b[0m",
    ]


def test_comments_are_dropped() -> None:
    assert plain("a\n<!-- not run: so -->\nb\n<!-- generated: x -->\n| c |\n|---|\n| d |\n") == [
        "a",
        "",
        "b",
        "",
        "c",
        "-",
        "d",
    ]


TABLE = """\
| exit | meaning | `retry` |
|---|---|---|
| 0 | done | |
| 2, 3 | `a\\|b` is wrong, or there is no key | never |
"""


def test_a_table_is_aligned() -> None:
    assert plain(TABLE, 60) == [
        "exit  meaning                             `retry`",
        "----  ----------------------------------  -------",
        "0     done",
        "2, 3  `a|b` is wrong, or there is no key  never",
    ]


def test_the_widest_column_of_a_table_is_wrapped_first() -> None:
    assert plain(TABLE, 36) == [
        "exit  meaning                `retry`",
        "----  ---------------------  -------",
        "0     done",
        "2, 3  `a|b` is wrong, or     never",
        "      there is no key",
    ]


def test_a_table_that_does_not_fit_becomes_a_list() -> None:
    assert plain(TABLE, 18) == [
        "0",
        "    meaning: done",
        "2, 3",
        "    meaning: `a|b`",
        "    is wrong, or",
        "    there is no",
        "    key",
        "    `retry`: never",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("topic", topics())
def test_every_page_fits_the_terminal_with_and_without_colours(topic: str, width: int) -> None:
    text = page(topic)
    shown = render(text, width, color=False)
    code = [f"    {line}" for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]

    assert [line for line in shown if len(line) > width and line not in code] == []
    assert "\x1b" not in "".join(shown)
    colored = [ESCAPE.sub("", line) for line in render(text, width, color=True)]
    assert _characters(colored) == _characters(shown)


def _characters(lines: list[str]) -> list[str]:
    """Every character, in no order, but blanks, backticks and rules: columns are narrower without backticks."""
    return sorted("".join("".join(lines).split()).replace("`", "").replace("-", ""))
