"""A fixed series of command lines against scripted providers, and everything that they leave: rows, sidecars, stdout.

`python tests/records/scenario.py FOLDER`, with the package and the `tests` of another version on PYTHONPATH, records
what that version leaves. Times, ids, hosts and directories are replaced by fixed words, so that recordings compare.
"""

import contextlib
import json
import re
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Seen, Stub

FAL_FACTS = {"width": 1024, "height": 768, "content_type": "image/png"}
POLICY = {"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation", "input": "x"}
ROWS = [
    {"id": "hero", "prompt": "a heron", "seed": 3, "output": "hero.png", "meta": {"page": "home"}},
    {"prompt": "an owl", "variant": "max", "label": "birds"},
    {"prompt": "a 422 bird"},
]


class Providers:
    """All three providers on one stub: what becomes of a submit is a word in its prompt."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.bodies: dict[str, Any] = {}
        self.events = Say(
            body=b'data: {"status": "COMPLETED", "logs": []}\n\n', headers={"Content-Type": "text/event-stream"}
        )
        stub.on("POST", "/queue/.*", self.fal_submit)
        stub.on(
            "POST",
            "/rest/storage/.*",
            Say(body={"upload_url": f"{stub.url}/put", "file_url": "https://example.com/f.png"}),
        )
        stub.on("PUT", "/put", Say())
        stub.on("PUT", "/queue/.*/cancel", Say(status=202, body={"status": "CANCELLATION_REQUESTED"}))
        stub.on("GET", ".*/status/stream.*", self.events)
        stub.on("GET", "/queue/.*/status", Say(body={"status": "COMPLETED", "logs": []}))
        stub.on("GET", "/queue/.*/requests/.*", self.fal_result)
        stub.on("POST", "/v1/.*", self.bfl_submit)
        stub.on("GET", "/v1/get_result.*", self.bfl_result)
        stub.on("POST", "/model/v1/generation", self.vtrix_submit)
        stub.on("GET", "/model/v1/generation/task/.*", self.vtrix_result)
        stub.on("GET", "/cdn/gone.*", Say(status=404))
        stub.on("GET", "/cdn/.*", Say(body=PNG))

    @property
    def env(self) -> dict[str, str]:
        url = self.stub.url
        return {
            "FLUX2_FAL_URL": url, "FAL_KEY": "id:secret", "FLUX2_BFL_URL": url, "BFL_API_KEY": "b",
            "FLUX2_VTRIX_URL": url, "VTRIX_API_KEY": "v",
        }  # fmt: skip

    def _took(self, prefix: str, seen: Seen) -> tuple[str, Any]:
        request_id = f"{prefix}-{len(self.bodies) + 1}"
        self.bodies[request_id] = seen.json
        return request_id, seen.json

    def fal_submit(self, seen: Seen) -> Say:
        prompt = seen.json.get("prompt", "")
        if "422" in prompt:
            detail = {"loc": ["body", "prompt"], "msg": "too odd", "type": "value_error"}
            return Say(status=422, body={"detail": [detail]})
        if "429" in prompt:
            return Say(status=429, body={"detail": "Too many requests"}, headers={"Retry-After": "900"})
        request_id, _ = self._took("f", seen)
        return Say(drop=True) if "lost" in prompt else Say(body={"request_id": request_id})

    def fal_result(self, seen: Seen) -> Say:
        body = self.bodies[seen.path.rpartition("/")[2]]
        prompt = body.get("prompt", "")
        if "moderated" in prompt:
            return Say(status=422, body={"detail": [POLICY]})
        if "cancelled" in prompt:
            return Say(status=499, body={"detail": "Request was cancelled"})
        if "failed" in prompt:
            return Say(status=500, body={"detail": "The runner failed.", "error_type": "runner_server_error"})
        name = "gone.png" if "gone" in prompt else "a.png"
        images: list[dict[str, Any]] = [
            {"url": f"{self.stub.url}/cdn/{name}"} for _ in range(body.get("num_images", 1))
        ]
        if "bare" in prompt:
            return Say(body={"images": images})
        images[0].update(FAL_FACTS)
        return Say(
            body={
                "images": images,
                "seed": body.get("seed", 2**64 + 1),
                "prompt": f"{prompt}, in détail",
                "timings": {"inference": 1.25, "steps": [1, None]},
                "has_nsfw_concepts": ["flagged" in prompt],
            },
            headers={"x-fal-billable-units": "0.786432"},
        )

    def bfl_submit(self, seen: Seen) -> Say:
        request_id, _ = self._took("b", seen)
        polling = f"{self.stub.url}/v1/get_result?id={request_id}&region=eu2"
        return Say(body={"id": request_id, "polling_url": polling, "cost": 4.5, "output_mp": 1})

    def bfl_result(self, seen: Seen) -> Say:
        request_id = seen.path.partition("id=")[2].partition("&")[0]
        prompt = self.bodies[request_id].get("prompt", "")
        if "moderated" in prompt:
            return Say(body={"id": request_id, "status": "Content Moderated", "details": {"Moderation Reasons": ["x"]}})
        made = {"sample": f"{self.stub.url}/cdn/b.png?sig=1", "prompt": prompt, "seed": 42, "duration": 1.5}
        return Say(
            body={"id": request_id, "status": "Ready", "result": made, **({"cost": 3} if "billed" in prompt else {})}
        )

    def vtrix_submit(self, seen: Seen) -> Say:
        request_id, _ = self._took("v", seen)
        return Say(body={"id": request_id, "status": "in_progress", "model": "flux_2_max", "created_at": 1795197000})

    def vtrix_result(self, seen: Seen) -> Say:
        request_id = seen.path.rpartition("/")[2]
        text = json.dumps(self.bodies[request_id])
        if "failed" in text:
            return Say(body={"id": request_id, "status": "failed", "error": {"code": "1", "message": "no memory"}})
        output = [{"content": [{"type": "image", "url": f"{self.stub.url}/cdn/v.png"}]}]
        usage = {} if "unbilled" in text else {"cost": "0.06650", "discount": 0.05, "quantity": 1}
        return Say(body={"id": request_id, "status": "completed", "output": output, "usage": usage})


RUNS: tuple[tuple[str, ...], ...] = (
    ("flash", "a fox", "--seed", "7", "--label", "hero"),
    ("flash", "a fox", "--num", "3", "-o", "four/"),
    ("flash", "a bare fox", "--num", "3", "-s", "1920x1080", "-o", "bare/{index}.{ext}"),
    ("max", "a red jacket", "-i", "in.png", "-i", "https://example.com/b.jpg?x=1"),
    ("flash", "a flagged fox", "-s", "512x512", "--strict", "--format", "jpeg"),
    ("flash", "a moderated fox"),
    ("flash", "a failed fox"),
    ("flash", "a 422 fox"),
    ("flash", "a 429 fox", "--timeout", "30"),
    ("flash", "a lost fox", "--label", "lost"),
    ("flash", "a gone fox", "--num", "2"),
    ("flash", "a running fox", "--no-wait"),
    ("flash", "a cancelled fox", "--no-wait"),
    ("flash", "a fox", "--seed", "8", "-o", "-"),
    ("flash", "a fox", "--seed", "9", "--param", "x_new=1", "--no-safety-checker"),
    ("flash", "a webhook fox", "--webhook-url", "https://example.com/hook"),
    ("outpaint", "in.png", "--left", "256", "--right", "256"),
    ("pro", "a lighthouse", "-p", "bfl", "-s", "1024x768", "--seed", "7"),
    ("pro", "a billed lighthouse", "-p", "bfl", "-i", "in.png"),
    ("pro", "a moderated lighthouse", "-p", "bfl"),
    ("pro", "a running lighthouse", "-p", "bfl", "--no-wait"),
    ("max", "a pier", "-p", "vtrix", "--seed", "5"),
    ("max", "an unbilled pier", "-p", "vtrix"),
    ("max", "a failed pier", "-p", "vtrix"),
    ("batch", "rows.jsonl", "-m", "flash", "-o", "art/", "-c", "1"),
    ("batch", "rows.jsonl", "-m", "flash", "-o", "art/", "-c", "1"),
    ("flash", "a fox", "--seed", "7", "--dry-run"),
    ("max", "a fox", "-i", "https://example.com/b.jpg", "--dry-run"),
    ("max", "a fox", "-p", "vtrix", "--dry-run"),
    ("batch", "rows.jsonl", "-m", "flash", "-o", "other/", "--dry-run"),
)
"""Every one is run with `--json`, the dry runs without it as well."""


def prepare(shell: Shell) -> None:
    """The files that the command lines read."""
    (shell.cwd / "in.png").write_bytes(PNG)
    (shell.cwd / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def moment(number: int) -> datetime:
    """The time of a command: one minute after the other, over two days."""
    return datetime(2026, 11, 20, 23, 40, tzinfo=UTC) + timedelta(minutes=number)


def play(shell: Shell, stub: Stub) -> dict[str, Any]:
    """Run all; `commands` with exit code, stdout and stderr, `rows` of the ledger, `sidecars` by file name."""
    prepare(shell)
    env = Providers(stub).env
    commands: list[tuple[str, Ran]] = []
    for number, argv in enumerate(RUNS):
        for line in ([*argv, "--json"],) if "--dry-run" not in argv else ([*argv, "--json"], argv):
            if argv[-1] == "-":
                line = argv  # bytes and a document cannot both go to stdout
            commands.append((" ".join(line), shell.run(*line, env=env, now=moment(number))))
    jobs = [row["job_id"] for row in shell.run("jobs", "list", "--json", now=moment(60)).json]
    cancelled = next(job for job in jobs if "cancelled" in shell.run("jobs", "show", job, now=moment(60)).out)
    commands.append(("jobs cancel", shell.run("jobs", "cancel", cancelled, "--json", env=env, now=moment(60))))
    words = Words(shell, stub, jobs[::-1])
    dump = "\n".join(dumped(shell.state / "ledger.sqlite3"))
    commands.append(("jobs fetch", shell.run("jobs", "fetch", "--json", env=env, now=moment(70))))
    return {
        "commands": [words.ran(argv, ran) for argv, ran in commands],
        "rows": [words.of(line) for line in rows(shell.state / "ledger.sqlite3")],
        "sidecars": {
            words.of(str(file.relative_to(shell.cwd))): words.of(file.read_text())
            for file in sorted(shell.cwd.rglob("*.png.json"))
        },
        "dump": words.of(dump),
    }


def view(shell: Shell, jobs: list[str]) -> list[tuple[str, Ran]]:
    """What the commands that only read say of a ledger; `jobs` are the ids of its jobs, oldest first."""
    lines: list[tuple[str, ...]] = [("jobs", "list"), ("jobs", "list", "--json"), ("jobs", "list", "--state", "saved")]
    lines += [("jobs", "show", job, *flags) for job in jobs for flags in ((), ("--json",))]
    saved = {job["job_id"] for job in shell.run("jobs", "list", "--state", "saved", "--json", now=moment(65)).json}
    lines += [("jobs", "fetch", job, "--json") for job in jobs if job in saved]
    lines += [("cost",), ("cost", "--json")]
    lines += [("cost", "--by", by, *flags) for by in ("provider", "variant", "label") for flags in ((), ("--json",))]
    return [(" ".join(line), shell.run(*line, now=moment(65))) for line in lines]


def dumped(file: Path) -> list[str]:
    """The ledger as SQL, its version included."""
    with contextlib.closing(sqlite3.connect(file)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return [*db.iterdump(), f"PRAGMA user_version = {version};"]


def rows(file: Path) -> list[str]:
    """Every column of every job and file as the ledger stores it, a line for each."""
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.row_factory = sqlite3.Row
        found = [
            *db.execute("SELECT * FROM jobs ORDER BY seq"),
            *db.execute("SELECT files.* FROM files JOIN jobs USING (job_id) ORDER BY seq, number"),
        ]
        return [json.dumps(dict(row), ensure_ascii=False) for row in found]


def restored(shell: Shell, dump: str) -> list[str]:
    """Make the ledger that a dump holds, its paths below the shell's directory; the ids of its jobs, oldest first."""
    shell.state.mkdir()
    with contextlib.closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db:
        db.executescript(dump.replace("/tmp/x", str(shell.cwd)).replace("/tmp/y", str(shell.cwd.parent)))
        return [job for (job,) in db.execute("SELECT job_id FROM jobs ORDER BY seq")]


