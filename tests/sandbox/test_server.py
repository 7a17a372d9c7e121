"""The server itself: connections, odd clients, starting and stopping."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import FLASH, Rig, new_sandbox, running

import flux2cli
from flux2cli.sandbox.job_store import Latency


def line_to(rig: Rig) -> socket.socket:
    port = int(rig.server.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def everything(line: socket.socket) -> bytes:
    data = b""
    while piece := line.recv(65536):
        data += piece
    return data


def test_one_connection_serves_many_requests(tmp_path: Path) -> None:
    with running(tmp_path) as rig, line_to(rig) as line:
        body = b'{"prompt": "x"}'
        head = (
            f"POST {FLASH} HTTP/1.1\r\nHost: a.example\r\nAuthorization: Key a\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        line.sendall((head.encode() + body) * 2 + b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
        text = everything(line).decode()

        assert text.count("HTTP/1.1 200 OK\r\n") == 2
        assert text.count("HTTP/1.1 404 Not Found\r\n") == 1
        assert text.count("X-Flux2-Sandbox: 1") == 3
        assert '"status_url":"http://a.example/queue/' in text


def test_a_refusal_reaches_the_client_although_its_body_was_not_looked_at(tmp_path: Path) -> None:
    big = b"x" * 30_000_000
    with running(tmp_path) as rig:
        reply = plain_http.post(rig.server.url + FLASH, content=big)
        again = rig.http.post("/nowhere", content=big)

        assert (reply.status_code, again.status_code) == (401, 404)


def test_a_chunked_body_is_read(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"prompt":'
        yield b'"a fox"}'

    with running(tmp_path) as rig:
        assert rig.http.post(FLASH, content=pieces()).status_code == 200
        assert rig.http.post(FLASH, content=pieces()).status_code == 200  # and its end was found


def test_a_client_that_waits_for_the_go_ahead_gets_it(tmp_path: Path) -> None:
    with running(tmp_path) as rig, line_to(rig) as line:
        line.sendall(
            f"POST {FLASH} HTTP/1.1\r\nHost: x\r\nAuthorization: Key a\r\nContent-Length: 14\r\n"
            "Expect: 100-continue\r\nConnection: close\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 100 Continue")
        line.sendall(b'{"prompt":"x"}')

        assert b"HTTP/1.1 200 OK" in everything(line)


def test_head_has_the_length_and_no_body(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        url = rig.result().json()["images"][0]["url"]
        reply = rig.http.head(url)

        assert reply.content == b""
        assert int(reply.headers["content-length"]) == len(rig.http.get(url).content)


def test_head_of_a_stream_has_no_events(tmp_path: Path) -> None:
    with running(tmp_path) as rig, line_to(rig) as line:
        path = rig.submit()["status_url"].removeprefix(rig.server.url)
        line.sendall(f"HEAD {path}/stream HTTP/1.1\r\nAuthorization: Key a\r\nConnection: close\r\n\r\n".encode())
        said = everything(line)

        assert said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert said.partition(b"\r\n\r\n")[2] == b""


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\n\r\n",
        b"POST /queue/fal-ai/flux-2 HTTP/1.1\r\nAuthorization: Key a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_nonsense_is_answered_or_dropped_without_a_bug(
    tmp_path: Path, request_bytes: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as rig:
        with line_to(rig) as line:
            line.sendall(request_bytes)
            line.shutdown(socket.SHUT_WR)
            try:
                said = everything(line)
            except ConnectionResetError:
                said = b""
        assert not said or b"X-Flux2-Sandbox: 1" in said
        assert rig.http.get("/").status_code == 404

    assert capfd.readouterr() == ("", "")


def test_clients_that_vanish_leave_no_trace(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path, latency=Latency(queued=0.1, running=0.2)) as rig:
        job = rig.submit()["status_url"].removeprefix(rig.server.url)
        for request in (
            b"GET / HT",
            b"POST /queue/fal-ai/flux-2 HTTP/1.1\r\nAuthorization: Key a\r\nContent-Length: 9\r\n\r\n{",
            f"GET {job}/stream HTTP/1.1\r\nAuthorization: Key a\r\n\r\n".encode(),
            b'POST /run/fal-ai/flux-2 HTTP/1.1\r\nAuthorization: Key a\r\nContent-Length: 14\r\n\r\n{"prompt":"x"}',
        ):
            with line_to(rig) as line:
                line.sendall(request)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        time.sleep(0.5)
        assert rig.http.get("/").status_code == 404

    assert capfd.readouterr() == ("", "")


def test_stopping_is_quick_with_streams_and_sync_calls_open_and_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    server = new_sandbox(tmp_path, latency=Latency(queued=60, running=60)).start()
    http = plain_http.client(headers={"Authorization": "Key a"}, timeout=30, base_url=server.url)
    job = http.post(FLASH, json={"prompt": "x"}).json()

    def hold(method: str, url: str) -> None:
        with pytest.raises(httpx.TransportError):
            http.request(method, url, json={"prompt": "x"})

    held = [
        threading.Thread(target=hold, args=call)
        for call in (("GET", f"{job['status_url']}/stream"), ("POST", "/run/fal-ai/flux-2"))
    ]
    for thread in held:
        thread.start()
    idle = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    while len(server.requests) < 3:
        time.sleep(0.01)
    time.sleep(0.05)
    began = time.monotonic()
    server.stop()
    took = time.monotonic() - began
    for thread in held:
        thread.join()
    http.close()
    with idle:
        assert idle.recv(1) == b""

    assert took < 1
    deadline = time.monotonic() + 2
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
    server.stop()  # a second time does nothing


def test_the_port_can_be_chosen_and_a_taken_one_is_an_error(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        port = int(rig.server.url.rpartition(":")[2])

        with pytest.raises(OSError, match="in use"):
            new_sandbox(tmp_path, port=port).start()

    with new_sandbox(tmp_path, port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"


def test_a_log_has_one_line_per_request_without_query_or_key(tmp_path: Path) -> None:
    lines: list[str] = []
    with new_sandbox(tmp_path, log=lines.append) as server:
        plain_http.get(f"{server.url}/nowhere?secret=1", headers={"Authorization": "Key secret"})

    assert len(lines) == 1
    assert lines[0].startswith("GET /nowhere 404 ")
    assert "secret" not in lines[0]


STARTED = """
import sys, json
from pathlib import Path
from flux2cli.providers.registry import routes
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.server import Sandbox
with Sandbox(emulators=emulators(), routes=routes(), directory=Path(sys.argv[1])):
    print(json.dumps(sorted(sys.modules)))
"""


def test_starting_loads_nothing_heavy(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(flux2cli.__file__).parent.parent)}
    ran = subprocess.run(
        [sys.executable, "-c", STARTED, str(tmp_path)], capture_output=True, text=True, check=True, env=environment
    )

    loaded = set(json.loads(ran.stdout))
    assert loaded & {"PIL", "pydantic", "httpx", "rich", "typer", "asyncio", "sqlite3", "uuid"} == set()


def test_starting_asks_no_name_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> str:
        raise AssertionError("the server asked for a host's name")

    monkeypatch.setattr(socket, "getfqdn", ask)
    monkeypatch.setattr(socket, "gethostbyaddr", ask)

    with running(tmp_path) as rig:
        assert rig.http.get("/").status_code == 404
