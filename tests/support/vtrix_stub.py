"""A task of Vtrix on a scripted server."""

from typing import Any

from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Stub

TASK = "d3k8q2c1p9s0f4h7j6m5"


CREATED = {"id": TASK, "status": "in_progress", "model": "flux_2_max", "created_at": 1795197000}


def keyed(stub: Stub) -> dict[str, str]:
    return {"FLUX2_VTRIX_URL": stub.url, "VTRIX_API_KEY": "vt-secret"}


def done(stub: Stub, **more: Any) -> dict[str, Any]:
    output = [{"content": [{"type": "image", "url": f"{stub.url}/files/a.png"}]}]
    return {**CREATED, "status": "completed", "output": output, "usage": {"cost": "0.0665", "discount": 0.05}, **more}


def task(stub: Stub, *replies: Any, create: Say | None = None) -> None:
    stub.on("POST", "/model/v1/generation", create or Say(body=CREATED))
    stub.on("GET", f"/model/v1/generation/task/{TASK}", *[r if isinstance(r, Say) else Say(body=r) for r in replies])
    stub.on("GET", "/files/.*", Say(body=PNG, headers={"Content-Type": "image/png"}))


def run(shell: Shell, stub: Stub, *flags: str) -> Ran:
    return shell.run("max", "a fox", "--seed", "7", "-p", "vtrix", *flags, "--json", env=keyed(stub))
