"""Names made from prompts: readable in every script, safe as paths, never too long."""

import random
import unicodedata
from pathlib import Path

import pytest

from flux2cli.core.request.file_names import numbered, slug, with_extension


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A red fox, running!", "a-red-fox-running"),
        ("  --fox--  ", "fox"),
        ("", "image"),
        ("🦊 ✨", "image"),
        ("a\x1b[31mfox\n\ttail", "a-31mfox-tail"),
        ("../../etc/passwd", "etc-passwd"),
        ("ÉCLAIR Straße", "éclair-straße"),
        ("\uff26\uff4f\uff58 ① ﬁn", "fox-1-fin"),
        ("赤い狐が走る", "赤い狐が走る"),
        ("Рыжая лиса", "рыжая-лиса"),
        ("हिन्दी में लोमड़ी", "हिन्दी-में-लोमड़ी"),
        ("ثعلب أحمر ٣", "ثعلب-أحمر-٣"),
        ("e\u0301clair", "éclair"),
        ("\u0301fox", "fox"),
        ("1\ufe0f\u20e3 fox\ufe0f", "1-fox"),
        ("\ud800fox", "fox"),
    ],
)
def test_a_prompt_becomes_a_slug(prompt: str, expected: str) -> None:
    assert slug(prompt) == unicodedata.normalize("NFKC", expected)


def test_a_slug_ends_at_sixty_bytes_between_characters() -> None:
    assert slug("x" * 61) == "x" * 60
    assert slug("狐" * 50) == "狐" * 20
    assert slug("x" + "狐" * 50) == "x" + "狐" * 19
    assert slug("x" * 59 + " tail") == "x" * 59
    assert slug("x" * 100_000) == "x" * 60


def test_a_slug_is_not_cut_between_a_letter_and_its_mark() -> None:
    assert slug("x" * 59 + "x\u0323\u0324y") == "x" * 59
    assert slug("a" + "\u0324" * 200).startswith("a")


def test_every_slug_is_a_file_name_and_its_own_slug() -> None:
    dice = random.Random(7)
    for _ in range(400):
        prompt = "".join(chr(dice.choice((dice.randrange(0x250), dice.randrange(0x11000)))) for _ in range(40))
        made = slug(prompt)
        assert 0 < len(made.encode()) <= 60
        assert not set(made) & set("/\0. \n")
        assert made == slug(made)
        assert made.strip("-") == made


def test_the_suffix_follows_the_format() -> None:
    assert with_extension("v1.5", "webp") == "v1.5.webp"
    assert with_extension("fox.PNG", "png") == "fox.PNG"
    assert with_extension("fox.PNG", "webp") == "fox.webp"
    assert with_extension(".png", "png") == ".png.png"


def test_taken_names_get_numbers() -> None:
    assert [str(numbered(Path("/d/fox.png"), n)) for n in (1, 2, 10)] == ["/d/fox.png", "/d/fox-2.png", "/d/fox-10.png"]
    assert numbered(Path("a.b.png"), 2) == Path("a.b-2.png")
    assert numbered(Path("plain"), 2) == Path("plain-2")
    assert len({numbered(Path("x" * 250), n).name for n in range(1, 200)}) == 199
    assert all(len(numbered(Path("狐" * 82 + ".png"), n).name.encode()) <= 250 for n in range(2, 2000, 31))
