"""A provider without latency in fal's protocol, in a process of its own: `python zero_server.py [SIDE]`.

It prints its address. Its images have SIDE x SIDE pixels of noise, 256 unless told. It does as little as it can, so
that a client is measured and not the server. `/flux/images` answers at once, as the API behind flux-pro-cli does.
"""

import asyncio
import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

_NUMBERS = count(1)


def picture(side: int = 256, *, seed: int = 1) -> bytes:
    """A PNG of noise, which does not compress: `side` x `side` pixels of three bytes, 197 kB for 256."""
    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(side * 3) for _ in range(side))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 0)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


class Provider(asyncio.Protocol):
    """One connection. `image` and `base` are set before the first."""

    image = b""
    side = 256
    base = ""

    def __init__(self) -> None:
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.find(b"\r\ncontent-length:")
            length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            method, path, _ = self._data[: self._data.find(b"\r\n")].split(b" ", 2)
            body = self._data[end + 4 : end + 4 + length]
            self._data = self._data[end + 4 + length :]
            self.reply(method, path.decode(), body)

    def reply(self, method: bytes, path: str, _body: bytes) -> None:
        """Reply to one request."""
        self._transport.write(answer(self, method, path))

    def hang_up(self) -> None:
        """Close the connection without a reply."""
        self._transport.close()

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self._transport.write(data)


def answer(provider: Provider, method: bytes, path: str) -> bytes:
    """The reply to one request, with its head."""
    if path == "/flux/images":
        return _json({"success": True, "task_id": "t", "data": [{"image_url": f"{provider.base}/cdn/a.png"}]})
    if method == b"POST":
        follow = f"{provider.base}/queue/fal-ai/flux-2/requests/{next(_NUMBERS):08d}-0000-4000-8000-000000000000"
        return _json(
            {"request_id": follow[-36:], "status": "IN_QUEUE", "queue_position": 0, "response_url": follow,
             "status_url": f"{follow}/status", "cancel_url": f"{follow}/cancel"}
        )  # fmt: skip
    if path.startswith("/cdn/"):
        return _reply(b"image/png", provider.image)
    if "/status/stream" in path:
        event = b'data: {"status": "COMPLETED", "logs": []}\n\n'
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(event), event)
    if "/status" in path:
        return _json({"status": "COMPLETED", "logs": []})
    image = {"url": f"{provider.base}/cdn/{path[-36:]}.png", "width": provider.side, "height": provider.side}
    return _json({"images": [image], "seed": 7})


def _json(document: object) -> bytes:
    return _reply(b"application/json", json.dumps(document).encode())


def _reply(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)


async def serve(side: int, kind: type[Provider] = Provider) -> None:
    """Serve until the process is ended, after the address is printed."""
    Provider.image, Provider.side = picture(side), side
    server = await asyncio.get_running_loop().create_server(kind, "127.0.0.1", 0, backlog=1024)
    Provider.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(Provider.base, flush=True)  # noqa: T201 - how the parent learns the address
    await server.serve_forever()


def zero_server(side: int = 256) -> AbstractContextManager[str]:
    """The address of one that runs until the end of the block."""
    return served(__file__, str(side))


@contextmanager
def served(script: str, *arguments: str) -> Iterator[str]:
    """Run a script that prints the address of its server; the address, until the end of the block."""
    with subprocess.Popen([sys.executable, script, *arguments], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if sys.argv[1:] else 256))
