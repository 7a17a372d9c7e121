"""Words about wrong values: what was meant, flags of other commands, megapixels."""

import pytest

from flux2cli.core.request.messages import flag_of, foreign_flag, pixels_in_words, suggest


@pytest.mark.parametrize(
    ("word", "said"),
    [("stesp", "did you mean `steps`?"), ("STEPS", "did you mean `steps`?"), ("zzz", "known: seed, steps")],
)
def test_the_nearest_word_or_all_of_them(word: str, said: str) -> None:
    assert suggest(word, ["seed", "steps"]) == said


def test_a_parameter_goes_by_its_long_flag_and_an_argument_by_its_metavar() -> None:
    assert flag_of("steps") == "--steps"
    assert flag_of("image") == "--image"
    assert flag_of("prompt") == "PROMPT"


@pytest.mark.parametrize(
    ("pixels", "said"), [(4 * 1024 * 1024, "4 megapixels"), (1024 * 1024, "1 megapixels"), (1000, "1000 pixels")]
)
def test_pixels_are_megapixels_where_that_is_whole(pixels: int, said: str) -> None:
    assert pixels_in_words(pixels) == said


def test_a_flag_of_another_command_names_its_commands() -> None:
    error = foreign_flag("pro", "--steps")

    assert error is not None
    assert error.message.startswith("`pro` does not take `--steps`")
    assert (error.hint or "").startswith("these do: ")
    assert "dev" in (error.hint or "")


def test_a_flag_of_no_command_is_left_to_others() -> None:
    assert foreign_flag("pro", "--no-such-flag") is None
