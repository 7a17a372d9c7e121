"""What can be wrong with the input of a batch: told with its place, all at once, and nothing is sent."""

import json

import pytest
from support.farm import Farm
from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Seen, Stub

SEEDS = "(give a whole number from 0 to 18446744073709551615, or `random` for none)"


def refused(shell: Shell, farm: Farm, name: str, data: str | bytes, *argv: str) -> list[str]:
    """The lines on stderr of a batch that must not start."""
    (shell.cwd / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    ran = shell.run("batch", name, "-m", "flash", "-o", "out/", *argv, env=farm.env)
    assert (ran.code, ran.out, farm.prompts) == (2, "", []), ran.err
    assert shell.files() == [name]
    return ran.err.splitlines()


def test_every_problem_of_every_file_at_once(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "b.jsonl").write_text('{"prompt": "a fox", "size": "9x9"}\n[]\n')
    (shell.cwd / "a.csv").write_text("prompt,seed\na fox,x\nan owl,7\na heron,8,9\n")

    ran = shell.run("batch", "a.csv", "b.jsonl", "-m", "flash", "-o", "out/", env=farm.env)

    assert ran.code == 2
    assert ran.err.splitlines()[:3] == [
        f"a.csv:2: seed: `x` is not a whole number. {SEEDS}",
        "a.csv:4: The row has 3 cells, and the header has 2. (put quotes around a cell that holds a comma)",
        "b.jsonl:1: size: `9x9` has a width below 512 pixels. (give WIDTHxHEIGHT with sides from 512 to 2048, "  # noqa: ISC004
        "or one of: square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9)",
    ]
    assert ran.err.splitlines()[3].startswith("b.jsonl:2: The line is a list and not an object.")
    assert ran.err.splitlines()[4] == "error: There are 4 problems in the rows; nothing was sent."
    assert farm.prompts == []


def test_fifty_are_told_and_the_rest_is_counted(shell: Shell, farm: Farm) -> None:
    told = refused(shell, farm, "p.csv", "prompt,seed\n" + "a fox,x\n" * 60)

    assert [line for line in told if line.startswith("p.csv:")] == [
        f"p.csv:{n}: seed: `x` is not a whole number. {SEEDS}" for n in range(2, 52)
    ]
    assert told[50] == "and 10 more"
    assert told[51] == "error: There are 60 problems in the rows; nothing was sent."


def test_as_json(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.csv").write_text("prompt,seed\na fox,x\n")

    ran = shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--json", env=farm.env)

    assert ran.code == 2
    error = ran.json["error"]
    assert (error["code"], error["exit_code"], error["retry"]) == ("usage", 2, "never")
    assert error["problems"] == ["p.csv:2: seed: `x` is not a whole number."]


ROWS = [
    ("prompt,colour\na fox,red\n", "p.csv:1: colour: There is no such column."),
    ("seed\n7\n", "p.csv:2: prompt: fal-ai/flux-2/flash needs PROMPT, and none was given."),
    ("id,prompt\na,fox\na,owl\n", "p.csv:3: id: `a` is the id of p.csv:2, too. (an id names one row)"),
    ("prompt,output\nfox,x.png\nowl,./x.png\n", "p.csv:3: output: `x.png` is where p.csv:2 goes, too."),
    ("prompt,output\nfox,../x.png\n", "p.csv:2: output: `../x.png` is not a place below the output directory."),
    ("prompt,output\nfox,/x.png\n", "p.csv:2: output: `/x.png` is not a place below the output directory."),
    ("prompt,output\nfox,~/x.png\n", "p.csv:2: output: `~/x.png` is not a place below the output directory."),
    ("prompt,output\nfox,-\n", "p.csv:2: output: `-` is not a place below the output directory."),
    (f"prompt,output\nowl,a.png\nfox,{'x' * 300}.png\n",
     f"p.csv:3: output: The name `{'x' * 40}...{'x' * 13}.png` is too long: 304 bytes, and there is room for 250."),
    (f"prompt,output\nfox,{'x' * 256}/a.png\n",
     f"p.csv:2: output: The name `{'x' * 40}...{'x' * 17}` is too long: 256 bytes"),
    (f"prompt,output\nfox,x-{'y' * 250}-{{seed}}.png\n",
     f"p.csv:2: output: The name `x-{'y' * 38}...yy-0000000000.png` is too long"),
    (f"id,prompt,output\n{'z' * 300},fox,{{id}}/a.png\n",
     f"p.csv:2: output: The name `{'z' * 40}...{'z' * 17}` is too long"),
    ("prompt,output\nfox,a.png\nowl,a.png/b.png\n",
     "p.csv:3: output: `a.png` would be a file and a directory: see p.csv:2. (give each row a file)"),
    ('prompt,output\nfox,"a\nb.png"\n', "p.csv:2: output: `output` has a line break or another control character"),
    ("prompt,output\nfox,{id:04}.png\n", "p.csv:2: output: The template `{id:04}.png` gives `{id}` a width"),
    ("prompt,output,format\nowl,a.jpg,jpeg\nfox,x.png,jpeg\n",
     "p.csv:3: output: `x.png` names a png file, and the format asked for is jpeg. (leave the format out, or end "),
    ("prompt,output,format\nfox,{row}.png,webp\n", "p.csv:2: output: `1.png` names a png file, and the format"),
    ("prompt,output\nfox,x.gif\n", "p.csv:2: output: `x.gif` has no image suffix."),
    ("prompt,output\nfox,{nope}.png\n", "p.csv:2: output: The template `{nope}.png` has an unknown field `{nope}`."),
    ("prompt,output,num\nfox,x.png,2\n", "p.csv:2: output: `x.png` is one file, and the row asks for 2 images."),
    ("prompt,variant\nfox,flush\n", "p.csv:2: variant: There is no variant `flush`. (did you mean `flash`?)"),
    ("prompt,provider\nfox,foil\n", "p.csv:2: provider: There is no provider `foil`. (known: fal, vtrix, bfl)"),
    ("prompt,provider\nfox,bfl\n", "p.csv:2: `flash` is not available at `bfl`. (it is at: fal (--provider))"),
    ("prompt,steps\nfox,40\n", "p.csv:2: steps: `steps` is not taken by fal-ai/flux-2/flash: its steps are fixed."),
    ("prompt,guidance\nfox,21\n", "p.csv:2: guidance: `21` is above 20, the highest that fal-ai/flux-2/flash takes."),
    ("prompt,image\nfox,gone.png\n", "p.csv:2: image: The reference image `gone.png` does not exist (looked in `"),
    ("prompt,image\nfox,p.csv\n", "p.csv:2: image: The reference image `p.csv` cannot be used: it is text."),
    ("prompt,image\nfox,.\n", "p.csv:2: image: The reference image `.` is a directory."),
    ("prompt,image\nfox,-\n", "p.csv:2: image: A row cannot read an image from stdin. (give a file)"),
    ("", "p.csv: There are no rows in it."),
    ("prompt\n", "p.csv: There are no rows in it. (the rows follow the header)"),
    ("prompt\nfox\0\n", "p.csv:2: The line has a NUL byte (byte 4 of the line)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), ROWS, ids=[said for _, said in ROWS])
def test_a_row_that_is_wrong(shell: Shell, farm: Farm, text: str, said: str) -> None:
    told = refused(shell, farm, "p.csv", text)

    assert told[0].startswith(said)
    assert told[1] == "error: There is 1 problem in the rows; nothing was sent."


@pytest.mark.parametrize(
    ("text", "argv", "said"),
    [
        ("prompt,output\na,x.png\nb,y.jpg\n", ("--format", "jpeg"), ["p.csv:2: output: `x.png` names a png"]),
        (
            "prompt,format\na,jpeg\nb,png\nc,jpeg\n",
            ("-o", "out/{slug}.png"),
            ["p.csv:2: format: `{slug}.png` names a png", "p.csv:4: format: `{slug}.png` names a png"],
        ),
        ("prompt\na\nb\n", ("-o", "out/{slug}.png", "--format", "webp"), ["p.csv:2: format: `{slug}.png` names"]),
    ],
)
def test_a_flag_and_a_cell_that_contradict_each_other(
    shell: Shell, farm: Farm, text: str, argv: tuple[str, ...], said: list[str]
) -> None:
    found = refused(shell, farm, "p.csv", text, *argv)

    assert len(found) == len(said) + 2
    assert all(line.startswith(start) for line, start in zip(found, said, strict=False)), found


def test_a_row_with_a_format_makes_the_output_of_the_settings_give_way(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.csv").write_text("prompt,format\na fox,jpeg\nan owl,\n")

    ran = shell.run("batch", "p.csv", "-m", "flash", "--dry-run", "--json",
                    env={**farm.env, "FLUX2_OUTPUT": "out/{slug}.webp"})  # fmt: skip

    assert ran.code == 0, ran.err
    assert [json.loads(line)["body"]["output_format"] for line in ran.out.splitlines()[:2]] == ["jpeg", "webp"]


def test_a_line_of_ten_megabytes(shell: Shell, farm: Farm) -> None:
    told = refused(shell, farm, "p.txt", b"a fox\n" + b"x" * 10_000_000 + b"\nan owl\n")

    assert told[0].startswith("p.txt:2: The line has more than 1 MiB.")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("gone.txt",), "The prompt file `gone.txt` "),
        (("folder",), "The prompt file `folder` is a directory."),
        (("p.md",), "The name `p.md` does not tell which format the file has."),
        (("p.txt", "--input-format", "xls"), "`--input-format xls` is not a format."),
        (("p.txt", "-o", "-"), "Many images cannot go to stdout at once."),
        (("p.txt", "-o", "fox.png"), "Many images cannot go to `fox.png`, one file, at once."),
        (("p.txt", "--shard", "4/3"), "`--shard 4/3`: there is no such part."),
        (("p.txt", "--shard", "x"), "`--shard x` is not I/N."),
        (("p.txt", "--param", "x"), "`--param x` is not KEY=JSON."),
        (("p.txt", "--max-cost", "x"), "`--max-cost x` is not an amount of US dollars."),
        (("-", "-i", "-"), "Stdin can be read only once."),
        (("-", "-"), "Stdin can be read only once."),
    ],
)
def test_flags_that_are_wrong(shell: Shell, farm: Farm, argv: tuple[str, ...], said: str) -> None:
    (shell.cwd / "folder").mkdir()
    (shell.cwd / "p.txt").write_text("a fox\n")
    (shell.cwd / "p.md").write_text("a fox\n")

    ran = shell.run("batch", *argv, "-m", "flash", env=farm.env, stdin=b"a fox\n")

    assert ran.code == 2
    assert ran.err.startswith(f"error: {said}"), ran.err
    assert farm.prompts == []


def test_no_variant_anywhere(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_text("a fox\n")

    ran = shell.run("batch", "p.txt", "-o", "out/", env=farm.env)

    assert ran.code == 2
    assert ran.err.startswith("p.txt:1: variant: There is no variant. (give -m VARIANT, or a column `variant`)\n")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("-s", "9x9"), "p.txt:1: size: `--size 9x9` has a width below 512 pixels."),
        (("--steps", "3"), "p.txt:1: steps: `--steps` is not taken by fal-ai/flux-2/flash: its steps are fixed."),
        (("-m", "flahs"), "p.txt:1: variant: There is no variant `flahs`. (did you mean `flash`?)"),
        (("-i", "gone.png"), "p.txt:1: image: The reference image `gone.png` does not exist (looked in `"),
    ],
)
def test_what_a_flag_does_to_every_row_is_told_once(shell: Shell, farm: Farm, argv: tuple[str, ...], said: str) -> None:
    told = refused(shell, farm, "p.txt", "a fox\nan owl\na heron\n", *argv)

    assert told[0].startswith(said)
    assert told[1] == "error: There is 1 problem in the rows; nothing was sent."


