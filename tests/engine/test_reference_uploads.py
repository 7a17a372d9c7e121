"""Edits from local files: what goes up, in which requests, with which key, and what is on record."""

import base64
import hashlib
import io
import json

import pytest
from PIL import Image
from support.images import PNG
from support.reference_script import picture, script
from support.shell import Shell
from support.stub import Say, Stub


def test_an_edit_of_a_local_photo_with_two_references_in_one_line(shell: Shell) -> None:
    photo = picture(shell.cwd / "photo.jpg")
    picture(shell.cwd / "style.png", (800, 800), "red")

    ran = shell.run(
        "flash", "paint it", "-i", "photo.jpg", "-i", "style.png", "-s", "square", "--seed", "3", "--sandbox"
    )

    assert ran.code == 0, ran.err
    assert ran.out == "paint-it-3.png\n"
    record = json.loads((shell.cwd / "paint-it-3.png.json").read_text())
    first, second = record["inputs"]
    assert {name: first[name] for name in ("name", "sha256", "bytes", "width", "height", "media_type")} == {
        "name": "photo.jpg",
        "sha256": hashlib.sha256(photo.read_bytes()).hexdigest(),
        "bytes": photo.stat().st_size,
        "width": 640,
        "height": 480,
        "media_type": "image/jpeg",
    }
    assert record["payload"]["image_urls"] == [first["url"], second["url"]]
    assert first["url"].startswith("http://127.0.0.1:")
    assert "uploaded" not in ran.err, "the sandbox shows them to nobody"


def test_uploads_are_fals_two_calls_and_the_key_goes_to_the_first_only(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)

    ran = shell.run("flash", "x", "-i", "a.png", "-i", "https://a.example/b.png", "--no-wait", env=script(stub))

    assert ran.code == 0, ran.err
    initiate, put, submit = stub.seen
    assert (initiate.method, initiate.path) == ("POST", "/rest/storage/upload/initiate?storage_type=fal-cdn-v3")
    assert initiate.json == {"content_type": "image/png", "file_name": "a.png"}
    assert initiate.headers["authorization"] == "Key id:secret"
    assert initiate.headers["content-type"] == "application/json"
    assert json.loads(initiate.headers["x-fal-object-lifecycle"]) == {"expiration_duration_seconds": 86400}
    assert (put.method, put.path) == ("PUT", "/cdn/put/1?sig=abc")
    assert put.body == PNG
    assert put.headers["content-type"] == "image/png"
    assert "authorization" not in put.headers
    assert submit.json == {
        "prompt": "x",
        "image_urls": [f"{stub.url}/cdn/files/1.png", "https://a.example/b.png"],
    }


def test_an_edit_of_a_photo_with_two_references_is_these_requests_to_the_byte(shell: Shell, stub: Stub) -> None:
    photo, style = picture(shell.cwd / "photo.jpg").read_bytes(), picture(shell.cwd / "style.png").read_bytes()

    ran = shell.run("flash", "paint it", "-i", "photo.jpg", "-i", "style.png", "--seed", "3", env=script(stub))

    base = stub.url.encode()
    assert ran.code == 0, ran.err
    assert [(seen.method, seen.path, seen.body) for seen in stub.seen] == [
        (
            "POST",
            "/rest/storage/upload/initiate?storage_type=fal-cdn-v3",
            b'{"content_type": "image/jpeg", "file_name": "photo.jpg"}',
        ),
        ("PUT", "/cdn/put/1?sig=abc", photo),
        (
            "POST",
            "/rest/storage/upload/initiate?storage_type=fal-cdn-v3",
            b'{"content_type": "image/png", "file_name": "style.png"}',
        ),
        ("PUT", "/cdn/put/2?sig=abc", style),
        (
            "POST",
            "/queue/fal-ai/flux-2/flash/edit",
            b'{"prompt":"paint it","seed":3,"image_urls":["%b/cdn/files/1.png","%b/cdn/files/2.png"]}' % (base, base),
        ),
        ("GET", "/queue/fal-ai/flux-2/requests/r-1/status/stream?logs=1", b""),
        ("GET", "/queue/fal-ai/flux-2/requests/r-1/status", b""),
        ("GET", "/queue/fal-ai/flux-2/requests/r-1", b""),
        ("GET", "/cdn/a.png", b""),
    ]
    assert [seen.headers.get("authorization") for seen in stub.seen] == [
        "Key id:secret", None, "Key id:secret", None, *["Key id:secret"] * 4, None
    ]  # fmt: skip


