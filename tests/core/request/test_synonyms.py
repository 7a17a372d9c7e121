"""Other words for flags, columns, commands and models, and spelling that is near enough."""

import pytest

from flux2cli.core.request.synonyms import meant, named_in

FLAGS = ("--size", "--num", "--seeds", "--seed", "--guidance", "--output", "--json", "--wait", "--mode", "--verbose")


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("--image-size", "--size"),
        ("--Resolution", "--size"),
        ("-n", "--num"),
        ("--num_images", "--num"),
        ("--cfg-scale", "--guidance"),
        ("--out-dir", "--output"),
        ("--sed", "--seed"),
        ("--verbos", "--verbose"),
        ("--jsno", "--json"),
        ("--width", "--size"),
    ],
)
def test_a_word_is_meant(word: str, found: str) -> None:
    assert meant(word, FLAGS) == found


@pytest.mark.parametrize("word", ["--open", "--only", "--version", "--model", "--weight", "", "-", "--x"])
def test_nothing_is_near_enough(word: str) -> None:
    assert meant(word, ("--json", "--wait", "--verbose", "--output", "--help")) is None


def test_a_command_that_lacks_one_meaning_may_have_the_other() -> None:
    assert meant("-n", ("--seeds", "--output")) == "--seeds"


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("fal-ai/flux-2/flash", "flash"),
        ("FLUX.2-pro", "pro"),
        ("flux_2_max", "max"),
        ("flux-2-klein-9b", "klein"),
        ("profile", None),
        ("pro-max", None),
        ("fal-ai/flux-2", None),
    ],
)
def test_a_model_is_named_in_a_longer_word(word: str, found: str | None) -> None:
    assert named_in(word, ("dev", "flash", "pro", "max", "klein")) == found
