"""A broken stream, a stalled one, and a proxy that holds everything back: each ends in a saved image."""

import pytest
from support.fal_stub import fal
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.core.job import retry


@pytest.mark.parametrize("fault", ["stream-cut", "stream-stall", "stream-buffered", "stream-broken"])
def test_a_stream_in_trouble_ends_in_a_saved_image(shell: Shell, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "STREAM_PATIENCE", 0.4)

    ran = shell.run("flash", "fox", "--seed", "7", "--sandbox", env={"FLUX2_SANDBOX_FAULT": fault})

    assert ran.code == 0, ran.err
    assert shell.files() == ["fox-7.png", "fox-7.png.json"]


def test_a_stream_that_sends_only_comments_is_stalled(
    shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "STREAM_PATIENCE", 0.3)
    env = fal(stub)
    held = Say(body=b": ping\n\n", headers={"Content-Type": "text/event-stream"}, length=1000, wait=0.1)
    stub._rules.insert(0, ("GET", __import__("re").compile(".*/status/stream.*"), [held]))

    ran = shell.run("flash", "fox", env=env)

    assert ran.code == 0, ran.err
    assert [seen.path.rpartition("/")[2] for seen in stub.seen if "/status" in seen.path] == ["stream?logs=1", "status"]
    assert len(stub.posts()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Say(status=404, body={"detail": "Not Found"}),
        Say(status=200, body={"status": "IN_PROGRESS"}),
        Say(status=500),
        Say(drop=True),
        Say(body=b"data: not json\n\n", headers={"Content-Type": "text/event-stream"}),
    ],
    ids=["404", "json", "500", "dropped", "nonsense"],
)
def test_a_stream_that_answers_something_else_is_done_without(shell: Shell, stub: Stub, answer: Say) -> None:
    env = fal(stub)
    stub._rules.insert(0, ("GET", __import__("re").compile(".*/status/stream.*"), [answer]))

    ran = shell.run("flash", "fox", env=env)

    assert ran.code == 0, ran.err
    assert shell.files() == ["fox-5.png", "fox-5.png.json"]
    assert len(stub.posts()) == 1
