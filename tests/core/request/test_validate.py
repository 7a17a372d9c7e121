"""Every bound that the seed documents state, at its edge and just outside, through the command line."""

import pytest
from support.shell import Shell

URL = "https://example.com/a.png"
EDIT = ["-i", URL]

INSIDE: list[tuple[list[str], str, object]] = [
    *[
        ([variant, "x", "--guidance", text], "guidance_scale", number)
        for variant in ("dev", "flash", "turbo")
        for text, number in (("0", 0), ("20", 20))
    ],
    (["flash", "x", *EDIT, "--guidance", "20"], "guidance_scale", 20),
    (["flex", "x", "--guidance", "1.5"], "guidance_scale", 1.5),
    (["flex", "x", *EDIT, "--guidance", "10"], "guidance_scale", 10),
    (["dev", "x", "--steps", "4"], "num_inference_steps", 4),
    (["dev", "x", "--steps", "50"], "num_inference_steps", 50),
    (["flex", "x", "--steps", "2"], "num_inference_steps", 2),
    (["flex", "x", *EDIT, "--steps", "50"], "num_inference_steps", 50),
    *[
        ([variant, "x", "--num", n], "num_images", int(n))
        for variant in ("dev", "flash", "turbo")
        for n in ("1", "4")
    ],
    *[
        ([variant, "x", "-s", size], "image_size", {"width": width, "height": height})
        for variant in ("dev", "flash", "turbo")
        for size, width, height in (("512x2048", 512, 2048), ("2048x512", 2048, 512))
    ],
    (["max", "x", "-s", "1x14142"], "image_size", {"width": 1, "height": 14142}),
    (["flex", "x", *EDIT, "-s", "14142x1"], "image_size", {"width": 14142, "height": 1}),
    *[
        (["max", "x", "--safety-tolerance", level], "safety_tolerance", level) for level in ("1", "5")
    ],
    (["dev", "x", "--acceleration", "none"], "acceleration", "none"),
    (["dev", "x", "--acceleration", "high"], "acceleration", "high"),
    *[(["turbo", "x", "--format", f], "output_format", f) for f in ("jpeg", "png", "webp")],
    (["flash", "x", *EDIT * 4], "image_urls", [URL] * 4),
    (["max", "x", *EDIT * 9], "image_urls", [URL] * 9),
    (["max", "x", *EDIT, "-s", "auto"], "image_size", "auto"),
    (["pro", "x", "-s", "1x14142"], "image_size", {"width": 1, "height": 14142}),
    (["pro", "x", *EDIT, "-s", "auto"], "image_size", "auto"),
    *[(["pro", "x", "--safety-tolerance", level], "safety_tolerance", level) for level in ("1", "5")],
    (["dev", "x", *EDIT * 4], "image_urls", [URL] * 4),
    (["turbo", "x", *EDIT * 4], "image_urls", [URL] * 4),
    (["klein", "x", *EDIT * 4], "image_urls", [URL] * 4),
    (["dev", "x", *["--lora", "a:4"] * 3], "loras", [{"path": "a", "scale": 4.0}] * 3),
    (["klein", "x", "--steps", "4"], "num_inference_steps", 4),
    (["klein", "x", "--steps", "8"], "num_inference_steps", 8),
    (["klein", "x", "--base", "--steps", "50"], "num_inference_steps", 50),
    (["klein", "x", "--base", "--guidance", "0"], "guidance_scale", 0),
    (["klein", "x", "--base", "--guidance", "20"], "guidance_scale", 20),
    (["klein", "x", "--base", "--negative-prompt", ""], "negative_prompt", ""),
    (["klein", "x", "-s", "14142x1"], "image_size", {"width": 14142, "height": 1}),
    (["klein", "x", "--num", "4"], "num_images", 4),
    *[
        (["outpaint", URL, f"--{side}", "2048"], f"expand_{side}", 2048) for side in ("left", "right", "top", "bottom")
    ],
    (["outpaint", URL, "--left", "1", "--top", "0"], "expand_top", 0),
    *[(["outpaint", URL, "--left", "1", "--mode", mode], "mode", mode) for mode in ("high", "fast")],
    *[
        (["dev", "x", "-s", preset], "image_size", preset)
        for preset in ("square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9")
    ],
    *[
        (["dev", "x", "-s", text], "image_size", preset)
        for text, preset in (("16:9", "landscape_16_9"), ("1:1", "square_hd"), ("9:16", "portrait_16_9"),
                             ("Square_HD", "square_hd"))
    ],
    (["dev", "x", "--seed", "18446744073709551615"], "seed", 18446744073709551615),
    (["dev", "x", "--seed", "7.0"], "seed", 7),
    (["pro", "x", "-p", "bfl", "-s", "16:9"], "width", 1024),
    (["pro", "x", "-p", "bfl", "-s", "16:9"], "height", 576),
]  # fmt: skip

