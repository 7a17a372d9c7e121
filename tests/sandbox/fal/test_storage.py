"""Uploads as the official clients do them, by hand."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from support import plain_http
from support.sandbox_rig import Clock, running

from flux2cli.sandbox.job_store import Latency

INITIATE = "/rest/storage/upload/initiate?storage_type=fal-cdn-v3"
MULTIPART = "/rest/storage/upload/initiate-multipart?storage_type=fal-cdn-v3"
FILE = {"content_type": "image/png", "file_name": "photo.png"}


def put(url: str, content: bytes, **headers: str) -> httpx.Response:
    return plain_http.put(url, content=content, headers=headers)


def get(url: str) -> httpx.Response:
    return plain_http.get(url)


def test_two_calls_store_a_file_that_anybody_can_read(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post(INITIATE, json=FILE).json()
        before = get(said["file_url"])
        stored = put(said["upload_url"], b"bytes", **{"Content-Type": "image/png"})
        after = get(said["file_url"])

        assert set(said) == {"upload_url", "file_url"}
        assert said["file_url"].endswith("/photo.png")
        assert (before.status_code, stored.status_code, after.status_code) == (404, 200, 200)
        assert (after.content, after.headers["content-type"]) == (b"bytes", "image/png")
        assert rig.server.leaks == []


def test_a_key_at_the_put_is_refused_and_noticed(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post(INITIATE, json=FILE).json()
        reply = put(said["upload_url"], b"bytes", Authorization="Key a:b")

        assert reply.status_code == 401
        assert [path.startswith("/cdn/upload/") for path in rig.server.leaks] == [True]
        assert get(said["file_url"]).status_code == 404


def test_the_older_storage_of_the_python_client_gets_through_with_its_key(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post("/rest/storage/upload/initiate?storage_type=gcs", json=FILE).json()

        assert put(said["upload_url"], b"bytes", Authorization="Key a:b").status_code == 200
        assert len(rig.server.leaks) == 1


@pytest.mark.parametrize("change", [("signature=", "signature=0"), ("?", "?nothing&x"), ("upload/", "upload/0000")])
def test_a_put_elsewhere_than_told_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post(INITIATE, json=FILE).json()

        assert put(said["upload_url"].replace(*change), b"bytes").status_code in (403, 404)
        assert get(said["file_url"]).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"), [({"file_name": "a"}, "content_type"), ({"content_type": "a/b"}, "file_name")]
)
def test_initiate_needs_both_fields(tmp_path: Path, body: dict[str, str], field: str) -> None:
    with running(tmp_path) as rig:
        reply = rig.http.post(INITIATE, json=body)

        assert reply.status_code == 422
        assert reply.json()["detail"][0]["loc"] == ["body", field]


def test_a_files_name_never_leaves_its_directory(tmp_path: Path) -> None:
    with running(tmp_path / "state") as rig:
        said = rig.http.post(INITIATE, json={**FILE, "file_name": "../../../evil name%2f?.png"}).json()
        put(said["upload_url"], b"bytes")

        assert get(said["file_url"]).content == b"bytes"
        assert {p.parent for p in tmp_path.rglob("*") if p.is_file()} <= {tmp_path / "state", tmp_path / "state/files"}


@pytest.mark.parametrize("header", ["X-Fal-Object-Lifecycle", "X-Fal-Object-Lifecycle-Preference"])
def test_a_file_goes_when_its_lifetime_is_over(tmp_path: Path, header: str) -> None:
    clock = Clock()
    with running(tmp_path, clock=clock, latency=Latency()) as rig:
        said = rig.http.post(INITIATE, json=FILE, headers={header: '{"expiration_duration_seconds": 60}'}).json()
        put(said["upload_url"], b"bytes")

        clock.now += 59
        assert get(said["file_url"]).status_code == 200
        clock.now += 2
        assert get(said["file_url"]).status_code == 404


def test_parts_as_the_javascript_client_sends_them(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post(MULTIPART, json=FILE).json()
        path, _, query = said["upload_url"].partition("?")
        parts: list[dict[str, Any]] = [
            put(f"{path}/{n}?{query}", data).json() for n, data in ((1, b"one"), (2, b"two"))
        ]
        assert [set(part) for part in parts] == [{"partNumber", "etag"}] * 2
        done = plain_http.post(f"{path}/complete?{query}", json={"parts": parts[::-1]})

        assert done.status_code == 200
        assert get(said["file_url"]).content == b"onetwo"


@pytest.mark.parametrize(
    "parts",
    [[], [{"partNumber": 1, "etag": "wrong"}], [{"partNumber": 3, "etag": "x"}], [{"etag": "x"}], "x"],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, parts: Any) -> None:
    with running(tmp_path) as rig:
        said = rig.http.post(MULTIPART, json=FILE).json()
        path, _, query = said["upload_url"].partition("?")
        put(f"{path}/1?{query}", b"one")

        assert plain_http.post(f"{path}/complete?{query}", json={"parts": parts}).status_code == 400
        assert get(said["file_url"]).status_code == 404


def cdn_token(rig_http: httpx.Client) -> str:
    said = rig_http.post("/rest/storage/auth/token?storage_type=fal-cdn-v3", json={}).json()
    assert set(said) == {"token", "token_type", "base_url", "expires_at"}
    return f"{said['token_type']} {said['token']}"


def test_the_cdn_takes_its_token_and_no_key(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        token = cdn_token(rig.http)
        headers = {"Authorization": token, "X-Fal-File-Name": "photo.png", "Content-Type": "image/png"}
        said = rig.http.post("/cdn/files/upload", content=b"bytes", headers=headers).json()

        assert set(said) == {"access_url"}
        assert get(said["access_url"]).content == b"bytes"
        assert rig.http.post("/cdn/files/upload", content=b"bytes").status_code == 401
        assert rig.server.leaks == ["/cdn/files/upload"]


def test_parts_as_the_python_client_sends_them(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        token = {"Authorization": cdn_token(rig.http)}
        said = rig.http.post("/cdn/files/upload/multipart", headers={**token, "X-Fal-File-Name": "a.bin"}).json()
        root = f"{said['access_url']}/multipart/{said['uploadId']}"
        tags = {n: put(f"{root}/{n}", data, **token).headers["etag"] for n, data in ((2, b"two"), (1, b"one"))}
        parts = [{"partNumber": n, "etag": tag} for n, tag in tags.items()]
        done = rig.http.post(f"{root}/complete", headers=token, json={"parts": parts})

        assert done.status_code == 200
        assert get(said["access_url"]).content == b"onetwo"


def test_an_upload_that_breaks_off_stores_nothing(tmp_path: Path) -> None:
    import socket
    from urllib.parse import urlsplit

    with running(tmp_path) as rig:
        said = rig.http.post(INITIATE, json=FILE).json()
        url = urlsplit(said["upload_url"])
        with socket.create_connection((url.hostname, url.port)) as line:
            line.sendall(f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf".encode())
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100) == b""

        assert get(said["file_url"]).status_code == 404
        assert len(list((tmp_path / "files").iterdir())) == 1
