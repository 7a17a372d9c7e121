"""`flux2 doctor`: what it finds on a fresh machine, with keys good and bad, and in places that do not work."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.fal_stub import fal
from support.sandbox_rig import new_sandbox
from support.shell import Ran, Shell
from support.socks_server import CERTIFICATE
from support.stub import Say, Stub

KEYS = {"FAL_KEY": "fal-s3cret", "VTRIX_API_KEY": "vtrix-s3cret", "BFL_API_KEY": "bfl-s3cret"}
PRICING = r"/api/v1/models/pricing\?endpoint_id=fal-ai/flux-2"
TASK = r"/model/v1/generation/task/flux2-doctor"


@pytest.fixture
def provider(stub: Stub) -> Stub:
    """All three providers at one address, content with every key."""
    stub.on("GET", PRICING, Say(body={"prices": []}))
    stub.on("GET", TASK, Say(status=404, body={"error": {"message": "task not found"}}))
    stub.on("GET", "/v1/credits", Say(body={"credits": 1234.5}))
    return stub


def at(stub: Stub) -> dict[str, str]:
    return {**KEYS, **{f"FLUX2_{name}_URL": stub.url for name in ("FAL", "VTRIX", "BFL")}}


def found(ran: Ran) -> dict[str, dict[str, Any]]:
    assert ran.json["schema"] == "flux2cli/doctor/1"
    return {check["name"]: check for check in ran.json["checks"]}


def failures(ran: Ran) -> list[str]:
    """The messages of the settings' failed checks."""
    return [c["message"] for c in ran.json["checks"] if (c["name"], c["status"]) == ("settings", "failed")]


def test_a_fresh_machine_lacks_the_key_of_the_provider_that_requests_go_to(shell: Shell) -> None:
    ran = shell.run("doctor", "--json")

    checks = found(ran)
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert {name for name, check in checks.items() if check["status"] != "ok"} == {"fal key"}
    assert checks["fal key"]["message"] == "not set, and requests go to it"
    assert checks["fal key"]["hint"] == (
        "get one at https://fal.ai/dashboard/keys; then `flux2 keys set fal`, or export FAL_KEY=..."
    )
    assert checks["vtrix key"]["message"] == "not set, and not needed"
    assert checks["ledger"]["message"] == "no jobs yet"
    assert checks["state folder"]["message"] == f"{shell.state}, not made yet"


def test_it_makes_no_files(shell: Shell, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))

    shell.run("doctor", "--offline")

    assert set(tmp_path.rglob("*")) == before


def test_in_the_sandbox_no_key_is_needed(shell: Shell) -> None:
    ran = shell.run("doctor", "--json", env={"FLUX2_SANDBOX": "1"})

    assert ran.code == 0
    assert found(ran)["sandbox"] == {
        "name": "sandbox",
        "status": "warning",
        "message": "every run goes to the emulator (environment FLUX2_SANDBOX)",
        "hint": None,
    }
    assert found(ran)["fal key"]["status"] == "ok"


def test_keys_that_are_accepted(shell: Shell, provider: Stub) -> None:
    ran = shell.run("doctor", "--json", env=at(provider))

    checks = found(ran)
    assert ran.code == 0, ran.out
    assert checks["fal key"]["message"] == "accepted (environment FAL_KEY)"
    assert checks["vtrix key"]["message"] == "accepted (environment VTRIX_API_KEY)"
    assert checks["bfl key"]["message"] == "accepted, 1234.5 credits left ($12.35) (environment BFL_API_KEY)"
    assert [seen.method for seen in provider.seen] == ["GET", "GET", "GET"]
    headers = [seen.headers.get("authorization") or seen.headers["x-key"] for seen in provider.seen]
    assert headers == ["Key fal-s3cret", "Bearer vtrix-s3cret", "bfl-s3cret"]


