"""A job of Black Forest Labs on a scripted server."""

from typing import Any

from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Stub

JOB = "7b1d"


def keyed(stub: Stub) -> dict[str, str]:
    return {"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "bfl-secret"}


def created(stub: Stub, **more: Any) -> Say:
    return Say(body={"id": JOB, "polling_url": f"{stub.url}/v1/get_result?id={JOB}&region=eu2", "cost": 7.5, **more})


def ready(stub: Stub, **more: Any) -> dict[str, Any]:
    result = {"sample": f"{stub.url}/delivery/x.png?sig=1", "prompt": "a fox, in detail", "seed": 42, "duration": 1.5}
    return {"id": JOB, "status": "Ready", "result": result, **more}


def job(stub: Stub, *replies: Any, create: Say | None = None) -> None:
    stub.on("POST", "/v1/flux-2-max", create or created(stub))
    stub.on("GET", "/v1/get_result.*", *[r if isinstance(r, Say) else Say(body=r) for r in replies])
    stub.on("GET", "/delivery/.*", Say(body=PNG, headers={"Content-Type": "image/png"}))


def run(shell: Shell, stub: Stub, *flags: str) -> Ran:
    return shell.run("max", "a fox", "-p", "bfl", *flags, "--json", env=keyed(stub))


def state(shell: Shell) -> str:
    return str(shell.run("jobs", "list", "--json").json[0]["state"])
