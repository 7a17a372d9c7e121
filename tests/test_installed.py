"""The `flux2` that is installed: exit codes, streams and signals of real processes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.stub import Say, Stub

FLUX2 = shutil.which("flux2", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FLUX2_STATE_DIR": str(tmp_path / "state"),
        "FLUX2_CONFIG_DIR": str(tmp_path / "config"),
        "FLUX2_CACHE_DIR": str(tmp_path / "cache"),
    }


@pytest.fixture
def work(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    return made


def flux2(*argv: str) -> list[str]:
    assert FLUX2 is not None, "the package is not installed here: pip install -e ."
    return [FLUX2, *argv]


def run(
    argv: list[str], environ: dict[str, str], work: Path, stdin: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(argv, env=environ, cwd=work, input=stdin, capture_output=True, timeout=60, check=False)


def test_the_main_job(environ: dict[str, str], work: Path) -> None:
    ran = run(flux2("flash", "a fox", "--seed", "7", "--sandbox", "--json"), environ, work)

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["images"][0]["path"] == "a-fox-7.png"
    assert (work / "a-fox-7.png.json").exists()


def test_the_prompt_through_a_pipe_and_the_image_out_of_one(environ: dict[str, str], work: Path) -> None:
    ran = run(flux2("dev", "-", "-o", "-", "--sandbox"), environ, work, b"a fox\n")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(b"\x89PNG")
    assert list(work.iterdir()) == []


def test_version(environ: dict[str, str], work: Path) -> None:
    assert run(flux2("--version"), environ, work).stdout == b"flux2 0.1.0\n"


@pytest.mark.parametrize(("shell_name", "file"), [("bash", "flux2.bash"), ("zsh", "_flux2"), ("fish", "flux2.fish")])
def test_what_is_no_code_is_installed_as_well(environ: dict[str, str], work: Path, shell_name: str, file: str) -> None:
    script = run(flux2("completion", shell_name), environ, work)
    page = run(flux2("help", "money"), environ, work)

    assert script.stdout == (Path(__file__).parent.parent / "completions" / file).read_bytes()
    assert page.stdout.startswith(b"# Money: ")


@pytest.mark.parametrize(
    ("fault", "exit_code"),
    [
        (None, 0),
        ("422", 2),
        ("401", 3),
        ("403-balance", 4),
        ("moderated", 6),
        ("failed", 7),
        ("html-download", 8),
        ("lost-reply", 9),
    ],
)
def test_every_way_to_end_has_its_exit_code(
    environ: dict[str, str], work: Path, fault: str | None, exit_code: int
) -> None:
    environ["FLUX2_SANDBOX_FAULT"] = fault or ""

    ran = run(flux2("flash", "a fox", "--sandbox", "-q"), environ, work)

    assert ran.returncode == exit_code, ran.stderr
    assert bool(ran.stderr) == (exit_code != 0)


def test_no_key_is_3_no_network_is_5_and_time_up_is_124(environ: dict[str, str], work: Path) -> None:
    nowhere = {**environ, "FAL_KEY": "a:b", "FLUX2_FAL_URL": "http://127.0.0.1:1"}
    slow = {**environ, "FLUX2_SANDBOX_LATENCY": "9"}

    assert run(flux2("flash", "a fox"), environ, work).returncode == 3
    assert run(flux2("flash", "a fox", "--timeout", "0.2"), nowhere, work).returncode == 5
    assert run(flux2("flash", "a fox", "--sandbox", "--timeout", "0.1"), slow, work).returncode == 124


def test_a_ledger_that_cannot_be_used_is_1_and_nothing_is_sent(environ: dict[str, str], work: Path, stub: Stub) -> None:
    (Path(environ["FLUX2_STATE_DIR"])).mkdir()
    ledger = Path(environ["FLUX2_STATE_DIR"]) / "ledger.sqlite3"
    ledger.write_bytes(b"not a database, " * 1000)

    ran = run(flux2("flash", "a fox"), {**environ, "FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url}, work)

    assert ran.returncode == 1
    assert str(ledger).encode() in ran.stderr
    assert stub.seen == []
    assert ledger.read_bytes() == b"not a database, " * 1000


def test_a_reader_that_leaves_is_141_without_a_traceback(environ: dict[str, str], work: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        ran = subprocess.run(flux2("--help"), env=environ, cwd=work, stdout=gone, stderr=subprocess.PIPE, check=False)

    assert (ran.returncode, ran.stderr) == (141, b"")


@pytest.mark.parametrize(("sent", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_at_once_and_names_what_is_in_flight(
    environ: dict[str, str], work: Path, stub: Stub, sent: signal.Signals, exit_code: int
) -> None:
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}))
    stub.on("GET", ".*", Say(status=202, body={"status": "IN_PROGRESS", "logs": None}))
    environ.update({"FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url})
    process = subprocess.Popen(flux2("flash", "a fox"), env=environ, cwd=work, stdout=-1, stderr=-1)
    while len(stub.seen) < 2:
        time.sleep(0.01)

    process.send_signal(sent)
    started = time.monotonic()
    out, err = process.communicate(timeout=30)

    assert process.returncode == exit_code, err
    assert time.monotonic() - started < 3
    assert out == b""
    assert b"Still at the provider: " in err
    assert b"`flux2 jobs wait " in err


def test_a_signal_waits_for_a_reply_that_is_out_so_as_not_to_make_an_unknown(
    environ: dict[str, str], work: Path, stub: Stub
) -> None:
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}, wait=0.5))
    environ.update({"FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url})
    process = subprocess.Popen(flux2("flash", "a fox"), env=environ, cwd=work, stdout=-1, stderr=-1)
    while not stub.seen:
        time.sleep(0.01)

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    listed = json.loads(run(flux2("jobs", "list", "--json"), environ, work).stdout)

    assert process.returncode == 130
    assert [(job["state"], job["request_id"]) for job in listed] == [("submitted", "r-1")]


def test_a_full_disk_leaves_a_job_to_collect_and_no_half_file(environ: dict[str, str], work: Path, stub: Stub) -> None:
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    large = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", os.urandom(3_000_000)) + chunk(b"IEND", b"")
    stub.on("POST", ".*", Say(body={"request_id": "r-1"}))
    stub.on("GET", ".*/status.*", Say(body={"status": "COMPLETED", "logs": []}))
    stub.on("GET", "/queue/.*", Say(body={"images": [{"url": f"{stub.url}/a.png"}], "seed": 5}))
    stub.on("GET", "/a.png", Say(body=large))
    environ.update({"FAL_KEY": "a:b", "FLUX2_FAL_URL": stub.url})
    limited = ["bash", "-c", 'ulimit -f 2000; exec "$@"', "-", *flux2("flash", "a fox", "--json")]

    ran = run(limited, environ, work)
    fetched = run(flux2("jobs", "fetch"), environ, work)

    assert ran.returncode == 8, ran.stderr
    assert "too large" in json.loads(ran.stdout)["error"]["message"].lower()
    assert (fetched.returncode, fetched.stdout) == (0, b"a-fox-5.png\n")
    assert len(stub.posts()) == 1
    assert sorted(p.name for p in work.iterdir()) == ["a-fox-5.png", "a-fox-5.png.json"]
