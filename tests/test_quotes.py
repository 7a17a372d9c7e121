"""Values in messages are cut, and everything else in them stays."""

from flux2cli.quotes import shorten_quotes, shown


def test_a_value_of_up_to_100_characters_is_shown_whole() -> None:
    assert shown("x" * 100) == "x" * 100
    assert shown("") == ""


def test_of_a_longer_value_the_beginning_and_the_end_are_shown() -> None:
    assert shown("a" * 500 + "/fox.png") == "a" * 66 + "..." + "a" * 23 + "/fox.png"
    assert len(shown("x" * 101)) == 100
    assert shown("abcdefghijkl", 9) == "abcdef..."
    assert shown("abcdefghijkl", 11) == "abcdefg...l"


def test_only_what_is_quoted_is_shortened() -> None:
    words = "word " * 40

    assert shorten_quotes(f"{words}`{'x' * 200}` is not `7`. {words}") == (
        f"{words}`{'x' * 66}...{'x' * 31}` is not `7`. {words}"
    )
    assert shorten_quotes(f"`--seed {'9' * 200}`: no.") == f"`--seed {'9' * 59}...{'9' * 31}`: no."


def test_a_value_with_backticks_inside_is_shortened_as_a_whole() -> None:
    assert shorten_quotes(f"The name `{'a`b' * 100}` is none.") == (f"The name `{'a`b' * 22}...b{'a`b' * 10}` is none.")
