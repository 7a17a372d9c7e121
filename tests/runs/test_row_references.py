"""Reference images that rows name: several in a cell, and where a missing one was looked for."""

import json
import os
from base64 import b64encode

import pytest
from support.farm import Farm
from support.images import PNG
from support.shell import Ran, Shell


@pytest.fixture(autouse=True)
def files(shell: Shell) -> None:
    for name in ("a.png", "b c.png", "d;e.png", "assets/f.png"):
        (shell.cwd / name).parent.mkdir(exist_ok=True)
        (shell.cwd / name).write_bytes(PNG)


def planned(shell: Shell, cell: str, name: str = "p.jsonl") -> Ran:
    (shell.cwd / name).write_text(json.dumps({"prompt": "x", "image": cell}) + "\n")
    return shell.run("batch", name, "-m", "max", "-p", "bfl", "-o", "out/", "--dry-run", "--json")


DATA = f"data:image/png;base64,{b64encode(PNG).decode()}"
X, Y = "https://example.com/x.png", "https://example.com/y.png"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("a.png", ["a.png"]),
        ("a.png;b c.png", ["a.png", "b c.png"]),
        (" a.png ; b c.png; ", ["a.png", "b c.png"]),
        ("d;e.png", ["d;e.png"]),
        (f"a.png;{X}", ["a.png", X]),
        (f"{X};{Y}", [X, Y]),
        (f"{X};v=1", [f"{X};v=1"]),
        (f"{X}; a.png", [X, "a.png"]),
        (DATA, ["data"]),
        (f"a.png; {DATA}; b c.png", ["a.png", "data", "b c.png"]),
        (f"{DATA};{X}", ["data", X]),
    ],
)
def test_a_cell_holds_one_image_or_several(shell: Shell, cell: str, names: list[str]) -> None:
    ran = planned(shell, cell)

    assert ran.code == 0, ran.err
    body = json.loads(ran.out.splitlines()[0])["body"]
    sent = [body.get(key) for key in ("input_image", "input_image_2", "input_image_3")]
    assert [image if isinstance(image, str) else image["name"] for image in sent if image] == names


def test_the_one_that_is_missing_among_several_is_named(shell: Shell) -> None:
    ran = planned(shell, "a.png;gone.png;b c.png")

    assert ran.code == 2
    assert ran.json["error"]["problems"][0].startswith(
        "p.jsonl:1: image: The reference image `gone.png` does not exist (looked in `"
    )


def test_an_image_beside_the_prompt_file_is_told_from_one_that_is_nowhere(shell: Shell, farm: Farm) -> None:
    for cell, hint in (
        ("f.png", "paths are relative to the current directory, not to the prompt file: "  # noqa: ISC004
         "run it in assets, or write `assets/f.png`"),
        ("gone.png", "paths are relative to the current directory, also those in a prompt file"),
    ):  # fmt: skip
        (shell.cwd / "assets/p.csv").write_text(f"prompt,image\nx,{cell}\n")
        ran = shell.run("batch", "assets/p.csv", "-m", "max", "-o", "out/", env=farm.env)
        assert ran.code == 2
        assert ran.err.startswith(f"assets/p.csv:2: image: The reference image `{cell}` does not exist (looked in `")
        assert f"`). ({hint}" in ran.err.splitlines()[0]


def test_what_else_is_wrong_with_an_image_is_said_by_who_reads_it(shell: Shell) -> None:
    ran = planned(shell, ".")

    assert ran.json["error"]["problems"][0].startswith("p.jsonl:1: image: The reference image `.` is a directory")


@pytest.mark.parametrize("cell", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "a.png;-", "a.png; /dev/fd/0"])
def test_a_row_cannot_read_stdin_by_any_name(shell: Shell, cell: str) -> None:
    ran = planned(shell, cell)

    assert ran.code == 2
    assert ran.json["error"]["problems"] == ["p.jsonl:1: image: A row cannot read an image from stdin."]


def test_a_pipe_that_nobody_writes_to_holds_nothing_up(shell: Shell) -> None:
    os.mkfifo(shell.cwd / "pipe.png")

    ran = planned(shell, "pipe.png")

    assert ran.code == 2
    assert ran.json["error"]["problems"][0].startswith("p.jsonl:1: image: The reference image `pipe.png` is a pipe.")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("ftp://x.example/a.png", "`ftp://x.example/a.png` has an address that is not one of http(s)."),
        ("a.png;https://", "image: `https://` has no host."),
        ("file:///etc/passwd", "`file:///etc/passwd` is a file's URL, which is not read."),
    ],
)
def test_an_address_that_cannot_be_fetched_is_a_problem_of_its_row(shell: Shell, cell: str, said: str) -> None:
    ran = planned(shell, cell)

    assert ran.code == 2
    assert said in ran.json["error"]["problems"][0]
    assert ran.json["error"]["problems"][0].startswith("p.jsonl:1: image: ")
