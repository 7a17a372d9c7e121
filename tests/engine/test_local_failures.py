"""What goes wrong on this machine before a submit: nothing is sent, nothing is held, and the next run begins anew."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.fal_stub import fal
from support.images import PNG
from support.shell import Ran, Shell
from support.socks_server import CERTIFICATE, SocksServer
from support.stub import Say, Stub

from flux2cli.edges.http.transports import Transports

KEY = {"FAL_KEY": "id:very-secret", "FLUX2_BUDGET_PER_DAY": "0.01"}
WRONG = [
    ({"SSL_CERT_FILE": "/nope.pem"}, "SSL_CERT_FILE"),
    ({"SSL_CERT_DIR": "/nope"}, "SSL_CERT_DIR"),
    ({"HTTPS_PROXY": "ftp://proxy"}, "HTTPS_PROXY"),
    ({"ALL_PROXY": "://"}, "ALL_PROXY"),
    ({"https_proxy": "http://proxy:port"}, "https_proxy"),
]
COMMANDS = [("flash", "a fox", "-o", "fox.png"), ("batch", "p.txt", "-m", "flash", "-o", "o/"),
            ("flash", "a fox", "--seeds", "1,2,3")]  # fmt: skip


def run(shell: Shell, *argv: str, env: Mapping[str, str]) -> Ran:
    (shell.cwd / "p.txt").write_text("a fox\nan owl\na bear\n")
    return shell.run(*argv, env={**KEY, **env})


def jobs(shell: Shell) -> list[Any]:
    listed = shell.run("jobs", "list", "--json", env=KEY).json
    assert isinstance(listed, list)
    return listed


@pytest.mark.parametrize(("wrong", "variable"), WRONG)
@pytest.mark.parametrize("argv", COMMANDS)
def test_a_setting_of_the_network_that_cannot_be_used_is_found_before_anything_is_begun(
    shell: Shell, argv: tuple[str, ...], wrong: dict[str, str], variable: str
) -> None:
    ran = run(shell, *argv, env=wrong)

    assert (ran.code, ran.out) == (2, "")
    assert f"error: The {'certificates' if 'SSL' in variable else 'proxy'}" in ran.err
    assert variable in ran.err
    assert jobs(shell) == []


@pytest.mark.parametrize("argv", COMMANDS)
def test_a_failure_that_nobody_foresaw_is_not_sent_and_the_budget_is_free_again(
    shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    env = {**fal(stub), "FLUX2_BUDGET_PER_DAY": "0.02"}
    with monkeypatch.context() as patched:
        patched.setattr(Transports, "transport_for", _broken)
        ran = run(shell, *argv, env=env)

    assert ran.code == 5, ran.err
    assert "the request to 127.0.0.1" in ran.err
    assert "could not be made here (ImportError: no such module)" in ran.err
    assert {job["state"] for job in jobs(shell)} == {"not-sent"}
    assert stub.posts() == []

    again = run(shell, *argv, env=env)

    assert again.code == 0, again.err
    assert {job["state"] for job in jobs(shell)} == {"not-sent", "saved"}


def _broken(*_: object) -> None:
    raise ImportError("no such module")


def test_a_whole_job_through_a_socks_proxy(shell: Shell, stub: Stub) -> None:
    root = "https://queue.fal.run/fal-ai/flux-2/requests/r-1"
    follow = {"status_url": f"{root}/status", "response_url": root, "cancel_url": f"{root}/cancel"}
    stub.on("POST", "/fal-ai/flux-2/flash", Say(body={"request_id": "r-1", "status": "IN_QUEUE", **follow}))
    stub.on("GET", "/fal-ai/.*/status.*", Say(body={"status": "COMPLETED", "logs": []}))
    stub.on("GET", "/fal-ai/.*/r-1", Say(body={"images": [{"url": f"{stub.url}/a.png"}], "seed": 5}))
    stub.on("GET", "/a.png", Say(body=PNG))
    with SocksServer(stub.url) as proxy:
        env = {"ALL_PROXY": f"socks5h://{proxy.address}", "SSL_CERT_FILE": str(CERTIFICATE)}
        ran = run(shell, "flash", "a fox", "-o", "fox.png", env=env)

    assert (ran.code, ran.out) == (0, "fox.png\n"), ran.err
    assert [sent.path for sent in stub.posts()] == ["/fal-ai/flux-2/flash"]
    assert set(proxy.asked) == {"queue.fal.run:443"}
