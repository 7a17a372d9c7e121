"""A fourth provider, from the plug-in in `plugin/flux2_acme`, with every command that knows providers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.shell import Shell
from support.stub import Say, Stub

PLUGIN = Path(__file__).parent / "plugin"


@pytest.fixture
def shell(shell: Shell) -> Shell:
    """Runs command lines in this process, with the plug-in."""
    shell.environ["FLUX2_PLUGINS"] = "flux2_acme"
    return shell


def test_models_knows_its_routes_prices_and_schema(shell: Shell) -> None:
    rows = shell.run("models", "--json").json
    [quick] = [row for row in shell.run("models", "flash", "--json").json if row["provider"] == "acme"]

    assert [(row["endpoint"], row["command"]) for row in rows if row["provider"] == "acme"] == [
        ("quick", "flash"),
        ("studio", "pro"),
    ]
    assert (quick["price"]["first_megapixel"], quick["price"]["extra_megapixel"]) == ("0.004", "0.002")
    assert sorted(quick["schema"]["properties"]) == ["h", "seed", "text", "type", "w"]
    assert "flash     acme      text              0.004, then 0.002" in shell.run("models").out


def test_help_names_it(shell: Shell) -> None:
    assert "Where to run it: fal, acme." in " ".join(shell.run("flash", "--help").out.split())


def test_a_dry_run_shows_its_request_with_its_own_setting(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "acme", "-s", "square", "--seed", "7", "--dry-run", "--json",
                    env={"FLUX2_ACME_TIER": "fast"})  # fmt: skip

    assert ran.code == 0, ran.err
    assert (ran.json["method"], ran.json["url"]) == ("POST", "https://api.acme.example/acme/jobs")
    assert ran.json["body"] == {
        "model": "quick",
        "tier": "fast",
        "input": {"text": "a fox", "w": 512, "h": 512, "seed": 7},
    }
    assert ran.json["cost"]["amount"] == "0.004"


def test_its_setting_takes_its_choices_only(shell: Shell) -> None:
    ran = shell.run("config", "set", "acme.tier", "warp")

    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: `acme.tier warp` is not one of slow, fast.")


def test_what_it_does_not_take_is_said_with_its_reason(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "acme", "--num", "2", "--json")

    assert ran.code == 2
    assert ran.json["error"]["message"] == "`--num` is not taken by quick: Acme draws one image at a time."


def test_keys_are_stored_listed_and_removed(shell: Shell) -> None:
    stored = shell.run("keys", "set", "acme", stdin=b"t0ken\n")
    listed = shell.run("keys", "list", "--json").json
    given = shell.run("keys", "list", env={"ACME_TOKEN": "other"})
    removed = shell.run("keys", "remove", "acme")

    assert stored.err == f"stored the acme key in {shell.config / 'keys.json'}\n"
    assert {row["provider"]: row["set"] for row in listed} == {"fal": False, "vtrix": False, "bfl": False, "acme": True}
    assert "acme   environment ACME_TOKEN" in given.out.splitlines()
    assert removed.code == 0


def test_without_a_key_its_variable_is_named(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "acme", "--json")

    assert ran.code == 3
    assert ran.json["error"]["hint"] == (
        "`export ACME_TOKEN=...`, or store it: `flux2 keys set acme`; `--sandbox` needs none"
    )


@pytest.mark.parametrize(
    ("status", "said"), [(200, "ok       acme key       accepted"), (401, "failed   acme key       rejected by acme")]
)
def test_doctor_asks_it_about_its_key(shell: Shell, stub: Stub, status: int, said: str) -> None:
    stub.on("GET", "/acme/account", Say(status=status, body={}))

    ran = shell.run("doctor", env={"FLUX2_ACME_URL": stub.url, "ACME_TOKEN": "t0ken"})

    assert said in ran.out
    assert "ok       plug-ins       acme (flux2_acme), from environment FLUX2_PLUGINS" in ran.out
    assert stub.seen[0].headers["x-acme-token"] == "t0ken"


def test_a_sandbox_run_is_recorded_like_any_other(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "acme", "--seed", "7", "-s", "512x256", "--sandbox", "--json")
    [job] = shell.run("jobs", "list", "--sandbox", "--provider", "acme", "--json").json
    record = json.loads((shell.cwd / "a-fox-7.png.json").read_text())

    assert ran.code == 0, ran.err
    assert [(i["width"], i["height"], i["path"]) for i in ran.json["images"]] == [(512, 256, "a-fox-7.png")]
    assert (ran.json["cost"]["amount"], ran.json["cost"]["source"]) == ("0.004", "sandbox")
    assert (job["provider"], job["state"], job["request_id"]) == ("acme", "saved", ran.json["request_id"])
    assert (record["provider"], record["variant"], record["seed"]) == ("acme", "flash", 7)


def test_what_it_failed_is_told_in_its_words(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "acme", "--sandbox", "--json", env={"FLUX2_SANDBOX_FAULT": "failed"})

    assert (ran.code, ran.json["error"]["message"]) == (7, "Acme failed the job: the brush broke.")


def real_run(shell: Shell, stub: Stub) -> Any:
    stub.on("POST", "/acme/jobs", Say(body={"job": "job-1"}))
    stub.on("GET", "/acme/jobs/job-1", Say(body={"state": "waiting"}))
    return shell.run("flash", "a fox", "-p", "acme", "--no-wait", "--json",
                     env={"FLUX2_ACME_URL": stub.url, "ACME_TOKEN": "t0ken"})  # fmt: skip


def test_cost_adds_it_up(shell: Shell, stub: Stub) -> None:
    assert real_run(shell, stub).code == 0

    assert [line.split()[0] for line in shell.run("cost", "--by", "provider").out.splitlines()][:1] == ["acme"]


def test_a_job_of_a_plug_in_that_is_gone_is_listed_and_names_what_is_missing(shell: Shell, stub: Stub) -> None:
    job = real_run(shell, stub).json["job_id"]
    del shell.environ["FLUX2_PLUGINS"]

    listed = shell.run("jobs", "list")
    fetched = shell.run("jobs", "fetch", job)

    assert "acme\tflash" in listed.out
    assert fetched.code == 2
    assert "There is no provider `acme`." in fetched.err
    assert "the provider of a plug-in is there while `plugins` names its module" in fetched.err


def test_a_batch_mixes_it_with_the_others(shell: Shell) -> None:
    (shell.cwd / "rows.csv").write_text("prompt,variant,provider\na fox,flash,acme\na cat,flash,fal\n")

    ran = shell.run("batch", "rows.csv", "--sandbox", "-o", "out/")

    assert ran.code == 0, ran.err
    assert len([name for name in shell.files() if name.endswith(".png")]) == 2


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completions_offer_it_and_are_the_committed_ones_without(shell: Shell, name: str) -> None:
    script = shell.run("completion", name).out
    del shell.environ["FLUX2_PLUGINS"]

    assert "acme.tier" in script
    assert "acme" not in shell.run("completion", name).out


def test_the_installed_script_knows_it(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(PLUGIN),
        "FLUX2_CONFIG_DIR": str(tmp_path / "config"),
        "FLUX2_STATE_DIR": str(tmp_path / "state"),
        "FLUX2_CACHE_DIR": str(tmp_path / "cache"),
        "FLUX2_SANDBOX_LATENCY": "0",
    }
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('plugins = ["flux2_acme"]\nprovider = "acme"\n')

    def flux2(*argv: str) -> str:
        script = Path(sys.executable).parent / "flux2"
        ran = subprocess.run(
            [str(script), *argv], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert flux2("flash", "a fox", "--seed", "7", "--sandbox") == "a-fox-7.png\n"
    assert "acme\tflash" in flux2("jobs", "list", "--sandbox")
    assert "One of: fal, vtrix, bfl, acme." in flux2("keys", "set", "--help")
    assert "acme.tier = slow" in flux2("config", "show")
    assert "acme" in flux2("models")
    assert '"quick"' in flux2("flash", "a fox", "--dry-run")
    assert "acme.tier" in flux2("completion", "bash")
    assert flux2("cost") == ""
