"""`--seeds` on a variant command: a batch of one request per seed."""

import json

import pytest
from support.farm import Farm, lines
from support.shell import Shell
from support.stub import Stub


def test_one_request_per_seed(shell: Shell, farm: Farm, stub: Stub) -> None:
    ran = shell.run("flash", "a fox", "--seeds", "3,1..2", "-o", "out/", "-c", "1", env=farm.env)

    assert (ran.code, ran.out) == (0, "out/a-fox-3.png\nout/a-fox-1.png\nout/a-fox-2.png\n"), ran.err
    assert [seen.json for seen in stub.posts()] == [{"prompt": "a fox", "seed": n} for n in (3, 1, 2)]
    assert ran.err.startswith("3 rows: 3 to send, $0.015 (estimated)\n")


def test_more_seeds_later_make_only_those(shell: Shell, farm: Farm, stub: Stub) -> None:
    shell.run("flash", "a fox", "--seeds", "1..2", "-o", "out/", env=farm.env)

    ran = shell.run("flash", "a fox", "--seeds", "1..4", "-o", "out/", "--json", env=farm.env)

    assert sorted(seen.json["seed"] for seen in stub.posts()) == [1, 2, 3, 4]
    assert lines(ran.out)[-1] == {
        "schema": "flux2cli/batch/1", "rows": 4, "saved": 2, "skipped": 2, "failed": 0, "unknown": 0, "submitted": 0,
        "restored": 0, "moved": 0, "adopted": 0, "kept": 0, "not_sent": 0,
        "cost": {"amount": "0.01", "max": "0.01", "currency": "USD", "source": "estimated", "unpriced": 0},
    }  # fmt: skip


def test_what_failed_is_asked_for_again_by_typing_the_line_again(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["moderated", "422", "ok"]
    argv = ("flash", "a fox", "--seeds", "1..2", "-o", "out/", "-c", "1")

    first, again = shell.run(*argv, env=farm.env), shell.run(*argv, env=farm.env)

    assert (first.code, again.code) == (10, 0)
    assert len(farm.prompts) == 4


def test_an_unknown_seed_stays_unknown(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["lost", "ok"]
    argv = ("flash", "a fox", "--seeds", "1..2", "-o", "out/", "-c", "1")

    first, again = shell.run(*argv, env=farm.env), shell.run(*argv, env=farm.env)

    assert (first.code, again.code) == (10, 10)
    assert len(farm.prompts) == 2
    assert shell.run(*argv, "--resubmit-unknown", env=farm.env).code == 0
    assert len(farm.prompts) == 3


def test_the_prompt_comes_from_a_pipe_once(shell: Shell, farm: Farm) -> None:
    ran = shell.run("flash", "--seeds", "1..3", "-o", "out/", env=farm.env, stdin=b"a fox\n")

    assert ran.code == 0, ran.err
    assert farm.prompts == ["a fox"] * 3


def test_a_local_reference_is_read_once_and_uploaded_once(shell: Shell) -> None:
    assert shell.run("flash", "a fox", "--sandbox", "-s", "512x512", "-o", "fox.png").code == 0

    ran = shell.run("flash", "at night", "-i", "fox.png", "--seeds", "1..4", "-o", "out/", "--sandbox")

    assert ran.code == 0, ran.err
    sidecars = [json.loads(file.read_text()) for file in (shell.cwd / "out").glob("*.json")]
    assert len(sidecars) == 4
    assert len({sidecar["inputs"][0]["url"] for sidecar in sidecars}) == 1


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--seeds", "1..2", "--seed", "3"), "`--seed` and `--seeds` do not go together."),
        (("--seeds", "1..2", "-o", "-"), "Many images cannot go to stdout at once."),
        (("--seeds", "1..2", "-o", "fox.png"), "Many images cannot go to `fox.png`, one file, at once."),
        (("--seeds", "x"), "`--seeds x`: `x` is neither a seed nor a range of seeds."),
        (("--seeds", "1..3", "-s", "9x9"), "`--size 9x9` has a width below 512 pixels."),
        (("--seeds", "1..3", "--steps", "3"), "`flash` does not take `--steps`: its steps are fixed."),
        (
            ("--seeds", "1..3", "-c", "0"),
            "Invalid value for `-c` / `--concurrency`: Input should be greater than or equal to 1.",
        ),
    ],
)
def test_one_sentence_about_what_is_wrong(shell: Shell, farm: Farm, argv: tuple[str, ...], said: str) -> None:
    ran = shell.run("flash", "a fox", *argv, env=farm.env)

    assert ran.code == 2
    assert ran.err.splitlines()[0] == f"error: {said}"
    assert farm.prompts == []
