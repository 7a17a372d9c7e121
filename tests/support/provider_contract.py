"""The providers under contract, and how each says the same things on the wire."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from flux2cli.catalog import Route
from flux2cli.providers.interface import Provider, ProviderInfo, ProviderPackage
from support.images import PNG
from support.stub import Say, Stub

MODULES = ("flux2cli.providers.fal", "flux2cli.providers.vtrix", "flux2cli.providers.bfl", "flux2_acme")


def package_named(module: str) -> ProviderPackage:
    return cast("ProviderPackage", import_module(module))


PACKAGES: tuple[ProviderPackage, ...] = tuple(package_named(module) for module in MODULES)
INFOS: tuple[ProviderInfo, ...] = tuple(package.INFO for package in PACKAGES)
APIS: tuple[Provider, ...] = tuple(package.load_api() for package in PACKAGES)
ROUTES: tuple[Route, ...] = tuple(route for package in PACKAGES for route in package.load_routes())
NAMES = [info.name for info in INFOS]


@dataclass(frozen=True, kw_only=True)
class Script:
    """One job of a provider on the wire: paths, and the bodies of its responses, literally."""

    provider: str
    variant: str
    environ: Mapping[str, str]
    key_header: tuple[str, str]
    submit: str
    created: Callable[[Stub], Any]
    poll: str
    waiting: Any
    ready: Callable[[Stub], Any]
    result: Mapping[str, Callable[[Stub], Any]] = field(default_factory=dict)
    """Further paths, for a result that is not in the last poll."""

    def env(self, stub: Stub) -> dict[str, str]:
        return {**self.environ, f"FLUX2_{self.provider.upper()}_URL": stub.url}

    def play(self, stub: Stub, *polls: Say, create: Say | None = None) -> None:
        """Script a whole job; `polls` come before the last one, `create` in place of the accepted submit."""
        stub.on("POST", self.submit, create or Say(body=self.created(stub)))
        stub.on("GET", self.poll, *polls, Say(body=self.ready(stub)))
        for path, body in self.result.items():
            stub.on("GET", path, Say(body=body(stub)))
        stub.on("GET", "/picture.png", Say(body=PNG, headers={"Content-Type": "image/png"}))


def picture(stub: Stub) -> str:
    return f"{stub.url}/picture.png"


SCRIPTS = (
    Script(
        provider="fal",
        variant="flash",
        environ={"FAL_KEY": "id:s3cret-key"},
        key_header=("authorization", "Key id:s3cret-key"),
        submit="/queue/fal-ai/flux-2/flash.*",
        created=lambda _: {"request_id": "r-1", "status": "IN_QUEUE", "queue_position": 0},
        poll=r"/queue/fal-ai/flux-2/requests/r-1/status.*",
        waiting={"status": "IN_PROGRESS"},
        ready=lambda _: {"status": "COMPLETED"},
        result={"/queue/fal-ai/flux-2/requests/r-1": lambda stub: {"images": [{"url": picture(stub)}], "seed": 7}},
    ),
    Script(
        provider="vtrix",
        variant="max",
        environ={"VTRIX_API_KEY": "s3cret-key"},
        key_header=("authorization", "Bearer s3cret-key"),
        submit="/model/v1/generation",
        created=lambda _: {"id": "task1", "status": "in_progress", "model": "flux_2_max", "created_at": 1795197000},
        poll="/model/v1/generation/task/task1",
        waiting={"id": "task1", "status": "in_progress", "progress": 0.4},
        ready=lambda stub: {
            "id": "task1",
            "status": "completed",
            "output": [{"content": [{"type": "image", "url": picture(stub)}]}],
        },
    ),
    Script(
        provider="bfl",
        variant="max",
        environ={"BFL_API_KEY": "s3cret-key"},
        key_header=("x-key", "s3cret-key"),
        submit="/v1/flux-2-max",
        created=lambda stub: {"id": "7b1d", "polling_url": f"{stub.url}/v1/get_result?id=7b1d", "cost": 7.0},
        poll="/v1/get_result.*",
        waiting={"id": "7b1d", "status": "Pending"},
        ready=lambda stub: {"id": "7b1d", "status": "Ready", "result": {"sample": picture(stub), "seed": 7}},
    ),
    Script(
        provider="acme",
        variant="flash",
        environ={"ACME_TOKEN": "s3cret-key"},
        key_header=("x-acme-token", "s3cret-key"),
        submit="/acme/jobs",
        created=lambda _: {"job": "job-1"},
        poll="/acme/jobs/job-1",
        waiting={"state": "waiting"},
        ready=lambda stub: {"state": "ready", "picture": picture(stub), "seed": 7},
    ),
)
INLINE = tuple(script for script in SCRIPTS if not INFOS[NAMES.index(script.provider)].uploads)
"""Those whose local images travel inside the request."""

RAW_PNG = base64.b64encode(PNG).decode()
EDITS = {"vtrix": "max", "bfl": "max", "acme": "pro"}
"""A variant that takes reference images, by provider."""
