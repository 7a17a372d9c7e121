"""A whole job of fal on a scripted server."""

from typing import Any

from support.images import PNG
from support.shell import Shell
from support.stub import Say, Stub


def fal(stub: Stub, *, image: Any = PNG, submit: Say | None = None, seed: Any = 5) -> dict[str, str]:
    """Script a whole job on the stub; the environment that sends flux2 there."""
    root = f"{stub.url}/queue/fal-ai/flux-2/requests/r-1"
    reply = {
        "request_id": "r-1",
        "status": "IN_QUEUE",
        "queue_position": 0,
        "status_url": f"{root}/status",
        "response_url": root,
        "cancel_url": f"{root}/cancel",
    }
    stub.on("POST", "/queue/.*", submit or Say(body=reply))
    done = b'data: {"status": "COMPLETED", "logs": []}\n\n'
    stub.on("GET", ".*/status/stream.*", Say(body=done, headers={"Content-Type": "text/event-stream"}))
    stub.on("GET", ".*/status", Say(body={"status": "COMPLETED", "logs": []}))
    result = {"images": [{"url": f"{stub.url}/cdn/a.png"}], "seed": seed}
    stub.on("GET", "/queue/.*/requests/r-1", Say(body={k: v for k, v in result.items() if v is not None}))
    stub.on("GET", "/cdn/.*", image if isinstance(image, Say) else Say(body=image))
    return {"FLUX2_FAL_URL": stub.url, "FAL_KEY": "id:very-secret"}


def left(shell: Shell, stub: Stub, *argv: str) -> tuple[str, dict[str, str]]:
    """A job that was submitted and left to run, and the environment."""
    env = fal(stub)
    ran = shell.run("flash", "fox", "--no-wait", *argv, env=env)
    assert ran.code == 0, ran.err
    return ran.out.strip(), env


def check_submit(shell: Shell, stub: Stub, argv: list[str], endpoint: str, body: dict[str, Any]) -> None:
    """The command line submits exactly this body to this endpoint, with the key where it belongs."""
    stub.on("POST", ".*", Say(body={"request_id": "r-1", "status": "IN_QUEUE", "queue_position": 0}))

    ran = shell.run(*argv, "--no-wait", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "key-id:key-secret"})

    assert ran.code == 0, ran.err
    [sent] = stub.seen
    assert (sent.method, sent.path) == ("POST", f"/queue/{endpoint}")
    assert sent.json == body
    assert sent.headers["authorization"] == "Key key-id:key-secret"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["accept"] == "application/json"
    assert "key-secret" not in ran.out + ran.err
