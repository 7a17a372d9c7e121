"""Lines and one live line on stderr: colours, widths, and a stream that is gone."""

import io
from collections.abc import Mapping

import pytest

from flux2cli.edges.terminal import Terminal
from flux2cli.edges.terminal.stderr import wants_color


@pytest.mark.parametrize(
    ("environ", "is_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_by_the_usual_variables(environ: Mapping[str, str], is_terminal: bool, wanted: bool) -> None:
    assert wants_color(environ, is_terminal) is wanted


def terminal(stream: io.StringIO, *, color: bool | None = None, **environ: str) -> Terminal:
    return Terminal(stream, environ=environ, is_terminal=True, color=color)


@pytest.mark.parametrize(
    ("word", "color", "written"),
    [
        ("error", False, "error: no\n"),
        ("saved", False, "saved no\n"),
        ("error", True, "\x1b[1;31merror:\x1b[0m no\n"),
        ("saved", True, "\x1b[32msaved\x1b[0m no\n"),
    ],
)
def test_a_word_has_its_colour(word: str, color: bool, written: str) -> None:
    stream = io.StringIO()
    terminal(stream, color=color).styled(word, "no")

    assert stream.getvalue() == written


def test_the_live_line_is_cut_to_the_width_and_a_line_takes_its_place() -> None:
    stream = io.StringIO()
    shown = terminal(stream, COLUMNS="20")
    shown.live("x" * 40)
    shown.line("done")

    assert stream.getvalue() == f"\r\x1b[2K{'x' * 19}\r\x1b[2Kdone\n"


def test_a_stream_that_is_gone_stops_nothing() -> None:
    stream = io.StringIO()
    shown = terminal(stream)
    stream.close()

    shown.line("one")
    shown.live("two")
    shown.end_live()