def test_no_file_at_all(shell: Shell) -> None:
    ran = shell.run("batch", "-m", "flash")

    assert ran.code == 2
    assert ran.err.startswith("error: Missing argument `FILE...`")


def test_a_file_that_exists_is_refused_before_anything_is_sent(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "out").mkdir()
    (shell.cwd / "out" / "x.png").write_bytes(PNG)
    (shell.cwd / "p.csv").write_text("prompt,output\na fox,y.png\nan owl,x.png\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "-c", "1")

    refusal = shell.run(*argv, env=farm.env)
    replaced = shell.run(*argv, "--overwrite", env=farm.env)
    again = shell.run(*argv, "--overwrite", env=farm.env)

    assert refusal.code == 2
    assert refusal.err.splitlines()[0] == (
        "p.csv:3: output: `out/x.png` exists, and is not this row's image. (--overwrite replaces it)"
    )
    assert replaced.code == 0, replaced.err
    assert (again.code, again.err) == (0, "2 rows: 2 done already\n")
    assert farm.prompts == ["a fox", "an owl"]


def test_an_edited_row_does_not_replace_its_image_by_itself(shell: Shell, farm: Farm) -> None:
    def run(prompt: str, *argv: str) -> Ran:
        (shell.cwd / "p.csv").write_text(f"id,prompt,output\nhero,{prompt},hero.png\n")
        return shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", *argv, env=farm.env)

    first, edited, replaced, back = run("a fox"), run("an owl"), run("an owl", "--overwrite"), run("an owl")

    assert [ran.code for ran in (first, edited, replaced, back)] == [0, 2, 0, 0]
    assert farm.prompts == ["a fox", "an owl"]
    assert json.loads((shell.cwd / "out" / "hero.png.json").read_text())["prompt"] == "an owl"


def test_rows_never_overwrite_each_others_images(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_text("a fox\nan owl\na heron\n")
    argv = ("batch", "p.txt", "-m", "flash", "-o", "out/same.{ext}", "--overwrite", "-c", "1")

    ran, again = shell.run(*argv, env=farm.env), shell.run(*argv, env=farm.env)

    assert ran.out.split() == ["out/same.png", "out/same-2.png", "out/same-3.png"]
    assert again.err == "3 rows: 3 done already\n"


def test_prompts_may_contain_anything_but_control_characters(shell: Shell, farm: Farm) -> None:
    odd = [
        'a "fox", with commas',
        "tab\there",
        "🦊 лиса 狐",
        "{seed}",
        "[bold]x[/bold]",
        "a\nb",
        "`$HOME`",
        "-x",
    ]
    (shell.cwd / "p.jsonl").write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in odd))

    ran = shell.run("batch", "p.jsonl", "-m", "flash", "-o", "out/", "-c", "1", env=farm.env)

    assert ran.code == 0, ran.err
    assert farm.prompts == odd


