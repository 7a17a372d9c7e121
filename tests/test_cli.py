"""What a terminal gets of an error, and the log of one that nobody expected."""

import json

import pytest
from support.shell import Shell
from support.stub import Say, Stub


def test_control_characters_of_a_server_do_not_reach_the_terminal(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=422, body={"detail": "\x1b]0;title\x07 [bold]no[/bold]"}))

    ran = shell.run("flash", "fox", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "[bold]no[/bold]" in ran.err


def test_an_unexpected_error_names_a_log_without_keys(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("very-secret leaked")

    monkeypatch.setattr("flux2cli.runs.submission.request_of", broken)

    ran = shell.run("flash", "fox", "--json", env={"FAL_KEY": "very-secret"})

    assert (ran.code, ran.json["error"]["code"]) == (1, "internal")
    [log] = list((shell.state / "log").iterdir())
    assert str(log) in ran.json["error"]["hint"]
    assert "very-secret" not in log.read_text() + ran.err + ran.out
    assert json.dumps(ran.json)
