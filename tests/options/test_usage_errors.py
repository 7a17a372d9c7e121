"""What Typer finds wrong with a command line, in this tool's words."""

import pytest
from support.shell import Shell


@pytest.mark.parametrize(
    ("argv", "said", "hint"),
    [
        (["flash", "a", "fox"], "There is more than one prompt.", 'flux2 flash "a fox"'),
        (["flash", "x", "--sed", "1"], "`flux2 flash` has no flag `--sed`.", "did you mean `--seed`?"),
        (["flash", "x", "--zzzzzz"], "`flux2 flash` has no flag `--zzzzzz`.",
         "a prompt that starts with a dash goes after `--`"),
        (["pro", "x", "--steps", "4"], "`pro` does not take `--steps`", "these do: "),
        (["config", "--zzzzzz"], "`flux2 config` has no flag `--zzzzzz`.", "see `flux2 config --help`"),
        (["flash", "x", "--width", "512"], "`flux2 flash` has no flag `--width`.",
         "hint: width and height go together: `--size 1024x768`\n"),
        (["flash", "x", "--aspect-ratio", "16:9"], "`flux2 flash` has no flag `--aspect-ratio`.",
         "hint: did you mean `--size 16:9`?\n"),
        (["flash", "a fox", "--model", "flux-2-pro"], "`flux2 flash` has no flag `--model`.",
         'hint: the command is the model: flux2 pro "a fox"\n'),
        (["batch", "p.txt", "--model", "pro"], "`flux2 batch` has no flag `--model`.",
         "hint: did you mean `--variant`?\n"),
        (["flash", "x", "-n", "4"], "`flux2 flash` has no flag `-n`.", "hint: did you mean `--num`?\n"),
        (["pro", "x", "--count", "4"], "`flux2 pro` has no flag `--count`.", "hint: did you mean `--seeds`?\n"),
        (["flash", "a fox", "--open"], "`flux2 flash` has no flag `--open`.",
         'hint: no program is started; stdout has the path: open "$(flux2 flash "a fox")"\n'),
        (["flash", "--version"], "`flux2 flash` has no flag `--version`.", "hint: it is `flux2 --version`\n"),
        (["flash", "x", "--image-size", "1"], "`flux2 flash` has no flag `--image-size`.",
         "hint: did you mean `--size`?\n"),
        (["pro", "x", "--cfg-scale", "3"], "`flux2 pro` has no flag `--cfg-scale`.",
         "hint: that is `--guidance`, which `pro` does not take; these do: dev, "),
        (["dev", "x", "--num-inference-steps", "3"], "`flux2 dev` has no flag `--num-inference-steps`.",
         "hint: did you mean `--steps`?\n"),
        (["flash", "--prompt", "a fox"], "`flux2 flash` has no flag `--prompt`.",
         'hint: the prompt has no flag: flux2 flash "a fox"\n'),
        (["batch", "p.txt", "--seeds", "1..3"], "`flux2 batch` has no flag `--seeds`.",
         "hint: one prompt with many seeds: flux2 flash PROMPT --seeds 1..4; in a prompt file: the column `seed`\n"),
        (["batch", "p.txt", "--rows", "a"], "`flux2 batch` has no flag `--rows`.", "hint: see `flux2 batch --help`\n"),
        (["flash", "x", "-i"], "Option `-i` requires an argument.", "hint: see `flux2 flash --help`\n"),
        (["jobs", "list", "--state"], "Option `--state` requires an argument.", "hint: see `flux2 jobs list --help`\n"),
        (["outpaint", "a.png", "with", "a forest", "--left", "64"],
         "`outpaint` takes no prompt: it continues the image as it finds it.",
         'to change what is in the image: flux2 flash "with a forest" -i a.png\n'),
        (["outpaint", "a.png", "b.png"], "`outpaint` takes one image.", "hint: run it once for each\n"),
        (["flash", "x", "--num", "many"], "`--num many` is not a whole number.", ""),
    ],
)  # fmt: skip
def test_a_command_line_that_is_wrong(shell: Shell, argv: list[str], said: str, hint: str) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert ran.err.startswith(f"error: {said}")
    assert hint in ran.err


@pytest.mark.parametrize(
    "argv",
    [
        ["flash", "x", "--api-key", "s3cret"],
        ["flash", "x", "--api-key=s3cret"],
        ["--api-key", "s3cret", "flash", "x"],
        ["batch", "p.txt", "--token", "s3cret"],
        ["keys", "remove", "fal", "s3cret"],
        ["keys", "remove", "fal", "--s3cret"],
        ["keys", "list", "--s3cret=x"],
    ],
)
def test_a_key_on_the_command_line_is_not_repeated(shell: Shell, argv: list[str]) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert "s3cret" not in ran.out + ran.err
