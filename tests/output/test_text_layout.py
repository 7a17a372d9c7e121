"""Text laid out for a width: tables whose last column wraps, and terms with words beside or below them."""

from flux2cli.output.text_layout import entry, table

ROWS = [("name", "price", "about"), ("flash", "$0.005", "the cheapest image that there is")]


def test_the_last_column_is_wrapped_where_it_begins() -> None:
    assert table(ROWS, 40) == [
        "name   price   about",
        "flash  $0.005  the cheapest image that",
        "               there is",
    ]


def test_the_last_column_is_left_out_where_there_is_no_room_for_words() -> None:
    assert table(ROWS, 40, optional=True) == ["name   price", "flash  $0.005"]
    assert len(table(ROWS, 50, optional=True)) == 2


def test_a_word_is_never_cut() -> None:
    assert table([("a", "b"), ("x", "a-word-that-is-longer-than-the-width")], 15)[1:] == [
        "x  a-word-that-is-longer-than-the-width"
    ]


def test_words_stand_beside_a_term_on_a_wide_terminal_and_below_it_on_a_narrow_one() -> None:
    words = ["How many steps to take, from 1 to 50."]

    assert entry("--steps N", words, 100) == ["  --steps N                   How many steps to take, from 1 to 50."]
    assert entry("--steps N", words, 40) == ["  --steps N", "      How many steps to take, from 1 to", "      50."]


def test_a_term_that_is_too_long_has_its_words_below() -> None:
    term = "--a-flag-with-a-very-long-name VALUE"

    assert entry(term, ["Words."], 100) == [f"  {term}", f"{'':30}Words."]
