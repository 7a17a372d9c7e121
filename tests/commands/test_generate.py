"""One-liners against the sandbox, over real sockets: prompt sources, outputs, names, JSON, quiet and colour."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from PIL import Image
from support.shell import Shell

FOX = "a fox in the snow"


def sidecar(shell: Shell, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((shell.cwd / f"{name}.json").read_text())
    return found


def test_a_word_gives_a_picture_and_its_record(shell: Shell) -> None:
    ran = shell.run("flash", FOX, "--seed", "7", "--sandbox")

    assert (ran.code, ran.out) == (0, "a-fox-in-the-snow-7.png\n")
    assert ran.err == "saved a-fox-in-the-snow-7.png  seed 7  $0.005 (sandbox)\n"
    assert shell.files() == ["a-fox-in-the-snow-7.png", "a-fox-in-the-snow-7.png.json"]
    with Image.open(shell.cwd / "a-fox-in-the-snow-7.png") as image:
        assert (image.format, image.size) == ("PNG", (1024, 768))


def test_the_sidecar_says_where_the_image_came_from(shell: Shell) -> None:
    shell.run("max", FOX, "-s", "512x640", "--seed", "7", "--label", "tests", "-o", "fox.png", "--sandbox")

    record = sidecar(shell, "fox.png")
    data = (shell.cwd / "fox.png").read_bytes()
    job_id, request_id, timings = record.pop("job_id"), record.pop("request_id"), record.pop("timings")
    created_at, key = record.pop("created_at"), record.pop("request_key")
    assert len(str(job_id)) == 8
    assert request_id
    assert isinstance(timings, dict)
    assert timings["submitted_at"] == created_at
    assert len(str(key)) == 64
    body = '{"image_size":{"height":640,"width":512},"output_format":"png","prompt":"a fox in the snow","seed":7}'
    assert record == {
        "schema": "flux2cli/sidecar/1",
        "provider": "fal",
        "variant": "max",
        "endpoint": "fal-ai/flux-2-max",
        "mode": "text",
        "prompt": "a fox in the snow",
        "effective_prompt": None,
        "seed": 7,
        "given": {"prompt": "a fox in the snow", "seed": 7, "size": "512x640", "format": "png"},
        "payload": {
            "prompt": "a fox in the snow",
            "seed": 7,
            "image_size": {"width": 512, "height": 640},
            "output_format": "png",
        },
        "payload_sha256": hashlib.sha256(body.encode()).hexdigest(),
        "inputs": [],
        "row": None,
        "label": "tests",
        "meta": {},
        "image": {
            "file": "fox.png",
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "media_type": "image/png",
            "width": 512,
            "height": 640,
            "index": 0,
            "nsfw": None,
        },
        "cost": {
            "amount": "0.07",
            "currency": "USD",
            "source": "sandbox",
            "request_amount": "0.07",
            "request_max": "0.07",
            "billable_units": record["cost"]["billable_units"],  # type: ignore[index]
            "discount": None,
            "price_source": "https://fal.ai/models/fal-ai/flux-2-max/llms.txt",
            "price_verified_on": "2026-11-20",
        },
        "warnings": [],
        "sandbox": True,
        "tool": {"name": "flux2cli", "version": "0.1.0"},
    }


def test_json_is_one_document(shell: Shell) -> None:
    ran = shell.run("flash", FOX, "--seed", "7", "--sandbox", "--json", "-o", "out/")

    document = ran.json
    image = document["images"][0]
    assert ran.code == 0
    assert ran.raw.count(b"\n") == 1
    assert {
        name: document[name] for name in ("ok", "schema", "status", "provider", "variant", "endpoint", "sandbox")
    } == {
        "ok": True,
        "schema": "flux2cli/result/1",
        "status": "saved",
        "provider": "fal",
        "variant": "flash",
        "endpoint": "fal-ai/flux-2/flash",
        "sandbox": True,
    }
    assert document["seed"] == 7
    assert document["cost"]["amount"] == "0.005"
    assert (image["path"], image["sidecar"]) == (
        "out/a-fox-in-the-snow-7.png",
        "out/a-fox-in-the-snow-7.png.json",
    )
    assert (image["width"], image["height"], image["media_type"], image["nsfw"]) == (1024, 768, "image/png", False)
    assert hashlib.sha256((shell.cwd / image["path"]).read_bytes()).hexdigest() == image["sha256"]


def test_the_same_prompt_seed_and_size_give_the_same_bytes(shell: Shell) -> None:
    shell.run("flash", FOX, "--seed", "7", "--sandbox", "-o", "a.png")
    shell.run("flash", FOX, "--seed", "7", "--sandbox", "-o", "b.png")
    shell.run("flash", FOX, "--seed", "8", "--sandbox", "-o", "c.png")

    a, b, c = [(shell.cwd / name).read_bytes() for name in ("a.png", "b.png", "c.png")]
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    ("argv", "stdin"),
    [
        (["flash", "-"], b"a fox\n"),
        (["flash"], b"a fox\n"),
        (["flash", "-"], b"\xef\xbb\xbfa fox\r\n\n"),
        (["flash", "--prompt-file", "prompt.txt"], None),
        (["flash", "--prompt-file", "-"], b"a fox"),
        (["flash", "a fox"], b"not this one"),
        (["flash", "a fox"], None),
        (["flash", "--", "a fox"], b""),
    ],
)
def test_the_prompt_comes_from_where_it_is_said(shell: Shell, argv: list[str], stdin: bytes | None) -> None:
    (shell.cwd / "prompt.txt").write_text("a fox\n")

    ran = shell.run(argv[0], "--dry-run", "--json", *argv[1:], stdin=stdin)

    assert ran.json["body"] == {"prompt": "a fox"}


AWKWARD = [
    "two\nlines",
    "quotes \" and ' and `",
    "[bold]brackets[/bold] [not a tag]",
    "emoji 🦊 and 狐 and \u0639\u0631\u0628\u064a",
    "{braces} %s $HOME \\n",
    "x" * 100_000,
]


@pytest.mark.parametrize("prompt", AWKWARD, ids=lambda text: ascii(text[:20]))
def test_an_awkward_prompt_arrives_as_it_is(shell: Shell, prompt: str) -> None:
    ran = shell.run("flash", "-", "--seed", "1", "--sandbox", "-o", "x.png", stdin=prompt.encode())

    assert ran.code == 0, ran.err
    assert sidecar(shell, "x.png")["prompt"] == prompt


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("escape \x1b[31mred", "The prompt has the control character U+001B in it (character 8)."),
        ("a\nbell \x07", "The prompt has the control character U+0007 in it (line 2, character 6)."),
        ("a \x93fox\x94", "The prompt has the control character U+0093 in it (character 3)."),
        ("a fox\rin snow", "The prompt has a carriage return in it (character 6)."),
    ],
)
def test_control_characters_are_refused_wherever_the_prompt_comes_from(shell: Shell, prompt: str, said: str) -> None:
    (shell.cwd / "p.txt").write_bytes(prompt.encode())

    for argv, stdin in ((["-"], prompt.encode()), ([prompt], b""), (["--prompt-file", "p.txt"], b"")):
        ran = shell.run("flash", *argv, "--sandbox", stdin=stdin)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said}")
    assert shell.files() == ["p.txt"]


def test_a_control_character_in_a_negative_prompt_is_refused(shell: Shell) -> None:
    ran = shell.run("klein", "a fox", "--base", "--negative-prompt", "blur\x00", "--dry-run")

    assert ran.code == 2
    assert ran.err.startswith("error: The negative prompt has a NUL character in it (character 5).\n")


@pytest.mark.parametrize(
    ("text", "said", "way"),
    [
        ('{"prompt": "a fox", "seed": 7}\n', "JSON", "flux2 batch - -m flash --input-format jsonl"),
        ('[\n{"prompt": "a fox"},\n{"prompt": "an owl"}\n]\n', "JSON", "flux2 batch - -m flash --input-format json"),
        ("Prompt;Seed\na fox;7\n", "a table with a header", "flux2 batch - -m flash --input-format csv"),
        ("prompt\tnote\na fox\tx\n", "a table with a header", "flux2 batch - -m flash --input-format tsv"),
    ],
)
def test_a_list_of_prompts_is_not_taken_for_one(shell: Shell, text: str, said: str, way: str) -> None:
    (shell.cwd / "p.txt").write_text(text)

    piped = shell.run("flash", "--sandbox", stdin=text.encode())
    from_file = shell.run("flash", "--prompt-file", "p.txt", "--sandbox")
    typed = shell.run("flash", text, "--sandbox", "--dry-run")

    assert piped.code == 2
    assert piped.err == (
        f"error: The prompt from stdin is {said}.\n"
        f"hint: {way} makes an image of each row; to send it as it is, give it as the argument\n"
    )
    assert (from_file.code, typed.code) == (2, 0)
    assert from_file.err.startswith(f"error: The prompt from p.txt is {said}.\n")


def test_a_structured_prompt_is_one_prompt(shell: Shell) -> None:
    prompt = '{"scene": "a fox", "style": "ink"}'

    assert shell.run("flash", "--dry-run", "--json", stdin=prompt.encode()).json["body"] == {"prompt": prompt}


def test_several_lines_from_a_file_are_one_prompt_and_it_is_said(shell: Shell) -> None:
    (shell.cwd / "p 1.txt").write_text("a fox\n\nan owl\n")

    ran = shell.run("flash", "--prompt-file", "p 1.txt", "--sandbox", "-o", "x.png")
    quiet = shell.run("flash", "--prompt-file", "p 1.txt", "--sandbox", "-o", "y.png", "-q")
    piped = shell.run("max", "-", "--sandbox", "-o", "z.png", stdin=b"a fox\nan owl\n")
    typed = shell.run("flash", "a fox\nan owl", "--sandbox", "-o", "w.png")

    assert ran.err.splitlines()[0] == (
        "note: the 2 lines of p 1.txt are one prompt; an image of each: flux2 batch 'p 1.txt' -m flash"
    )
    assert piped.err.splitlines()[0] == (
        "note: the 2 lines of stdin are one prompt; an image of each: flux2 batch - -m max"
    )
    assert (quiet.err, typed.err.count("note")) == ("", 0)


def test_a_dry_run_says_that_several_lines_are_one_prompt(shell: Shell) -> None:
    (shell.cwd / "p.txt").write_text("a fox\nan owl\n")

    ran = shell.run("flash", "--prompt-file", "p.txt", "--dry-run")
    quiet = shell.run("flash", "--prompt-file", "p.txt", "--dry-run", "-q")

    assert ran.err.splitlines()[0] == (
        "note: the 2 lines of p.txt are one prompt; an image of each: flux2 batch p.txt -m flash"
    )
    assert "note" not in quiet.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["flash", "a fox"], "`{cwd}/fox.png` exists ({setting})."),
        (["flash", "a fox", "--num", "2"], "`-o fox.png` ({setting}) names one file, and --num asks for 2 images."),
        (["flash", "a fox", "--seeds", "1..2"], "Many images cannot go to `fox.png`, one file, at once ({setting})."),
        (["batch", "p.txt", "-m", "flash"], "Many images cannot go to `fox.png`, one file, at once ({setting})."),
    ],
)
@pytest.mark.parametrize("origin", ["environment", "user", "project"])
def test_an_output_of_the_settings_is_named_with_its_place(
    shell: Shell, argv: list[str], said: str, origin: str
) -> None:
    (shell.cwd / "fox.png").write_bytes(b"")
    (shell.cwd / "p.txt").write_text("a fox\nan owl\n")
    setting = {
        "environment": "`FLUX2_OUTPUT=fox.png`",
        "user": f"`output = fox.png` in {shell.config}/config.toml",
        "project": f"`output = fox.png` in {shell.cwd}/flux2.toml",
    }[origin]
    env = {"FLUX2_OUTPUT": "fox.png"} if origin == "environment" else {}
    if origin == "user":
        assert shell.run("config", "set", "output", "fox.png").code == 0
    elif origin == "project":
        (shell.cwd / "flux2.toml").write_text("output = 'fox.png'\n")

    ran = shell.run(*argv, "--sandbox", env=env)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said.format(cwd=shell.cwd, setting=setting)}")


def test_bytes_that_the_settings_send_to_stdout_are_refused_with_json(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "--json", "--sandbox", env={"FLUX2_OUTPUT": "-"})

    assert ran.json["error"]["message"] == "`-o -` (`FLUX2_OUTPUT=-`) and --json do not go together."


def test_a_prompt_that_starts_with_a_dash(shell: Shell) -> None:
    refused = shell.run("flash", "-a fox", "--dry-run")
    taken = shell.run("flash", "--dry-run", "--json", "--", "-a fox")

    assert refused.code == 2
    assert "goes after `--`" in refused.err
    assert taken.json["body"] == {"prompt": "-a fox"}


def test_json_after_the_double_dash_is_a_prompt(shell: Shell) -> None:
    ran = shell.run("flash", "--dry-run", "--", "--json")

    assert ran.out.startswith("POST https://queue.fal.run/fal-ai/flux-2/flash\n")


@pytest.mark.parametrize(
    ("argv", "stdin", "said"),
    [
        (["flash", ""], b"", "The prompt is empty."),
        (["flash", "  \n"], b"", "The prompt is empty."),
        (["flash"], b"", "The prompt from stdin is empty."),
        (["flash", "-"], b" \n", "The prompt from stdin is empty."),
        (["flash"], None, "stdin is closed"),
        (["flash"], b"caf\xe9", "is not UTF-8 (byte 3)"),
        (["flash", "--prompt-file", "missing.txt"], b"", "cannot be read: No such file or directory"),
        (["flash", "a", "--prompt-file", "b"], b"", "There are two prompts"),
        (["flash", "-", "-i", "-"], b"", "Stdin can be read only once"),
        (["flash", "a", "b"], b"", 'in quotes: flux2 flash "a b"'),
    ],
)
def test_a_bad_prompt_is_a_usage_error(shell: Shell, argv: list[str], stdin: bytes | None, said: str) -> None:
    ran = shell.run(*argv, "--sandbox", stdin=stdin)

    assert ran.code == 2
    assert said.lower() in ran.err.lower()
    assert ran.out == ""
    assert not shell.state.exists()


def test_on_a_terminal_without_a_prompt_nothing_waits(shell: Shell) -> None:
    ran = shell.run("flash", terminal=True, stdin=b"never read")

    assert ran.code == 2
    assert "There is no prompt." in ran.err


def test_several_images_are_several_files_and_share_the_cost(shell: Shell) -> None:
    ran = shell.run("flash", FOX, "--num", "3", "--seed", "7", "--sandbox")

    assert ran.out.splitlines() == [
        "a-fox-in-the-snow-7.png",
        "a-fox-in-the-snow-7-2.png",
        "a-fox-in-the-snow-7-3.png",
    ]
    costs = [sidecar(shell, name)["cost"] for name in ran.out.splitlines()]
    assert [cost["amount"] for cost in costs] == ["0.005", "0.005", "0.005"]  # type: ignore[index]
    assert [cost["request_amount"] for cost in costs] == ["0.015"] * 3  # type: ignore[index]


def test_several_images_are_told_apart_by_their_place_and_share_the_seed(shell: Shell) -> None:
    ran = shell.run("flash", FOX, "--num", "3", "--seed", "7", "-o", "{index}.{ext}", "--sandbox")

    assert ran.err.splitlines() == [
        "saved 0.png  seed 7, image 1 of 3  $0.005 (sandbox)",
        "saved 1.png  seed 7, image 2 of 3  $0.005 (sandbox)",
        "saved 2.png  seed 7, image 3 of 3  $0.005 (sandbox)",
    ]
    records = [sidecar(shell, f"{number}.png") for number in range(3)]
    assert [(record["seed"], record["image"]["index"]) for record in records] == [(7, 0), (7, 1), (7, 2)]  # type: ignore[index]
    assert len({record["image"]["sha256"] for record in records}) == 3  # type: ignore[index]


def test_nothing_is_overwritten_in_a_directory(shell: Shell) -> None:
    for _ in range(2):
        shell.run("flash", "fox", "--seed", "7", "--sandbox", "-o", "out/")

    assert shell.files() == ["out/fox-7-2.png", "out/fox-7-2.png.json", "out/fox-7.png", "out/fox-7.png.json"]


def test_a_file_of_somebody_elses_keeps_its_name(shell: Shell) -> None:
    (shell.cwd / "fox-7.png").write_bytes(b"mine")

    shell.run("flash", "fox", "--seed", "7", "--sandbox")

    assert (shell.cwd / "fox-7.png").read_bytes() == b"mine"
    assert shell.files() == ["fox-7-2.png", "fox-7-2.png.json", "fox-7.png"]


def test_an_explicit_file_that_exists_is_refused_before_anything_is_sent(shell: Shell) -> None:
    (shell.cwd / "fox.png").write_bytes(b"mine")

    refused = shell.run("flash", "fox", "--sandbox", "-o", "fox.png")
    untouched = (shell.cwd / "fox.png").read_bytes()
    replaced = shell.run("flash", "fox", "--sandbox", "-o", "fox.png", "--overwrite")

    assert (refused.code, untouched) == (2, b"mine")
    assert "--overwrite replaces it" in refused.err
    assert replaced.code == 0
    assert (shell.cwd / "fox.png").read_bytes().startswith(b"\x89PNG")
    assert shell.files() == ["fox.png", "fox.png.json"]


@pytest.mark.parametrize(
    ("argv", "files"),
    [
        (["-o", "new/deep/fox.png"], ["new/deep/fox.png"]),
        (["-o", "fox.jpg"], ["fox.jpg"]),
        (["-o", "fox.webp"], ["fox.webp"]),
        (["-o", "{variant}/{provider}-{seed}-{index}.{ext}"], ["flash/fal-7-0.png"]),
        (["-o", "out/{slug}.webp"], ["out/fox.webp"]),
        (["-o", "{label}.{ext}", "--label", "../../x"], ["-..-x.png"]),
        (["--format", "jpeg"], ["fox-7.jpg"]),
    ],
)
def test_outputs_go_where_they_are_sent(shell: Shell, argv: list[str], files: list[str]) -> None:
    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", *argv)

    assert ran.code == 0, ran.err
    assert ran.out.split() == files
    suffix = Path(files[0]).suffix
    with Image.open(shell.cwd / files[0]) as image:
        assert image.format == {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[suffix]


def test_a_template_in_a_directory_whose_name_has_braces(shell: Shell) -> None:
    shell.cwd = shell.cwd / "a {b}"
    shell.cwd.mkdir()

    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", "-o", "../{seed}.{ext}")

    assert ran.code == 0, ran.err
    assert (shell.cwd.parent / "7.png").exists()


def test_bytes_to_stdout_and_nothing_else(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", "-o", "-")

    with Image.open(io.BytesIO(ran.raw)) as image:
        assert image.format == "PNG"
    assert shell.files() == []
    assert shell.run("jobs", "list", "--sandbox", "--json").json[0]["state"] == "saved"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-o", "fox.gif"], "has no image suffix"),
        (["-o", "fox"], "has no image suffix"),
        (["-o", ""], "`-o` is empty."),
        (["-o", "{sedd}.png"], "did you mean `seed`?"),
        (["-o", "{seed.png"], "has a lone `{`"),
        (["-o", "a/{slug}/../../x.png"], "leads out of its directory"),
        (["-o", "-", "--json"], "do not go together"),
        (["-o", "-", "--num", "2"], "do not go together"),
        (["-o", "fox.png", "--num", "2"], "names one file"),
        (["-o", "file.txt/fox.png"], "No file can be made in"),
        (["-o", "/proc/nowhere/"], "No file can be made in"),
        (["-o", "x" * 300 + ".png"], "is too long: 304 bytes, and there is room for 250."),
        (["-o", "x" * 300 + "/"], "is too long: 300 bytes, and there is room for 255."),
        (["-o", "x" * 300 + "/{seed}.png"], "is too long: 300 bytes, and there is room for 255."),
        (["-o", "x" * 250 + "-{seed}.png"], "is too long"),
        (["-o", "{label}.png", "--label", "x" * 300], "is too long: 304 bytes, and there is room for 250."),
        (["-o", "a/" * 2100 + "fox.png"], "is too long: with its record it has"),
        (["-o", "a\nb.png"], "has a line break or another control character in it"),
        (["-o", "~nobody-by-that-name/fox.png"], "begins with `~` and the name of no user"),
        (["-o", "file.txt/fox.png", "--dry-run"], "No file can be made in"),
        (["-o", "{seed:5}.png"], "has a width that is none"),
    ],
)
def test_an_output_that_cannot_work_is_refused_before_anything_is_sent(
    shell: Shell, argv: list[str], said: str
) -> None:
    (shell.cwd / "file.txt").write_text("")

    ran = shell.run("flash", "fox", "--sandbox", *argv)

    assert ran.code == 2
    assert said in ran.err
    assert shell.files() == ["file.txt"]


CONTRADICTIONS = [
    ("flash", "a.png", "jpeg"),
    ("flash", "a.jpg", "png"),
    ("flash", "a.jpeg", "webp"),
    ("flash", "{slug}.png", "webp"),
    ("max", "a.png", "jpeg"),
    ("pro", "{seed}.jpg", "png"),
]


@pytest.mark.parametrize(("variant", "place", "wanted"), CONTRADICTIONS)
@pytest.mark.parametrize("rest", [[], ["--dry-run"]])
def test_a_format_that_contradicts_the_suffix_is_refused(
    shell: Shell, variant: str, place: str, wanted: str, rest: list[str]
) -> None:
    ran = shell.run(variant, "fox", "--sandbox", "-o", place, "--format", wanted, *rest)

    assert (ran.code, ran.out, shell.files()) == (2, "", [])
    assert f"error: `{place}` names a " in ran.err
    assert f"and the format asked for is {wanted}.\nhint: leave the format out, or end the name in ." in ran.err


@pytest.mark.parametrize(
    ("place", "wanted", "made"),
    [
        ("a.jpg", "jpeg", "a.jpg"),
        ("a.JPEG", "jpeg", "a.JPEG"),
        ("{slug}.webp", "webp", "fox.webp"),
        ("{slug}.{ext}", "jpeg", "fox.jpg"),
        ("v1.5-{slug}", "webp", "v1.5-fox.webp"),
    ],
)
def test_a_format_that_agrees_with_the_suffix_is_sent(shell: Shell, place: str, wanted: str, made: str) -> None:
    ran = shell.run("flash", "fox", "--sandbox", "-o", place, "--format", wanted)

    assert (ran.code, ran.out) == (0, f"{made}\n"), ran.err
    with Image.open(shell.cwd / made) as image:
        assert image.format == wanted.upper()


@pytest.mark.parametrize(
    ("setting", "typed", "made", "file_format"),
    [
        ("{slug}.png", ["--format", "jpeg"], "fox.jpg", "JPEG"),
        ("fox.png", ["--format", "jpeg"], "fox.jpg", "JPEG"),
        ("{slug}.webp", [], "fox.webp", "WEBP"),
        ("{slug}.webp", ["-o", "x.png"], "x.png", "PNG"),
    ],
)
def test_an_output_of_the_settings_gives_way_to_a_format_that_was_typed(
    shell: Shell, setting: str, typed: list[str], made: str, file_format: str
) -> None:
    ran = shell.run("flash", "fox", "--sandbox", *typed, env={"FLUX2_OUTPUT": setting})

    assert (ran.code, ran.out) == (0, f"{made}\n"), ran.err
    with Image.open(shell.cwd / made) as image:
        assert image.format == file_format
    assert "warning" not in ran.err


def test_a_name_typed_twice_is_typed(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--sandbox", "-o", "a.png", "--format", "jpeg", env={"FLUX2_OUTPUT": "a.png"})

    assert ran.code == 2


def test_an_image_is_not_written_to_a_terminal(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--sandbox", "-o", "-", terminal=True)

    assert ran.code == 2
    assert "-o - > fox.png" in ran.err


def test_max_makes_no_webp(shell: Shell) -> None:
    ran = shell.run("max", "fox", "--sandbox", "-o", "fox.webp")

    assert ran.code == 2
    assert "`-o` asks for a webp file, and fal-ai/flux-2-max makes jpeg or png." in ran.err


def test_quiet_leaves_stdout_alone_and_says_nothing_else(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", "-q")

    assert (ran.out, ran.err) == ("fox-7.png\n", "")


@pytest.mark.parametrize(
    ("terminal", "env", "argv", "colored"),
    [
        (True, {"TERM": "xterm"}, [], True),
        (True, {"TERM": "dumb"}, [], False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, [], False),
        (True, {"TERM": "xterm"}, ["--no-color"], False),
        (False, {"TERM": "xterm"}, [], False),
        (False, {"FORCE_COLOR": "1"}, [], True),
    ],
)
def test_colours_only_where_they_are_wanted(
    shell: Shell, terminal: bool, env: dict[str, str], argv: list[str], colored: bool
) -> None:
    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", *argv, terminal=terminal, env=env)

    assert ("\x1b[32msaved" in ran.err) == colored
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["flash", "x", "--steps", "4"], "`flash` does not take `--steps`: its steps are fixed."),
        (["flash", "x", "--steps", "4"], "these do: dev, flex"),
        (["max", "x", "--num", "2"], "use --seeds for several"),
        (["dev", "x", "--safety-tolerance", "2"], "these do: flex, pro, max, outpaint, klein"),
        (["pro", "x", "--left", "64"], "these do: outpaint"),
        (["flash", "x", "--sed", "4"], "did you mean `--seed`?"),
        (["flash", "x", "-p", "fall"], "did you mean `fal`?"),
        (["falsh", "x"], "did you mean `flash`?"),
        (["flash", "x", "--seed"], "requires an argument"),
        (["flash", "x", "--param", "seed=5"], "use `--seed`"),
        (["flash", "x", "--param", "style"], "is not KEY=JSON"),
        (["flash", "x", "--param", "style=ink"], "the value is not JSON"),
    ],
)
def test_a_mistyped_command_line_gets_a_hint(shell: Shell, argv: list[str], said: str) -> None:
    ran = shell.run(*argv)

    assert ran.code == 2
    assert said in ran.err


def test_usage_errors_are_json_too(shell: Shell) -> None:
    ran = shell.run("flash", "x", "--json", "--sed", "4")

    assert ran.code == 2
    assert ran.json == {
        "ok": False,
        "schema": "flux2cli/error/1",
        "error": {
            "code": "usage",
            "exit_code": 2,
            "message": "`flux2 flash` has no flag `--sed`.",
            "hint": "did you mean `--seed`?",
            "job_id": None,
            "request_id": None,
            "retry": "never",
        },
    }


def test_an_unknown_field_is_sent_with_a_warning(shell: Shell) -> None:
    ran = shell.run("flash", "x", "--dry-run", "--json", "--param", 'cns_mode={"a": [1]}')

    assert ran.json["body"] == {"prompt": "x", "cns_mode": {"a": [1]}}
    assert ran.json["warnings"] == ["`cns_mode` is sent as given: it is not in the catalogue and was not checked"]


def test_the_plan_shows_request_and_price_range(shell: Shell) -> None:
    ran = shell.run("max", "x", "-i", "https://a.example/b.png", "--dry-run")

    assert ran.out == (
        "POST https://queue.fal.run/fal-ai/flux-2-max/edit\n"
        "{\n"
        '  "prompt": "x",\n'
        '  "image_urls": [\n'
        '    "https://a.example/b.png"\n'
        "  ]\n"
        "}\n"
    )
    assert ran.err == "estimated cost: $0.10 to $0.28\n"


def test_without_a_key_the_ways_to_get_going_are_named(shell: Shell) -> None:
    ran = shell.run("flash", "fox")

    assert ran.code == 3
    assert "FAL_KEY" in ran.err
    assert "flux2 keys set fal" in ran.err
    assert "--sandbox" in ran.err
    assert shell.files() == []


def test_the_state_of_a_first_run_is_private(shell: Shell) -> None:
    shell.run("flash", "fox", "--sandbox")

    assert oct(shell.state.stat().st_mode & 0o777) == "0o700"
    assert oct((shell.state / "sandbox").stat().st_mode & 0o777) == "0o700"


def test_flux2_alone_prints_short_help_with_three_examples(shell: Shell) -> None:
    ran = shell.run()

    assert ran.code == 0
    assert ran.out.count("  flux2 ") == 3
    assert "\n  flash " in ran.out


def test_the_sandbox_by_environment(shell: Shell) -> None:
    ran = shell.run("flash", "fox", "--seed", "1", env={"FLUX2_SANDBOX": "1"})

    assert ran.code == 0
    assert sidecar(shell, "fox-1.png")["sandbox"] is True
