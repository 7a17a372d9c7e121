"""What comes out where: closed streams, odd encodings, and texts that a terminal would obey."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.shell import Shell

FLUX2 = [sys.executable, "-m", "flux2cli"]


def run(shell: Shell, line: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of sh, in which `$flux2` is the program."""
    return subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, **shell.environ, "FLUX2_SANDBOX": "1", "flux2": " ".join(FLUX2), **env},
        cwd=shell.cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_closed_streams_do_no_harm(shell: Shell) -> None:
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        ran = run(shell, f"$flux2 flash fox --seed 5 --overwrite -o a.png {closed}")

        assert ran.returncode == 0, (closed, ran.stderr)
        assert (shell.cwd / "a.png").read_bytes().startswith(b"\x89PNG"), closed
        (shell.cwd / "a.png").unlink()

    assert json.loads(run(shell, "$flux2 flash fox --json 2>&-").stdout)["ok"] is True
    assert json.loads(run(shell, "$flux2 flash fox --json --bogus 2>&-").stdout)["error"]["exit_code"] == 2
    assert run(shell, "$flux2 --version >&-").returncode == 0


def test_the_ledger_is_not_opened_as_a_stream_that_is_closed(shell: Shell) -> None:
    code = (
        "import os, sys\n"
        "from flux2cli.app import App\n"
        "App.of_process()\n"
        "fd = os.open(os.devnull, os.O_RDONLY)\n"
        "open(sys.argv[1], 'w').write(str(fd))\n"
    )
    ran = run(shell, f'{sys.executable} -c "$code" fd <&- >&- 2>&-', code=code)

    assert ran.returncode == 0
    assert int((shell.cwd / "fd").read_text()) > 2


def test_an_image_for_a_closed_stdout_is_refused_before_anything_is_sent(shell: Shell) -> None:
    ran = run(shell, "$flux2 flash fox -o - >&-")

    assert ran.returncode == 2
    assert ran.stderr == (
        b"error: `-o -` would write the image to stdout, which is closed.\nhint: send it somewhere: -o - > fox.png\n"
    )
    assert not shell.state.exists()


def test_a_current_directory_that_is_gone_is_one_sentence(shell: Shell) -> None:
    ran = run(shell, "mkdir gone && cd gone && rmdir ../gone && $flux2 flash fox --json")

    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["message"] == (
        f"The current directory, {shell.cwd}/gone, does not exist any more."
    )
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_paths_are_the_bytes_on_disk_in_every_locale(shell: Shell, encoding: str) -> None:
    plain = run(shell, "$flux2 flash 狐 --seed 5 -o 狐/ -q", PYTHONIOENCODING=encoding)
    document = run(shell, "$flux2 flash 狐 --seed 6 -o 狐/ --json -q", PYTHONIOENCODING=encoding)

    assert (plain.returncode, plain.stdout.decode()) == (0, "狐/狐-5.png\n")
    assert json.loads(document.stdout)["images"][0]["path"] == "狐/狐-6.png"


@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are UTF-8 there")
def test_a_name_that_is_no_text_is_printed_as_it_is_and_escaped_in_json(shell: Shell) -> None:
    plain = run(shell, "$flux2 flash fox -q -o \"$(printf 'a\\377.png')\"")
    document = run(shell, "$flux2 flash fox -q --json -o \"$(printf 'b\\377.png')\"")

    assert (plain.returncode, plain.stdout) == (0, b"a\xff.png\n")
    path = json.loads(document.stdout)["images"][0]["path"]
    assert path == "b\udcff.png"
    assert Path(os.fsdecode(bytes(shell.cwd) + b"/b\xff.png")).exists()


HOSTILE = "fox \u202egnp.exe \ufeff ##[add-mask]x"


def test_json_and_sidecars_hold_no_character_that_reorders_text(shell: Shell) -> None:
    ran = shell.run("flash", HOSTILE, "-o", "a.png", "--json", "--sandbox")
    plan = shell.run("flash", HOSTILE, "--dry-run")
    listed = shell.run("jobs", "list", "--json", "--sandbox")
    written = (shell.cwd / "a.png.json").read_text()

    assert ran.code == 0, ran.err
    for text in (plan.out, listed.out, written):
        assert '"fox \\u202egnp.exe \\ufeff #\\u0023[add-mask]x"' in text
        assert "\u202e" not in text
    assert json.loads(written)["prompt"] == HOSTILE


def test_a_path_is_exact_in_a_pipe_and_harmless_on_a_terminal(shell: Shell) -> None:
    name = "a\u202egnp.png"
    piped = shell.run("flash", "fox", "-o", name, "--sandbox")
    shown = shell.run("jobs", "list", "--sandbox", terminal=True, env={"COLUMNS": "160"})
    fetched = shell.run("flash", "fox", "-o", name, "--overwrite", "-q", "--sandbox", terminal=True)

    assert piped.out == f"{name}\n"
    assert shown.out.rstrip().endswith("  a\N{REPLACEMENT CHARACTER}gnp.png")
    assert fetched.out == "a\N{REPLACEMENT CHARACTER}gnp.png\n"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "[1, NaN]"])
def test_a_number_that_json_does_not_have_is_not_sent(shell: Shell, value: str) -> None:
    ran = shell.run("flash", "fox", "--param", f"strength={value}", "--dry-run", "--json")

    assert ran.code == 2
    assert ran.json["error"]["message"] == "`--param strength`: the value is not JSON."


@pytest.mark.parametrize("place", ["##[add-mask]x.png", "{slug}-##[.png", "##[/"])
def test_an_output_that_a_ci_runner_would_obey_is_refused(shell: Shell, place: str) -> None:
    ran = shell.run("flash", "fox", "-o", place, "--dry-run")

    assert ran.code == 2
    assert ran.err.startswith("error: `-o` has `## [` in it, which GitHub's runner would obey")


def test_a_prompt_in_a_name_is_no_command_to_a_ci_runner(shell: Shell) -> None:
    ran = shell.run("flash", "fox ##[add-mask]x", "-o", "{prompt}.{ext}", "--sandbox")

    assert ran.out == "fox ##-add-mask]x.png\n"