def test_addresses_of_the_users_own_are_named(shell: Shell, provider: Stub) -> None:
    check = found(shell.run("doctor", "--json", env=at(provider)))["bfl address"]

    assert check["status"] == "warning"
    assert check["message"] == f"requests go to {provider.url} (environment FLUX2_BFL_URL)"


def test_keys_never_show(shell: Shell, provider: Stub) -> None:
    for argv in (["doctor"], ["doctor", "--json"], ["doctor", "--offline"]):
        ran = shell.run(*argv, env=at(provider))

        assert "s3cret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("status", "body", "level", "message"),
    [
        (401, {"detail": "no"}, "failed", "rejected by fal (environment FAL_KEY)"),
        (403, {"detail": "no"}, "failed", "rejected by fal (environment FAL_KEY)"),
        (403, {"detail": "Exhausted balance"}, "warning", "accepted, but no balance is left (environment FAL_KEY)"),
        (503, {}, "warning", "not checked: fal answered HTTP 503"),
        (302, {}, "warning", "not checked: fal answered HTTP 302"),
    ],
)
def test_what_fal_says_about_a_key(
    shell: Shell, stub: Stub, status: int, body: object, level: str, message: str
) -> None:
    stub.on("GET", PRICING, Say(status=status, body=body))

    ran = shell.run("doctor", "--json", env={"FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url})

    check = found(ran)["fal key"]
    assert (check["status"], check["message"]) == (level, message)
    assert ran.code == (1 if level == "failed" else 0)


def test_a_vtrix_key_that_is_rejected(shell: Shell, stub: Stub) -> None:
    stub.on("GET", TASK, Say(status=401, body={"error": "no"}))

    ran = shell.run(
        "doctor", "--json", env={"VTRIX_API_KEY": "a", "FLUX2_VTRIX_URL": stub.url, "FLUX2_PROVIDER": "vtrix"}
    )

    assert (ran.code, found(ran)["vtrix key"]["status"]) == (1, "failed")
    assert "flux2 keys set vtrix" in found(ran)["vtrix key"]["hint"]


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404])
@pytest.mark.parametrize(
    ("provider", "variable"), [("fal", "FAL_KEY"), ("vtrix", "VTRIX_API_KEY"), ("bfl", "BFL_API_KEY")]
)
def test_a_page_on_the_way_says_nothing_about_a_key(
    shell: Shell, stub: Stub, provider: str, variable: str, status: int
) -> None:
    stub.on("GET", ".*", Say(status=status, body=b"<html><head><title>Hotel Wi-Fi</title></head></html>"))

    ran = shell.run("doctor", "--json", env={variable: "a:b", f"FLUX2_{provider.upper()}_URL": stub.url})

    check = found(ran)[f"{provider} key"]
    title = {"fal": "fal", "vtrix": "Vtrix", "bfl": "Black Forest Labs"}[provider]
    said = f"something between here and {title} answered {status} with an HTML page: Hotel Wi-Fi"
    assert (check["status"], check["message"]) == ("failed", f"not checked: {said} (environment {variable})")
    assert check["hint"].startswith("check the network and proxies")


