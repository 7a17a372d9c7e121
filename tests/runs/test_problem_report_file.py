"""`flux2 doctor --report`: the file that it writes, what is in it, and what never is."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support import bfl_stub
from support.fal_stub import fal
from support.shell import Ran, Shell
from support.stub import Say, Stub

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
KEY = {"FAL_KEY": "the-id:the-s3cret"}


def reported(shell: Shell, *argv: str, env: dict[str, str] | None = None) -> tuple[Ran, str]:
    ran = shell.run("doctor", "--report", "--offline", *argv, env=env, now=NOW)
    return ran, (shell.cwd / "flux2-report.txt").read_text()


def section(text: str, title: str) -> list[str]:
    return text.split(f"\n{title}")[1].split("\n\n")[0].splitlines()[1:]


def test_the_report_has_checks_settings_and_no_jobs_on_a_fresh_machine(shell: Shell) -> None:
    ran, text = reported(shell, env=KEY)

    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "ok       report         flux2-report.txt; read it before you send it"
    assert text.startswith(
        "flux2 report of 2026-11-25T14:00:00Z\n\n"
        "Made by `flux2 doctor --report`, for an issue. Keys, prompts, labels and names of images are left out.\n"
        "Read it before you send it.\n\nsystem: "
    )
    assert section(text, "CHECKS")[0].startswith("ok       versions: flux2 ")
    assert "ok       fal key: set, not checked (environment FAL_KEY)" in section(text, "CHECKS")
    assert re.fullmatch(r"provider = fal +\(default\)", section(text, "SETTINGS")[0])
    assert section(text, "THE LAST JOBS") == ["none"]
    assert {file.name for file in shell.cwd.iterdir()} == {"flux2-report.txt"}
    assert not shell.state.exists()


def test_a_second_report_gets_a_name_of_its_own_and_json_names_it(shell: Shell) -> None:
    (shell.cwd / "flux2-report.txt").write_text("mine")

    ran = shell.run("doctor", "--report", "--offline", "--json", env=KEY)

    assert ran.json["report"] == str(shell.cwd / "flux2-report-2.txt")
    assert (shell.cwd / "flux2-report.txt").read_text() == "mine"
    assert (shell.cwd / "flux2-report-2.txt").read_text().startswith("flux2 report of ")
    assert shell.run("doctor", "--offline", "--json", env=KEY).json["report"] is None


def test_a_failed_check_is_in_the_report_and_the_exit_code_is_1(shell: Shell) -> None:
    ran, text = reported(shell)

    assert ran.code == 1
    assert "failed   fal key: not set, and requests go to it" in text


def test_what_is_ones_own_in_settings_is_left_out(shell: Shell, tmp_path: Path) -> None:
    shell.config.mkdir()
    (shell.config / "config.toml").write_text('label = "project-x"\noutput = "secret-art/"\n')
    env = {
        **KEY,
        "HOME": str(tmp_path),
        "FLUX2_WEBHOOK_URL": "https://hooks.example.com/services/T0/B0/XXXX?token=abc",
        "FLUX2_FAL_URL": "http://127.0.0.1:9/the-id:the-s3cret/x",
    }

    _, text = reported(shell, env=env)

    settings = {line.split(" = ")[0]: line.split(" = ")[1].split("  ")[0] for line in section(text, "SETTINGS")}
    assert (settings["label"], settings["output"]) == ("(set)", "(set)")
    assert settings["webhook_url"] == "https://hooks.example.com/..."
    assert settings["fal.url"] == "http://127.0.0.1:9/***/x"
    assert "(~/config/config.toml)" in text
    for secret in ("the-s3cret", "project-x", "secret-art", "XXXX", "abc", str(tmp_path)):
        assert secret not in text, secret


def test_a_stored_key_and_a_short_word_in_a_variable(shell: Shell) -> None:
    shell.run("keys", "set", "fal", stdin=b"stored-id:stored-s3cret")

    _, text = reported(shell, env={"MY_TOKEN": "ok", "FLUX2_FAL_URL": "http://127.0.0.1:9/stored-id:stored-s3cret"})

    assert "stored-s3cret" not in text
    assert "ok       versions" in text


PROMPT = "A red fox in the snow"
NOT_KNOWN = "whether fal accepted the job is not known."
REFUSED = {"detail": [{"loc": ["body", "prompt"], "msg": f"no: {PROMPT}", "type": "value_error", "input": PROMPT}]}


def last_job(shell: Shell, env: dict[str, str], *argv: str) -> list[str]:
    ran = shell.run(*argv, "--timeout", "2", env=env)
    assert ran.code != 0
    _, text = reported(shell, env=env)
    for private in (PROMPT, PROMPT[6:], "own-name", "my-label", "very-secret", "s3cret"):
        assert private not in text, private
    return [re.sub(r"^\S+Z  ", "", line.strip()) for line in section(text, "THE LAST JOBS")]


@pytest.mark.parametrize(
    ("say", "lines"),
    [
        (
            Say(status=422, body=REFUSED),
            [
                "rejected  fal, fal-ai/flux-2/flash, text",
                "error: usage: fal refused `prompt`: no: ***.",
                "request: {prompt: text, seed: number}",
                "reply: HTTP 422 {detail: [{loc: [text], msg: text, type: text, input: text}]}",
            ],
        ),
        (
            Say(status=500, body=b"<html>oops"),
            [
                "unknown  fal, fal-ai/flux-2/flash, text",
                f"error: unknown: The reply to the submit was lost (the provider answered 500): {NOT_KNOWN}",
                "request: {prompt: text, seed: number}",
                "reply: HTTP 500 of no type, 10 bytes, no JSON",
            ],
        ),
        (
            Say(body={"job": "j-1"}),
            [
                "unknown  fal, fal-ai/flux-2/flash, text",
                f"error: unknown: The reply to the submit was lost (the reply (200) names no request id): {NOT_KNOWN}",
                "request: {prompt: text, seed: number}",
                "reply: HTTP 200 {job: text}",
            ],
        ),
    ],
)  # fmt: skip
def test_a_refused_submit_is_shown_with_the_shape_of_its_reply(
    shell: Shell, stub: Stub, say: Say, lines: list[str]
) -> None:
    argv = ("flash", PROMPT, "--seed", "7", "-o", "own-name/", "--label", "my-label")

    assert last_job(shell, fal(stub, submit=say), *argv) == lines


def test_a_job_that_failed_is_shown_with_the_shape_of_its_status(shell: Shell, stub: Stub) -> None:
    env = bfl_stub.keyed(stub)
    bfl_stub.job(stub, {"id": "x", "status": "Error", "details": {"error": PROMPT}})

    lines = last_job(shell, env, "max", PROMPT, "-p", "bfl", "--label", "my-label")

    assert lines[0] == "failed  bfl, flux-2-max, text"
    assert lines[1].startswith("error: provider_failed: ")
    assert lines[1].endswith(": ***.")
    assert lines[2:] == ["request: {prompt: text}", "reply: HTTP 200 {id: text, status: text, details: {error: text}}"]


def test_the_last_ten_are_shown_newest_first(shell: Shell, stub: Stub) -> None:
    env = fal(stub, submit=Say(status=422, body=REFUSED))
    for number in range(11):
        shell.run("flash", f"fox number {number}", env=env, now=datetime(2026, 11, 25, 10, number, tzinfo=UTC))

    _, text = reported(shell, env=env)

    times = [line[:16] for line in section(text, "THE LAST JOBS") if line.startswith("2026")]
    assert times == [f"2026-11-25T10:{number:02}" for number in range(10, 0, -1)]


def test_wrong_settings_and_a_damaged_ledger_are_no_reason_for_no_report(shell: Shell) -> None:
    shell.config.mkdir()
    (shell.config / "config.toml").write_text('timeout = "soon"\n')
    ran, text = reported(shell)
    assert ran.code == 1
    assert section(text, "SETTINGS") == section(text, "THE LAST JOBS") == ["cannot be read"]

    (shell.config / "config.toml").unlink()
    (shell.cwd / "flux2-report.txt").unlink()
    shell.state.mkdir()
    (shell.state / "ledger.sqlite3").write_bytes(b"no database" * 100)
    ran, text = reported(shell)
    assert ran.code == 1
    assert section(text, "THE LAST JOBS") == ["cannot be read"]


def test_a_folder_that_cannot_be_written_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    ran = shell.run("doctor", "--report", "--offline", "--json", env=KEY)

    assert ran.code == 2
    assert ran.json["error"]["message"] == f"`{shell.cwd / 'flux2-report.txt'}` cannot be written: Permission denied."
    assert ran.json["error"]["hint"] == "run it in a folder that is yours"


def test_prices_can_be_in_the_report(shell: Shell) -> None:
    shell.run("doctor", "--prices", "--report", env={"FLUX2_SANDBOX": "1"})

    text = (shell.cwd / "flux2-report.txt").read_text()
    assert any(line.startswith("ok       fal prices: ") for line in section(text, "CHECKS"))
