"""The line to type in place of a wrong one: quotes, `-i` before each image, and no key."""

import pytest

from flux2cli.options.command_lines import request_line, shell_word, split_model, stray_images


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("fox", "fox"),
        ("a fox", '"a fox"'),
        ("it's", '"it\'s"'),
        ('a "red" fox', "'a \"red\" fox'"),
        ("for $5", "'for $5'"),
        ("hey!", "'hey!'"),
        ("", '""'),
    ],
)
def test_a_text_is_one_word_for_a_shell(text: str, word: str) -> None:
    assert shell_word(text) == word


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["a fox", "-o", "x.png"], 'flux2 flash "a fox" -o x.png'),
        (["a", "red", "fox", "--strict", "-s", "64x64"], 'flux2 flash "a red fox" --strict -s 64x64'),
        (["x", "-i", "a.png", "b.png", "-o", "o.png"], "flux2 flash x -i a.png -i b.png -o o.png"),
        (["-i", "a.png", "https://x.test/b"], "flux2 flash PROMPT -i a.png -i https://x.test/b"),
        (["my photo.png", "x y"], 'flux2 flash "x y" -i "my photo.png"'),
        (["--prompt", "a fox", "--seed=3"], 'flux2 flash "a fox" --seed 3'),
        (["a fox", "--api-key", "s3cret", "--fal-token=s3cret"], 'flux2 flash "a fox"'),
        (["--", "-5", "degrees"], 'flux2 flash -- "-5 degrees"'),
        (["x", "-i", "1.png", "2.png", "3.png", "4.png", "5.png", "6.png"],
         "flux2 flash x -i 1.png -i 2.png -i 3.png -i 4.png -i …"),
        (["like https://x.test/b.png"], 'flux2 flash "like https://x.test/b.png"'),
        (["long " * 100], "flux2 flash PROMPT"),
    ],
)  # fmt: skip
def test_the_line_for_one_request(words: list[str], line: str) -> None:
    assert request_line("flash", words) == line


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["x", "-i", "a.png", "b.png"], ["b.png"]),
        (["x", "-i", "a.png", "-o", "b.png", "--strict", "c.webp"], ["c.webp"]),
        (["x.y", "a.txt", "-i", "a.png"], []),
    ],
)
def test_images_without_a_flag(words: list[str], found: list[str]) -> None:
    assert stray_images(words) == found


def test_the_model_is_split_off() -> None:
    assert split_model(["a fox", "--model", "flux-2-pro", "-o", "x.png"]) == ("flux-2-pro", ["a fox", "-o", "x.png"])
    assert split_model(["a fox"]) == (None, ["a fox"])