def test_a_provider_that_does_not_answer(shell: Shell, stub: Stub) -> None:
    stub.on("GET", PRICING, Say(drop=True))

    ran = shell.run("doctor", "--json", env={"FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url})

    assert (ran.code, found(ran)["fal key"]["status"]) == (1, "failed")
    assert found(ran)["fal key"]["message"].startswith("not checked: the connection to 127.0.0.1")


def test_offline_asks_nobody(shell: Shell, provider: Stub) -> None:
    ran = shell.run("doctor", "--json", "--offline", env=at(provider))

    assert (ran.code, provider.seen) == (0, [])
    assert found(ran)["fal key"]["message"] == "set, not checked (environment FAL_KEY)"


def test_the_sandbox_takes_the_calls_as_the_providers_do(shell: Shell, tmp_path: Path) -> None:
    with new_sandbox(tmp_path / "emulator") as server:
        env = {**KEYS, **{f"FLUX2_{name}_URL": server.url for name in ("FAL", "VTRIX", "BFL")}}
        checks = found(shell.run("doctor", "--json", env=env))

    assert [checks[f"{name} key"]["status"] for name in ("fal", "vtrix", "bfl")] == ["ok", "ok", "ok"]


def test_a_line_per_check_and_hints_below(shell: Shell) -> None:
    ran = shell.run("doctor", "--offline", env={"COLUMNS": "60"})

    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (1, "")
    assert lines[0].startswith("ok       versions       flux2 ")
    assert "failed   fal key        not set, and requests go to it" in lines
    assert lines[lines.index("failed   fal key        not set, and requests go to it") + 1] == (
        "                        hint: get one at"
    )
    assert all(len(line) <= 60 or str(shell.cwd.parent) in line for line in lines)


def test_jobs_that_wait_are_counted(shell: Shell) -> None:
    shell.run("flash", "a fox", "--no-wait", "--sandbox")
    (shell.state / "sandbox" / "ledger.sqlite3").rename(shell.state / "ledger.sqlite3")

    check = found(shell.run("doctor", "--json"))["ledger"]

    assert (check["status"], check["message"], check["hint"]) == ("ok", "1 unsettled job", "`flux2 jobs fetch`")


def test_the_ledger_and_the_budget_are_those_that_runs_use(shell: Shell, stub: Stub) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    shell.run("flash", "a fox", "--no-wait", "--sandbox")
    env = {**fal(stub), "FLUX2_BUDGET_PER_DAY": "0.02"}
    shell.run("flash", "a fox", env=env, now=moment)

    def message(name: str, extra: dict[str, str]) -> str:
        ran = shell.run("doctor", "--offline", "--json", env={**env, **extra}, now=moment)
        return str(found(ran)[name]["message"])

    assert message("ledger", {"FLUX2_SANDBOX": "1"}) == "the sandbox, 1 unsettled job"
    assert message("ledger", {}) == "no unsettled jobs"
    assert message("budget", {}) == "$0.005 of $0.02 used today (UTC)"


def test_a_damaged_ledger(shell: Shell) -> None:
    shell.state.mkdir(mode=0o700)
    (shell.state / "ledger.sqlite3").write_bytes(b"not a database, whatever its name says" * 100)

    ran = shell.run("doctor", "--json")

    assert (ran.code, found(ran)["ledger"]["status"]) == (1, "failed")
    assert "is damaged" in found(ran)["ledger"]["message"]


def test_a_ledger_whose_pages_contradict_each_other(shell: Shell) -> None:
    shell.run("flash", "a fox", "--no-wait", "--sandbox")
    file = shell.state / "ledger.sqlite3"
    (shell.state / "sandbox" / "ledger.sqlite3").rename(file)
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = int(db.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'").fetchone()[0])
    db.close()
    data = bytearray(file.read_bytes())
    at_page = (pages - 1) * 4096
    data[at_page + 3 : at_page + 5] = b"\x00\x00"
    file.write_bytes(data)

    check = found(shell.run("doctor", "--json"))["ledger"]

    assert check["status"] == "failed"


def test_a_state_directory_that_others_can_read(shell: Shell) -> None:
    shell.state.mkdir(mode=0o755)
    shell.state.chmod(0o755)

    check = found(shell.run("doctor", "--json"))["state folder"]

    assert (check["status"], check["hint"]) == ("warning", f"chmod 700 '{shell.state}'")


def test_a_file_where_a_directory_should_be(shell: Shell) -> None:
    shell.config.write_text("")

    ran = shell.run("doctor", "--json", env={"FLUX2_SANDBOX": "1"})

    assert ran.code == 1
    assert found(ran)["config folder"]["message"] == f"{shell.config}: {shell.config} is not a directory"


def test_a_wrong_setting(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text('timeout = "x"')

    ran = shell.run("doctor", "--json")

    assert (ran.code, found(ran)["settings"]["status"]) == (1, "failed")
    assert "timeout" in found(ran)["settings"]["message"]


def test_every_wrong_setting_is_a_failed_check(shell: Shell) -> None:
    shell.config.mkdir()
    file = shell.config / "config.toml"
    file.write_text('timeout = "x"\nlabel = 5\n')
    wrong = shell.run("doctor", "--offline", "--json")
    file.write_text('output = "5"\n')
    misplaced = shell.run("doctor", "--offline", "--json")

    assert (wrong.code, misplaced.code) == (1, 1)
    assert failures(wrong) == [
        f"`timeout = x` in {file} is not a time from 0 to a year.",
        f"`label = 5` in {file} is not text.",
    ]
    assert failures(misplaced) == [f"`output = 5` in {file} has no image suffix."]


def test_a_proxy_is_named_without_its_password(shell: Shell) -> None:
    ran = shell.run("doctor", "--json", "--offline", env={"HTTPS_PROXY": "http://me:s3cret@proxy.example:3128"})

    assert found(ran)["proxy"]["message"] == "http://proxy.example:3128 for fal, vtrix, bfl"
    assert "s3cret" not in ran.out


@pytest.mark.parametrize(
    ("name", "variable", "value", "message"),
    [
        ("certificates", "SSL_CERT_FILE", "/nope.pem",
         "The certificates in `/nope.pem` (SSL_CERT_FILE) cannot be loaded: No such file or directory."),
        ("certificates", "SSL_CERT_DIR", "/nope",
         "The certificates in `/nope` (SSL_CERT_DIR) cannot be loaded: it is not a directory."),
        ("proxy", "ALL_PROXY", "http://me:s3cret@:3128", "The proxy in ALL_PROXY cannot be used: it has no host."),
        ("proxy", "HTTPS_PROXY", "http://proxy:0", "The proxy in HTTPS_PROXY cannot be used: its port is 0."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("offline", [["--offline"], []])
def test_what_keeps_requests_from_being_made_fails(
    shell: Shell, name: str, variable: str, value: str, message: str, offline: list[str]
) -> None:
    ran = shell.run("doctor", "--json", *offline, env={variable: value, "FAL_KEY": "fal-s3cret"})

    assert (ran.code, found(ran)[name]["status"], found(ran)[name]["message"]) == (1, "failed", message)
    assert "s3cret" not in ran.out + ran.err
    if not offline:
        assert found(ran)["fal key"]["message"].startswith(f"not checked: {message.rstrip('.')}")


def test_a_socks_proxy_is_named(shell: Shell) -> None:
    ran = shell.run("doctor", "--json", "--offline", env={"ALL_PROXY": "socks5h://127.0.0.1:1080"})

    assert (found(ran)["proxy"]["status"], found(ran)["proxy"]["message"]) == (
        "ok",
        "socks5h://127.0.0.1:1080 for fal, vtrix, bfl",
    )


def test_certificates_of_ones_own_are_named(shell: Shell) -> None:
    check = found(shell.run("doctor", "--json", "--offline", env={"SSL_CERT_FILE": str(CERTIFICATE)}))["certificates"]

    assert (check["status"], check["message"]) == ("ok", f"from {CERTIFICATE} (SSL_CERT_FILE)")


def test_the_day_s_budget_is_a_number_in_json(shell: Shell, stub: Stub) -> None:
    env = {**at(stub), "FLUX2_BUDGET_PER_DAY": "5.00"}

    assert shell.run("doctor", "--json", "--offline", env=env).json["budget"] == {
        "per_day": "5.00", "used_today": "0.00", "spent": "0.00", "held": "0.00", "unpriced": 0, "currency": "USD"
    }  # fmt: skip
    assert shell.run("doctor", "--json", "--offline").json["budget"] is None
    broken = shell.run("doctor", "--json", "--offline", env={"FLUX2_BUDGET_PER_DAY": "much"})
    assert (broken.code, broken.json["budget"]) == (1, None)