def test_a_control_character_is_named_with_the_row(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.csv").write_bytes("id,prompt\na,an \x1b[31mowl\nb,an \x93owl\nc,an\tow\r\n".encode())

    told = refused(shell, farm, "p.csv", (shell.cwd / "p.csv").read_bytes())

    assert told[:2] == [
        "p.csv:2: prompt: The prompt has the control character U+001B in it (character 4). "  # noqa: ISC004
        "(remove it: a prompt is plain text)",
        "p.csv:3: prompt: The prompt has the control character U+0093 in it (character 4). "  # noqa: ISC004
        "(text in cp1252 that was converted as latin1 has these: convert the original with iconv -f cp1252)",
    ]
    assert told[2] == "error: There are 2 problems in the rows; nothing was sent."


def test_a_file_that_changes_while_it_is_run_stops_the_batch(shell: Shell, farm: Farm, stub: Stub) -> None:
    path = shell.cwd / "p.txt"
    path.write_text("".join(f"fox {n} {'x' * 500_000}\n" for n in range(4)))

    def meddle(seen: Seen) -> Say:
        with path.open("r+b") as file:  # in place: an editor that replaces the file changes nothing
            file.seek(-100, 2)
            file.write(b"y")
        return farm.submit(seen)

    stub.first("POST", "/queue/.*", meddle)

    ran = shell.run("batch", "p.txt", "-m", "flash", "-o", "out/", "-c", "1", env=farm.env)

    assert ran.code == 2
    assert ran.err.splitlines()[-2:] == [
        "error: `p.txt` changed while it was being run (line 4).", "hint: the same command goes on with what is left",
    ]  # fmt: skip
    assert [prompt[:5] for prompt in farm.prompts] == ["fox 0", "fox 1", "fox 2"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('"seed": true', "seed: `true` is not a whole number."),
        ('"seed": -2', "seed: `-2` is below 0."),
        ('"seed": 18446744073709551616', "seed: `18446744073709551616` has more than 64 bits."),
        ('"seed": 7.5', "seed: `7.5` is not a whole number."),
        ('"num": true', "num: `true` is not a whole number."),
        ('"num": false', "num: `false` is not a whole number."),
        ('"guidance": true', "guidance: `true` is not a number."),
        ('"steps": true, "variant": "dev"', "steps: `true` is not a whole number."),
        ('"size": true', "size: `true` is neither a preset nor WIDTHxHEIGHT."),
        ('"size": {"width": true, "height": 512}', 'size: `{"width": true, "height": 512}` is neither a preset'),
        ('"format": true', "format: `true` is not one of the values"),
        ('"variant": "dev", "lora": "a/b:9"', "lora: `a/b:9` has a scale above 4."),
        ('"variant": "dev", "lora": [{"path": "a", "scale": 9}]', "has a scale above 4."),
        ('"variant": "dev", "lora": {"path": "./a.safetensors"}', "local files cannot be sent."),
        ('"safety_checker": 7', "safety_checker: `7` is neither true nor false."),
        ('"provider": "bfl", "variant": "pro", "safety_tolerance": true', "`true` is not a whole number."),
        ('"variant": "pro", "safety_tolerance": true', "safety_tolerance: `true` is not one of the values"),
    ],
)
def test_a_value_of_a_row_is_refused_as_it_is_for_its_flag(shell: Shell, farm: Farm, cell: str, said: str) -> None:
    told = refused(shell, farm, "p.jsonl", f'{{"prompt": "a fox", {cell}}}\n')

    assert said in told[0]


def test_whole_numbers_may_have_a_point_and_no_seed_has_words_in_files(shell: Shell) -> None:
    (shell.cwd / "p.jsonl").write_text(
        '{"prompt": "1", "seed": 7.0, "num": 2.0, "size": {"width": 512.0, "height": 768.0}}\n'
        '{"prompt": "2", "seed": "random"}\n{"prompt": "3", "seed": -1}\n'
        '{"prompt": "4", "variant": "pro", "safety_tolerance": 3.0}\n{"prompt": "5"}\n'
    )
    (shell.cwd / "p.csv").write_text("prompt,seed,variant,safety_tolerance\n6,7.0,,\n7,none,,\n8,-1,,\n9,,pro,3.0\n")

    ran = shell.run("batch", "p.jsonl", "p.csv", "-m", "flash", "--seed", "99", "--dry-run", "--json")

    bodies = [json.loads(line)["body"] for line in ran.out.splitlines()[:-1]]
    assert bodies == [
        {"prompt": "1", "seed": 7, "num_images": 2, "image_size": {"width": 512, "height": 768}},
        {"prompt": "2"},
        {"prompt": "3"},
        {"prompt": "4", "seed": 99, "safety_tolerance": "3"},
        {"prompt": "5", "seed": 99},
        {"prompt": "6", "seed": 7},
        {"prompt": "7"},
        {"prompt": "8"},
        {"prompt": "9", "seed": 99, "safety_tolerance": "3"},
    ]
