"""A sandbox with the emulators of all providers, and one that runs with a plain HTTP client for it."""

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from flux2cli.providers.registry import routes
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.job_store import Latency
from flux2cli.sandbox.server import Sandbox
from support import plain_http

AT_ONCE = Latency(queued=0, running=0)
FLASH = "/queue/fal-ai/flux-2/flash"
FLASH_EDIT = "/queue/fal-ai/flux-2/flash/edit"
MAX_EDIT = "/queue/fal-ai/flux-2-max/edit"
KEY = "the-id:the-secret"


def new_sandbox(directory: Path, **options: Any) -> Sandbox:
    """A sandbox with the emulators of all providers, not started yet."""
    return Sandbox(emulators=emulators(), routes=routes(), directory=directory, **options)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: float = 1_600_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Rig:
    """The sandbox and a client with a key."""

    server: Sandbox
    http: httpx.Client

    def submit(self, path: str = FLASH, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        reply = self.http.post(path, json={"prompt": "a fox"} if body is None else body, headers=headers)
        assert reply.status_code == 200, reply.text
        data: dict[str, Any] = reply.json()
        return data

    def result(self, path: str = FLASH, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.http.get(self.submit(path, body, headers)["response_url"])

    def image(self, path: str = FLASH, body: Any = None, index: int = 0) -> bytes:
        url = self.result(path, body).json()["images"][index]["url"]
        reply = plain_http.get(url)
        assert reply.status_code == 200, reply.text
        return reply.content

    def upload(self, data: bytes) -> str:
        """Store a file by the two calls; returns its address."""
        said = self.http.post(
            "/rest/storage/upload/initiate?storage_type=fal-cdn-v3",
            json={"content_type": "image/png", "file_name": "photo.png"},
        ).json()
        stored = plain_http.put(said["upload_url"], content=data, headers={"Content-Type": "image/png"})
        assert stored.status_code == 200, stored.text
        address: str = said["file_url"]
        return address


@contextmanager
def running(
    state: Path,
    *,
    latency: Latency = AT_ONCE,
    faults: Sequence[str] = (),
    balance: Decimal | None = None,
    clock: Clock | None = None,
    keys: frozenset[str] | None = None,
) -> Iterator[Rig]:
    """A sandbox on a free port, by default with jobs that are over at once; fails when it had a bug."""
    options: dict[str, Any] = {} if clock is None else {"clock": clock}
    server = new_sandbox(state, latency=latency, faults=faults, balance=balance, keys=keys, **options)
    with (
        server,
        plain_http.client(base_url=server.url, headers={"Authorization": f"Key {KEY}"}, timeout=20) as http,
    ):
        yield Rig(server, http)
    assert list(server.errors) == []


def png(width: int, height: int) -> bytes:
    """A grey PNG, made without Pillow."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(data: bytes) -> Image.Image:
    """The image, fully decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