OUTSIDE: list[tuple[list[str], str]] = [
    *[
        ([variant, "x", "--guidance", text], f"`--guidance {text}` is {side}")
        for variant in ("dev", "flash", "turbo")
        for text, side in (("-0.01", "below 0"), ("20.01", "above 20"))
    ],
    (["flash", "x", *EDIT, "--guidance", "21"], "above 20"),
    (["flex", "x", "--guidance", "1.49"], "below 1.5"),
    (["flex", "x", *EDIT, "--guidance", "10.1"], "above 10"),
    (["flex", "x", "--guidance", "nan"], "is not a number"),
    (["flex", "x", "--guidance", "high"], "is not a number"),
    (["dev", "x", "--steps", "3"], "below 4"),
    (["dev", "x", "--steps", "51"], "above 50"),
    (["dev", "x", "--steps", "7.5"], "is not a whole number"),
    (["flex", "x", "--steps", "1"], "below 2"),
    (["flex", "x", *EDIT, "--steps", "51"], "above 50"),
    (["flash", "x", "--num", "0"], "below 1"),
    (["flash", "x", "--num", "5"], "above 4"),
    (["dev", "x", "-s", "511x512"], "has a width below 512 pixels"),
    (["dev", "x", "-s", "512x2049"], "has a height above 2048 pixels"),
    (["flash", "x", *EDIT, "-s", "2049x512"], "has a width above 2048 pixels"),
    (["max", "x", "-s", "0x512"], "has a width below 1 pixels"),
    (["max", "x", "-s", "512x14143"], "has a height above 14142 pixels"),
    (["max", "x", "-s", "99999999999x1"], "is neither a preset nor WIDTHxHEIGHT"),
    (["dev", "x", "-s", "1024"], "is neither a preset nor WIDTHxHEIGHT"),
    (["dev", "x", "-s", "1024x"], "is neither a preset nor WIDTHxHEIGHT"),
    (["dev", "x", "-s", "1024"], "did you mean `1024x1024`?"),
    (["dev", "x", "-s", "1024,768"], "did you mean `1024x768`?"),
    (["dev", "x", "-s", "300"], "give WIDTHxHEIGHT with sides from 512 to 2048, or one of: square_hd"),
    (["dev", "x", "-s", "16x9"], "did you mean `16:9`?"),
    (["dev", "x", "-s", "landscape"], "did you mean `landscape_4_3` or `landscape_16_9`?"),
    (["dev", "x", "-s", "21:9"], "`--size 21:9` is a ratio without a preset. the ratios 16:9, 4:3, 1:1, 3:4, 9:16"),
    (["dev", "x", "-s", "squarehd"], "did you mean `square_hd`?"),
    (["max", "x", "-s", "auto"], "is neither a preset nor WIDTHxHEIGHT"),
    (["max", "x", "--safety-tolerance", "0"], "one of: 1, 2, 3, 4, 5"),
    (["max", "x", "--safety-tolerance", "6"], "one of: 1, 2, 3, 4, 5"),
    (["max", "x", "--format", "webp"], "one of: jpeg, png"),
    (["dev", "x", "--acceleration", "full"], "one of: none, regular, high"),
    (["dev", "x", "--seed", "seven"], "is not a whole number"),
    (["dev", "x", "--seed", "true"], "is not a whole number"),
    (["dev", "x", "--seed", "-2"], "`--seed -2` is below 0."),
    (["dev", "x", "--seed", "18446744073709551616"], "has more than 64 bits"),
    (["pro", "x", "-p", "bfl", "--seed", "-2"], "from 0 to 18446744073709551615, or `random` for none"),
    (["pro", "x", "-p", "vtrix", "--seed", "18446744073709551616"], "has more than 64 bits"),
    (["flash", "x", *EDIT * 5], "takes at most 4"),
    (["pro", "x", "-s", "auto"], "is neither a preset nor WIDTHxHEIGHT"),
    (["pro", "x", "-s", "0x512"], "has a width below 1 pixels"),
    (["pro", "x", "--safety-tolerance", "6"], "one of: 1, 2, 3, 4, 5"),
    (["pro", "x", "--format", "webp"], "one of: jpeg, png"),
    (["dev", "x", *EDIT, "-s", "511x512"], "has a width below 512 pixels"),
    (["dev", "x", *EDIT * 5], "takes at most 4"),
    (["turbo", "x", *EDIT * 5], "takes at most 4"),
    (["klein", "x", *EDIT * 5], "takes at most 4"),
    (["dev", "x", *["--lora", "a"] * 4], "takes at most 3"),
    (["dev", "x", "--lora", "a/b:9"], "`--lora a/b:9` has a scale above 4. a scale is a number from 0 to 4"),
    (["klein", "x", "--lora", "./a.safetensors"], "local files cannot be sent"),
    (["dev", "x", "--lora", "https://huggingface.co/o/r/blob/main/a.safetensors"], "o/r/resolve/main/a.safetensors`?"),
    (["klein", "x", "--steps", "3"], "below 4"),
    (["klein", "x", "--steps", "9"], "above 8"),
    (["klein", "x", "--base", "--steps", "3"], "below 4"),
    (["klein", "x", "--base", "--steps", "51"], "above 50"),
    (["klein", "x", "--base", "--guidance", "20.1"], "above 20"),
    (["klein", "x", "--base", "--acceleration", "full"], "one of: none, regular, high"),
    (["klein", "x", "-s", "0x1"], "has a width below 1 pixels"),
    (["klein", "x", "--num", "5"], "above 4"),
    *[
        (["outpaint", URL, f"--{side}", n], said)
        for side in ("left", "right", "top", "bottom")
        for n, said in (("-1", "below 0"), ("2049", "above 2048"), ("1.5", "is not a whole number"))
    ],
    (["outpaint", URL, "--left", "1", "--mode", "slow"], "one of: high, fast"),
    (["outpaint", URL, "--left", "1", "--format", "webp"], "one of: jpeg, png"),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "field", "value"), INSIDE, ids=[" ".join(case[0])[:70] for case in INSIDE])
