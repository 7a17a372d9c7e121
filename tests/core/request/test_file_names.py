"""Names made from prompts and templates: readable in every script, safe as paths, never too long."""

import random
import unicodedata
from pathlib import Path

import pytest

from flux2cli.core.request.file_names import (
    DEFAULT_TEMPLATE,
    check_template,
    expand,
    filled,
    numbered,
    slug,
    with_extension,
)
from flux2cli.errors import UsageError


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


FIELDS: dict[str, str | None] = {
    "slug": "a-fox",
    "seed": "7",
    "ext": "png",
    "variant": "flash",
    "label": None,
    "id": "x",
    "meta.set": "icons",
}


def test_the_default_template_names_prompt_seed_and_format() -> None:
    assert expand(DEFAULT_TEMPLATE, FIELDS, "abcd2345") == "a-fox-7.png"


def test_a_field_without_value_is_the_job_id() -> None:
    assert expand("{label}.{ext}", FIELDS, "abcd2345") == "abcd2345.png"
    assert expand("{meta.other}.{ext}", FIELDS, "abcd2345") == "abcd2345.png"
    assert expand("{id}.{ext}", {**FIELDS, "id": "..."}, "abcd2345") == "abcd2345.png"


def test_slashes_in_the_template_make_directories_and_doubled_braces_are_braces() -> None:
    assert expand("{meta.set}/{{{slug}}}/{seed}.{ext}", FIELDS, "j") == "icons/{a-fox}/7.png"
    assert expand("/abs/../{slug}.{ext}", FIELDS, "j") == "/abs/../a-fox.png"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("..", "job"),
        (".hidden", "hidden"),
        ("/", "-"),
        ("a\0b\x1b[2J\u202ec", "a-b-[2J-c"),
        ("a\nb", "a-b"),
        (" \t", "-"),
        ("\ud800", "-"),
        ("v1.5", "v1.5"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_value_never_leaves_its_place_in_the_path(value: str, expected: str) -> None:
    assert expand("out/{label}/x.{ext}", {**FIELDS, "label": value}, "job") == f"out/{expected}/x.png"
    assert expand("out/.{label}/x.{ext}", {**FIELDS, "label": value}, "job") == f"out/.{expected}/x.png"


@pytest.mark.parametrize("value", ["x" * 1000, "狐" * 300, "x狐" * 300, "🦊" * 200])
def test_names_fit_the_file_system_with_number_and_sidecar(tmp_path: Path, value: str) -> None:
    first = tmp_path / expand("{label}/{label}-{label}.{ext}", {**FIELDS, "label": value}, "j")
    last = numbered(first, 99_999)

    first.parent.mkdir()
    for path in (first, last):
        path.with_name(f"{path.name}.json").write_text("")
    assert (first.suffix, last.name[-10:]) == (".png", "-99999.png")


def test_the_suffix_follows_the_bytes() -> None:
    assert expand("{slug}.png", {**FIELDS, "ext": "jpg"}, "j") == "a-fox.jpg"
    assert expand("{slug}.jpeg", {**FIELDS, "ext": "jpg"}, "j") == "a-fox.jpeg"
    assert expand("{slug}", FIELDS, "j") == "a-fox.png"
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


@pytest.mark.parametrize("template", [DEFAULT_TEMPLATE, "{{x}}", "{meta.any thing}.{ext}", "../{row}/{date}_{time}"])
def test_a_usable_template_is_accepted(template: str) -> None:
    check_template(template)


ALL_FIELDS = (
    "fields are variant, provider, seed, index, slug, row, id, date, time, request_id, ext, label and meta.NAME"
)


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{sede}.png", "The template `{sede}.png` has an unknown field `{sede}`.", "did you mean `seed`?"),
        (
            "{zzz}",
            "The template `{zzz}` has an unknown field `{zzz}`.",
            ALL_FIELDS,
        ),
        ("{meta.}", "The template `{meta.}` has an unknown field `{meta.}`.", None),
        ("{}", "The template `{}` has an unknown field `{}`.", None),
        ("{slug", "The template `{slug` has a lone `{`.", "write `{{` and `}}` for braces in the name itself"),
        ("slug}x", "The template `slug}x` has a lone `}`.", None),
        ("{slug}/", "The template `{slug}/` names no file.", "end it with a file name, such as `{slug}-{seed}.{ext}`"),
        ("{slug}/..", "The template `{slug}/..` names no file.", None),
    ],
)
def test_a_template_that_cannot_work_is_a_usage_error(template: str, message: str, hint: str | None) -> None:
    for use in (lambda: check_template(template), lambda: expand(template, FIELDS, "j")):
        with pytest.raises(UsageError) as refused:
            use()
        assert refused.value.message == message
        assert hint is None or refused.value.hint == hint


def test_a_template_with_one_field_known() -> None:
    assert filled("{row}-{slug}{{row}}.{ext}", "row", "12") == "12-{slug}{{row}}.{ext}"
    assert filled("{id}.png", "id", "a{b}") == "a{{b}}.png"
