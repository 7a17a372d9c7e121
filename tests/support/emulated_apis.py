"""Clients of the emulated providers, one class each, with the same methods for the same requests."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import httpx

from flux2cli.sandbox.job_store import Latency
from flux2cli.sandbox.server import Sandbox
from support import plain_http
from support.sandbox_rig import AT_ONCE, Clock, running


class EmulatedApi:
    """A client with a key. `running` and `finished` are the words for a job's status."""

    KEY: ClassVar[str]
    HEADERS: ClassVar[dict[str, str]]
    """The key in the header where it belongs."""
    PATH: ClassVar[str]
    """Of a submit."""
    running: ClassVar[str]
    finished: ClassVar[str]
    kinds: ClassVar[dict[tuple[str, str], int]]
    """The server's counts after one image."""

    def __init__(self, server: Sandbox, http: httpx.Client) -> None:
        self.server, self.http = server, http

    def body(self, **fields: Any) -> dict[str, Any]:
        """A request's body with these fields."""
        return {"prompt": "a lighthouse at dusk", **fields}

    def create(self, body: Any = None, *, fault: str = "") -> httpx.Response:
        headers = {"X-Flux2-Fault": fault} if fault else {}
        return self.http.post(self.PATH, json=self.body() if body is None else body, headers=headers)

    def job_id(self, created: httpx.Response) -> str:
        job_id: str = created.json()["id"]
        return job_id

    def poll(self, job_id: str) -> httpx.Response:
        raise NotImplementedError

    def done(self, body: Any = None, *, fault: str = "") -> dict[str, Any]:
        """What the poll of a new job says."""
        response = self.create(body, fault=fault)
        assert response.status_code == 200, response.text
        data: dict[str, Any] = self.poll(self.job_id(response)).json()
        return data

    def image_of(self, job_id: str) -> str:
        """The URL of a finished job's image."""
        raise NotImplementedError

    def image_url(self, body: Any = None, *, fault: str = "") -> str:
        """The URL of a new job's image."""
        response = self.create(body, fault=fault)
        assert response.status_code == 200, response.text
        return self.image_of(self.job_id(response))


class FalApi(EmulatedApi):
    KEY = "the-id:the-secret"
    HEADERS: ClassVar = {"Authorization": f"Key {KEY}"}
    PATH = "/queue/fal-ai/flux-2/flash"
    running, finished = "IN_PROGRESS", "COMPLETED"
    kinds: ClassVar = {("POST", "fal.submit"): 1, ("GET", "fal.result"): 1, ("GET", "fal.image"): 1}

    def job_id(self, created: httpx.Response) -> str:
        job_id: str = created.json()["request_id"]
        return job_id

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get(f"/queue/fal-ai/flux-2/requests/{job_id}/status")

    def image_of(self, job_id: str) -> str:
        url: str = self.http.get(f"/queue/fal-ai/flux-2/requests/{job_id}").json()["images"][0]["url"]
        return url


class VtrixApi(EmulatedApi):
    KEY = "vtrix-secret-key"
    HEADERS: ClassVar = {"Authorization": f"Bearer {KEY}"}
    PATH = "/model/v1/generation"
    running, finished = "in_progress", "completed"
    kinds: ClassVar = {("POST", "vtrix.submit"): 1, ("GET", "vtrix.task"): 1, ("GET", "vtrix.image"): 1}

    def body(self, **fields: Any) -> dict[str, Any]:
        return {"model": "flux_2_max", "input": [{"params": super().body(**fields)}]}

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get(f"{self.PATH}/task/{job_id}")

    def image_of(self, job_id: str) -> str:
        data = self.poll(job_id).json()
        assert data["status"] == "completed", data
        url: str = data["output"][0]["content"][0]["url"]
        return url


class BflApi(EmulatedApi):
    KEY = "bfl_secret_key"
    HEADERS: ClassVar = {"x-key": KEY}
    PATH = "/v1/flux-2-max"
    running, finished = "Generating", "Ready"
    kinds: ClassVar = {("POST", "bfl.submit"): 1, ("GET", "bfl.result"): 1, ("GET", "bfl.image"): 1}

    def poll(self, job_id: str) -> httpx.Response:
        return self.http.get("/v1/get_result", params={"id": job_id})

    def image_of(self, job_id: str) -> str:
        data = self.poll(job_id).json()
        assert data["status"] == "Ready", data
        url: str = data["result"]["sample"]
        return url


Api = TypeVar("Api", bound=EmulatedApi)


@contextmanager
def emulated(
    api: type[Api],
    state: Path,
    *,
    latency: Latency = AT_ONCE,
    clock: Clock | None = None,
    balance: Decimal | None = None,
    keys: frozenset[str] | None = None,
) -> Iterator[Api]:
    """A client of this class for a sandbox that runs."""
    with (
        running(state, latency=latency, clock=clock, balance=balance, keys=keys) as rig,
        plain_http.client(base_url=rig.server.url, headers=api.HEADERS, timeout=20) as http,
    ):
        yield api(rig.server, http)


def fetched(url: str, **options: Any) -> httpx.Response:
    return plain_http.get(url, **options)


def as_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def stored(state: Path) -> int:
    """How many jobs a state directory has."""
    return len(list((state / "jobs").iterdir()))