def test_one_content_goes_up_once_in_a_run(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    (shell.cwd / "same.png").write_bytes(PNG)

    shell.run("flash", "x", "-i", "a.png", "-i", "same.png", "--no-wait", env=script(stub))

    assert [seen.method for seen in stub.seen] == ["POST", "PUT", "POST"]
    assert stub.seen[2].json["image_urls"] == [f"{stub.url}/cdn/files/1.png"] * 2


NOTICE = "note: reference images are uploaded to fal and can be opened by anyone who has their URL, for a day\n"


def test_that_uploads_are_public_is_said_once_in_a_run(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    picture(shell.cwd / "b.png")
    (shell.cwd / "rows.csv").write_text("prompt,image,image\nx,a.png,b.png\ny,b.png,a.png\nz,a.png,\n")
    env = script(stub)

    single = shell.run("flash", "x", "-i", "a.png", "-i", "b.png", "--no-wait", env=env)
    batch = shell.run("batch", "rows.csv", "-m", "flash", "-o", "out/", "--no-wait", env=env)

    assert (single.err.count("upload"), batch.err.count("upload")) == (1, 1)
    assert NOTICE in single.err
    assert NOTICE in batch.err
    assert [seen.method for seen in stub.seen].count("PUT") == 4


def test_a_server_of_the_sandbox_gets_no_notice_either(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    place = {"upload_url": f"{stub.url}/cdn/put/9", "file_url": f"{stub.url}/cdn/files/9.png"}
    stub.on("POST", "/rest/.*", Say(body=place, headers={"X-Flux2-Sandbox": "1"}))

    ran = shell.run("flash", "x", "-i", "a.png", "--no-wait", env=script(stub))

    assert ran.code == 0, ran.err
    assert "uploaded" not in ran.err


def sideways(shell: Shell) -> bytes:
    fields = Image.Exif()
    fields[0x0112] = 6
    Image.new("RGB", (640, 480), "navy").save(shell.cwd / "photo.jpg", exif=fields)
    return (shell.cwd / "photo.jpg").read_bytes()


def test_of_a_photo_that_is_stored_turned_an_upright_copy_goes_up(shell: Shell, stub: Stub) -> None:
    photo = sideways(shell)

    ran = shell.run("flash", "x", "-i", "photo.jpg", "--seed", "3", env=script(stub))

    assert ran.code == 0, ran.err
    sent = stub.seen[1].body
    assert Image.open(io.BytesIO(sent)).size == (480, 640)
    (recorded,) = json.loads((shell.cwd / "x-5.png.json").read_text())["inputs"]
    assert recorded == {
        "name": "photo.jpg",
        "sha256": hashlib.sha256(photo).hexdigest(),
        "bytes": len(photo),
        "width": 480,
        "height": 640,
        "media_type": "image/jpeg",
        "url": f"{stub.url}/cdn/files/1.png",
        "sent_sha256": hashlib.sha256(sent).hexdigest(),
    }
    assert ran.err.count("note: photo.jpg is stored turned (EXIF orientation 6): an upright copy is sent\n") == 1


def test_an_upright_copy_is_sent_inside_the_request_where_there_are_no_uploads(shell: Shell, stub: Stub) -> None:
    photo = sideways(shell)
    stub.on("POST", "/v1/.*", Say(body={"id": "b-1", "polling_url": f"{stub.url}/v1/get_result?id=b-1"}))
    (shell.cwd / "rows.csv").write_text("prompt,image\nx,photo.jpg\ny,photo.jpg\nz,photo.jpg\n")

    ran = shell.run(
        "batch", "rows.csv", "-m", "pro", "-p", "bfl", "-o", "out/", "--no-wait", "--json",
        env={"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "b"},
    )  # fmt: skip

    assert ran.code == 0, ran.err
    bodies = [base64.b64decode(seen.json["input_image"]) for seen in stub.seen]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert Image.open(io.BytesIO(bodies[0])).size == (480, 640)
    assert photo not in bodies
    assert ran.err.count("is stored turned") == 1


def test_the_key_of_a_request_with_a_turned_photo_is_that_of_its_file(shell: Shell, stub: Stub) -> None:
    sideways(shell)
    env = script(stub)

    shell.run("flash", "x", "-i", "photo.jpg", "--seed", "3", env=env)
    key = json.loads((shell.cwd / "x-5.png.json").read_text())["request_key"]

    digest = hashlib.sha256((shell.cwd / "photo.jpg").read_bytes()).hexdigest()
    parts = ["fal", "fal-ai/flux-2/flash/edit", {"prompt": "x", "seed": 3}, [f"sha256:{digest}"], {}]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert key == hashlib.sha256(text.encode()).hexdigest()


def test_an_image_in_a_data_uri_is_an_image_like_any_other(shell: Shell, stub: Stub) -> None:
    uri = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    (shell.cwd / "rows.jsonl").write_text(json.dumps({"prompt": "x", "image": [uri], "seed": 3}))
    env = script(stub)

    single = shell.run("flash", "x", "-i", uri, "--seed", "4", env=env)
    batch = shell.run("batch", "rows.jsonl", "-m", "flash", "-o", "./", env=env)

    for ran, name in ((single, "x-5.png.json"), (batch, "x-5-2.png.json")):
        assert ran.code == 0, ran.err
        text = (shell.cwd / name).read_text()
        (recorded,) = json.loads(text)["inputs"]
        assert (recorded["name"], recorded["sha256"]) == ("data", hashlib.sha256(PNG).hexdigest())
        assert "base64" not in text + ran.err + ran.out
    assert [seen.body for seen in stub.seen if seen.method == "PUT"] == [PNG, PNG]


def test_an_image_through_stdin(shell: Shell, stub: Stub) -> None:
    ran = shell.run("flash", "x", "-i", "-", "--no-wait", stdin=PNG, env=script(stub))

    assert ran.code == 0, ran.err
    assert stub.seen[0].json == {"content_type": "image/png", "file_name": "stdin"}
    assert stub.seen[1].body == PNG


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([Say(status=401, body={"detail": "No user found for Key ID and Secret"})], "auth"),
        ([Say(status=400, body={"detail": "no"})], "usage"),
        ([Say(body={"unexpected": 1})], "network"),
        ([Say(body={"upload_url": "http://other.example/x", "file_url": "https://x.example/y"})], "network"),
    ],
)
def test_an_upload_that_fails_leaves_no_job_behind(shell: Shell, stub: Stub, answers: list[Say], code: str) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    stub.on("POST", "/rest/.*", *answers)

    ran = shell.run("flash", "x", "-i", "a.png", "--json", env={"FLUX2_FAL_URL": stub.url, "FAL_KEY": "a:b"})

    assert ran.json["error"]["code"] == code
    assert all("/queue/" not in seen.path for seen in stub.seen)
    assert shell.run("jobs", "list", "--json").json == []


def test_an_upload_is_tried_again_when_the_wire_breaks(shell: Shell, stub: Stub) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    env = script(stub)
    stub._rules.insert(0, ("PUT", __import__("re").compile("/cdn/.*"), [Say(drop=True), Say(status=503), Say()]))

    ran = shell.run("flash", "x", "-i", "a.png", "--no-wait", env=env)

    assert ran.code == 0, ran.err
    assert [seen.method for seen in stub.seen] == ["POST", "PUT", "PUT", "PUT", "POST"]


def test_the_estimate_counts_the_pixels_of_local_inputs(shell: Shell) -> None:
    picture(shell.cwd / "a.png", (1920, 1080))

    ran = shell.run("max", "x", "-i", "a.png", "-s", "square_hd", "--dry-run", "--json")

    assert (ran.json["cost"]["amount"], ran.json["cost"]["max"]) == ("0.13", "0.13")
    stand_in = ran.json["body"]["image_urls"][0]
    assert stand_in["name"] == "a.png"
    assert stand_in["bytes"] == (shell.cwd / "a.png").stat().st_size