def test_at_the_edge_it_is_sent(shell: Shell, argv: list[str], field: str, value: object) -> None:
    ran = shell.run(*argv, "--dry-run", "--json")

    assert ran.code == 0, ran.err
    assert ran.json["body"][field] == value
    assert type(ran.json["body"][field]) in (type(value), float)


@pytest.mark.parametrize(("argv", "said"), OUTSIDE, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_just_outside_it_is_refused_in_a_sentence(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv, "--sandbox", "--json")

    assert ran.code == 2
    assert said in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
    assert ran.json["error"]["code"] == "usage"
    assert not shell.state.exists(), "nothing is recorded"
    assert shell.files() == []


@pytest.mark.parametrize("word", ["-1", "random", "none", "Random"])
@pytest.mark.parametrize("argv", [["flash"], ["pro", "-p", "bfl"], ["max", "-p", "vtrix"]])
def test_no_seed_is_not_sent(shell: Shell, argv: list[str], word: str) -> None:
    ran = shell.run(*argv, "x", "--seed", word, "--dry-run", "--json")

    assert ran.code == 0, ran.err
    assert '"seed"' not in ran.out


@pytest.mark.parametrize(
    ("argv", "warning"),
    [
        (["max", "x", *EDIT * 9], "9 references: 8 is the most that the model's maker states"),
        (["dev", "x", "-s", "1000x512"], "not a multiple of 16"),
        (["max", "x", "-s", "4096x4096"], "more than 4 megapixels"),
        (["flash", "x", *EDIT], "without --size this endpoint answers 1024x1024"),
        (["dev", "x", "--lora", "a", *EDIT * 4], "4 references: 3 is the most"),
        (["max", "x", "-p", "vtrix", "-s", "1000x512"], "not a multiple of 16"),
        (["max", "x", "-p", "vtrix", "-s", "4096x4096"], "more than 4 megapixels"),
    ],
)
def test_what_is_sent_with_a_warning(shell: Shell, argv: list[str], warning: str) -> None:
    ran = shell.run(*argv, "--dry-run", "--json")

    assert ran.code == 0
    assert any(warning in text for text in ran.json["warnings"])


def test_a_canvas_that_is_said_to_be_refused_draws_a_warning(shell: Shell) -> None:
    from PIL import Image

    Image.new("RGB", (1000, 600)).save(shell.cwd / "photo.png")

    fits = shell.run("outpaint", "photo.png", "--left", "1560", "--dry-run", "--json")
    large = shell.run("outpaint", "photo.png", "--left", "1561", "--dry-run", "--json")

    assert fits.json["warnings"] == []
    assert large.json["warnings"] == ["the canvas is 2561x600; sides above 2560 pixels are said to be refused"]