_LETTERS = str.maketrans("0189", "abhi")
"""Ids of jobs have no other digits than 2 to 7."""


class Words:
    """What differs between two recordings, and the fixed words in its place."""

    def __init__(self, shell: Shell, stub: Stub, jobs: list[str]) -> None:
        self._pairs = [(str(shell.cwd), "/tmp/x"), (str(shell.cwd.parent), "/tmp/y")]
        self._pairs += [(stub.url, "http://stub"), (stub.url.removeprefix("http://"), "stub")]
        self._pairs += [(job, f"job2{number:04d}".translate(_LETTERS)) for number, job in enumerate(jobs)]

    def ran(self, argv: str, ran: Ran) -> list[object]:
        """A command line, its exit code, stdout and stderr."""
        out = "an image" if ran.raw.startswith(b"\x89PNG") else ran.out
        return [self.of(argv), ran.code, self.of(out), self.of(ran.err)]

    def of(self, text: str) -> str:
        """The text with fixed words in it."""
        for value, word in self._pairs:
            text = text.replace(value, word)
        text = re.sub(r'("version": )"[^"]*"', r'\1"0.1.0"', text)
        return re.sub(r"\d+-[a-z2-7]+\.lock", "OWNER", text)


def main(target: str) -> None:
    """Record all with the version of the package that is on the path; `more.sql` holds rows written by hand."""
    folder = Path(target)
    with tempfile.TemporaryDirectory() as root, Stub() as stub:
        found = play(Shell(Path(root)), stub)
    dump = f"{found.pop('dump')}\n{(folder / 'more.sql').read_text()}"
    (folder / "ledger.sql").write_text(dump)
    (folder / "written.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    with tempfile.TemporaryDirectory() as root, Stub() as stub:
        shell = Shell(Path(root))
        words = Words(shell, stub, [])
        views = [words.ran(argv, ran) for argv, ran in view(shell, restored(shell, dump))]
    (folder / "views.json").write_text(json.dumps(views, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
