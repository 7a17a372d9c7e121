"""The interface of a provider's emulator: one shape for ours, and one of a stranger's beside them."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from support import plain_http
from support.sandbox_rig import FLASH_EDIT, new_sandbox

from flux2cli.providers import registry
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.emulator import Emulator, Rule, rule
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.server import Sandbox
from flux2cli.sandbox.state import SandboxState

SHAPE = {
    "routes": {"RULES"},
    "jobs": {"submit", "status"},
    "outcomes": {"NAME", "find_job", "outcome", "finished"},
    "images": {"PATH", "image_url", "download", "find_image"},
    "responses": {"submitted", "status", "result"},
    "errors": {"error_response", "check_key", "invalid_input", "no_balance", "server_error", "fault_response"},
}
"""The files of every provider's emulator, and the names that have the same duty in each."""


def test_every_provider_has_an_emulator() -> None:
    assert [emulator.NAME for emulator in emulators()] == list(registry.names())


@pytest.mark.parametrize("package", [info.emulator for info in map(registry.info, registry.names())])
def test_every_emulator_has_the_same_files_and_names(package: str) -> None:
    modules = {name: import_module(f"{package}.{name}") for name in SHAPE}

    assert [(name, SHAPE[name] - set(dir(module))) for name, module in modules.items()] == [(n, set()) for n in SHAPE]


class Acme:
    """An emulator that is an object, as a plug-in could bring it. Its jobs are its images."""

    NAME = "acme"
    KEY_HEADER = "x-acme-key"
    FAULTS: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.RULES: tuple[Rule, ...] = (
            rule("acme.submit", "POST", r"/acme/(?P<model>\w+)", self._submit),
            rule("acme.broken", "GET", r"/acme/broken", self._broken),
        )

    @staticmethod
    def _submit(state: SandboxState, request: ServerRequest) -> ServerResponse:
        return json_response({"model": request.parts["model"], "routes": len(state.routes)})

    @staticmethod
    def _broken(state: SandboxState, request: ServerRequest) -> ServerResponse:
        raise RuntimeError(f"{state.directory.name} {request.path}")

    def find_image(self, state: SandboxState, path: str, /) -> InputImage | None:  # noqa: ARG002 - the interface
        return InputImage(kind="image", size=(64, 128)) if path == "/cdn/acme.png" else None


def test_another_emulator_responds_and_its_keys_and_images_are_known(tmp_path: Path) -> None:
    acme: Emulator = Acme()
    with Sandbox(emulators=[*emulators(), acme], routes=registry.routes(), directory=tmp_path) as server:
        with plain_http.client(base_url=server.url, headers={"X-Acme-Key": "k"}) as http:
            made = http.post("/acme/painter")
            broken = http.get("/acme/broken")

        assert made.json() == {"model": "painter", "routes": len(registry.routes())}
        assert broken.status_code == 500
        assert server.requests == [("POST", "/acme/painter", True), ("GET", "/acme/broken", True)]
        assert server.counts == {("POST", "acme.submit"): 1, ("GET", "acme.broken"): 1}
        assert server.state.look_up(f"{server.url}/cdn/acme.png") == InputImage(kind="image", size=(64, 128))
        assert server.state.look_up(f"{server.url}/cdn/other.png") == InputImage(kind="missing")
    assert ["RuntimeError" in trace for trace in server.errors] == [True]


def test_a_sandbox_of_one_emulator_knows_no_other(tmp_path: Path) -> None:
    with Sandbox(emulators=[Acme()], routes=(), directory=tmp_path) as server:
        response = plain_http.post(f"{server.url}{FLASH_EDIT}", json={})

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


def test_an_endpoint_that_the_catalogue_lacks_is_unknown(tmp_path: Path) -> None:
    server = new_sandbox(tmp_path)
    server.state.routes = ()
    with server:
        response = plain_http.post(
            f"{server.url}{FLASH_EDIT}", json={"prompt": "x"}, headers={"Authorization": "Key a"}
        )

    assert response.status_code == 404


def test_a_module_is_an_emulator() -> None:
    assert all(isinstance(emulator, ModuleType) for emulator in emulators())
