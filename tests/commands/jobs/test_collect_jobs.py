"""`flux2 jobs fetch` and `wait`: what was submitted is collected, once."""

import json
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.fal_stub import fal, left
from support.images import PNG
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.edges.ledger import Ledger


def test_an_expired_result_says_so_and_counts_as_paid(shell: Shell, stub: Stub) -> None:
    job_id, env = left(shell, stub)
    stub._rules = [rule for rule in stub._rules if rule[0] == "POST"]
    stub.on("GET", ".*", Say(status=404, body={"status": "NOT_FOUND"}))
    later = shell.run("jobs", "fetch", "--json", env=env)
    again = shell.run("jobs", "wait", job_id, "--json", env=env)

    assert [(ran.code, ran.json["error"]["code"]) for ran in (later, again)] == [(8, "expired")] * 2
    assert "no longer keeps the result" in again.json["error"]["message"]
    assert shell.run("cost", "--json").json["total"]["estimated"] == {
        "jobs": 1, "amount": "0.005", "max": "0.005", "unpriced": 0
    }  # fmt: skip


@pytest.mark.parametrize("ended", ["failed", "expired"])
def test_a_job_that_ended_without_a_result_is_asked_about_once_more_when_it_is_named(
    shell: Shell, stub: Stub, ended: str
) -> None:
    """Something on the way answered for the provider once: earlier versions took that for the job's end."""
    job_id, env = left(shell, stub)
    with closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db, db:
        db.execute(
            "UPDATE jobs SET state = ?, error = ?", (ended, '{"code": "usage", "message": "It was gone.", "hint": ""}')
        )
    working = list(stub._rules)
    stub._rules = [rule for rule in working if rule[0] == "POST"]
    stub.on("GET", ".*", Say(status=404, body={"detail": "gone"}))

    unnamed = shell.run("jobs", "fetch", env=env)
    still = shell.run("jobs", "fetch", job_id, env=env)
    asked = [seen.path for seen in stub.seen if seen.method == "GET"]
    stub._rules = working
    fetched = shell.run("jobs", "fetch", job_id, env=env)

    assert (unnamed.code, unnamed.err) == (0, "nothing to collect\n")
    assert (still.code, still.err.startswith("error: It was gone.")) == (2, True), still.err
    assert asked == ["/queue/fal-ai/flux-2/requests/r-1"]
    assert (fetched.code, fetched.out) == (0, "fox-5.png\n"), fetched.err
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "saved"
    assert len(stub.posts()) == 1


@pytest.mark.parametrize("state", ["moderated", "cancelled", "rejected", "not-sent"])
def test_no_other_end_is_asked_about(shell: Shell, stub: Stub, state: str) -> None:
    job_id, env = left(shell, stub)
    with closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET state = ?", (state,))
    before = len(stub.seen)

    assert shell.run("jobs", "fetch", job_id, env=env).code != 0
    assert len(stub.seen) == before


def test_fetch_with_nothing_to_fetch(shell: Shell) -> None:
    ran = shell.run("jobs", "fetch")

    assert (ran.code, ran.out, ran.err) == (0, "", "nothing to collect\n")


def test_a_sandbox_job_is_collected_by_a_later_process(shell: Shell) -> None:
    left = shell.run("flash", "fox", "--seed", "7", "--no-wait", "--sandbox", "--json")

    fetched = shell.run("jobs", "fetch", "--sandbox", "-o", "elsewhere/")

    assert left.json["status"] == "submitted"
    assert left.json["images"] == []
    assert (fetched.code, fetched.out) == (0, "elsewhere/fox-7.png\n")
    assert shell.files() == ["elsewhere/fox-7.png", "elsewhere/fox-7.png.json"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("x" * 300 + ".png", "error: The name `xxx"),
        ("x" * 300 + "/", "error: The name `xxx"),
        ("x" * 300 + "-{seed}.png", "error: The name `xxx"),
        ("file/", "error: No file can be made in `{}/file`: it is a file, not a directory."),
        ("file/a.png", "error: No file can be made in `{}/file`: it is a file, not a directory."),
        ("taken.png", "error: `{}/taken.png` exists.\nhint: give another name, or a directory, which numbers names\n"),
        ("a\nb.png", "error: `-o` has a line break"),
        ("fox.gif", "error: `-o fox.gif` has no image suffix."),
    ],
)
def test_a_place_where_nothing_can_be_leaves_the_job_to_be_collected(shell: Shell, place: str, said: str) -> None:
    job = shell.run("flash", "fox", "--no-wait", "--sandbox", "--json").json["job_id"]
    for name in ("file", "taken.png"):
        (shell.cwd / name).write_text("mine")

    refused = shell.run("jobs", "fetch", job, "--sandbox", "-o", place)
    fetched = shell.run("jobs", "fetch", "--sandbox", "-o", "good/{id}.png")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(said.format(shell.cwd))
    assert (fetched.code, fetched.out) == (0, f"good/{job}.png\n")


def test_a_name_for_another_format_is_kept_with_a_warning(shell: Shell) -> None:
    shell.run("flash", "fox", "--no-wait", "--sandbox")

    fetched = shell.run("jobs", "fetch", "--sandbox", "-o", "a.jpg")

    assert (fetched.code, fetched.out) == (0, "a.jpg\n")
    assert "warning: a.jpg is a png file in spite of its name\n" in fetched.err
    assert (shell.cwd / "a.jpg").read_bytes().startswith(b"\x89PNG")


def test_many_jobs_are_not_collected_into_one_file(shell: Shell) -> None:
    for prompt in ("fox", "owl"):
        shell.run("flash", prompt, "--no-wait", "--sandbox")

    refused = shell.run("jobs", "fetch", "--sandbox", "-o", "a.png")

    assert refused.code == 2
    assert refused.err.startswith("error: Many images cannot go to `a.png`, one file, at once.")
    assert shell.files() == []


def test_collecting_a_saved_job_again_names_its_files_and_asks_nobody(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    job = shell.run("flash", "fox", "--json", env=env).json["job_id"]
    before = len(stub.seen)

    again = shell.run("jobs", "wait", job, env=env)

    assert (again.code, again.out) == (0, "fox-5.png\n")
    assert len(stub.seen) == before


def test_a_job_that_ended_badly_says_so_again(shell: Shell) -> None:
    failed = shell.run("flash", "fox", "--sandbox", "--json", env={"FLUX2_SANDBOX_FAULT": "moderated"})

    again = shell.run("jobs", "wait", failed.json["error"]["job_id"], "--sandbox", "--json")

    assert (again.code, again.json["error"]["code"]) == (6, "moderated")
    assert again.json["error"]["message"] == failed.json["error"]["message"]


def test_of_several_jobs_those_that_can_be_collected_are(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    first = shell.run("flash", "one", "--no-wait", env=env).out.strip()
    stub._rules.insert(0, ("POST", __import__("re").compile(".*"), [Say(body={"request_id": "gone"})]))
    second = shell.run("flash", "two", "--no-wait", env=env).out.strip()
    stub.on("GET", "/queue/.*/gone.*", Say(status=404, body={"status": "NOT_FOUND"}))
    stub._rules = [r for r in stub._rules if "stream" not in r[1].pattern]
    stub.first("GET", ".*/gone.*", Say(status=401, body={"detail": "no"}))
    third = shell.run("flash", "three", "--no-wait", env=env).out.strip()

    ran = shell.run("jobs", "fetch", "--timeout", "0.3", env=env)

    assert ran.code == 10
    assert ran.out == "one-5.png\n"
    assert f"error: {second}: fal rejected the key: no." in ran.err
    assert f"error: {third}: fal rejected the key: no." in ran.err, "it was not asked about: the key is the same"
    states = {job["job_id"]: job["state"] for job in shell.run("jobs", "list", "--json").json}
    assert states == {first: "saved", second: "submitted", third: "submitted"}


def test_a_job_of_a_living_process_is_left_alone(shell: Shell, stub: Stub) -> None:
    env = fal(stub)
    release = threading.Event()

    def slow(_: object) -> Say:
        release.wait(20)
        return Say(body=PNG)

    stub._rules.insert(0, ("GET", __import__("re").compile("/cdn/.*"), [slow]))
    worker = threading.Thread(target=lambda: shell.run("flash", "fox", env=env))
    worker.start()
    while not any("/cdn/" in seen.path for seen in stub.seen):
        pass
    listed = shell.run("jobs", "list", "--json").json
    ledger = Ledger(shell.state, now=lambda: datetime.now(UTC))

    claimed = ledger.claim(listed[0]["job_id"])
    ledger.close()
    release.set()
    worker.join()

    assert listed[0]["state"] == "ready"
    assert claimed is None
    assert shell.files() == ["fox-5.png", "fox-5.png.json"]


def test_a_job_left_over_by_a_killed_run_ends_with_one_image_and_no_part_files(shell: Shell, stub: Stub) -> None:
    env = fal(stub, image=Say(status=404))
    job = shell.run("flash", "fox", "--json", env=env).json["error"]["job_id"]
    (shell.cwd / f".{job}-0.part").write_bytes(PNG[:30])
    stub._rules = [rule for rule in stub._rules if "cdn" not in rule[1].pattern]
    stub.on("GET", "/cdn/.*", Say(body=PNG))

    shell.run("jobs", "fetch", env=env)

    assert sorted(p.name for p in shell.cwd.iterdir()) == ["fox-5.png", "fox-5.png.json"]
    assert json.loads((shell.cwd / "fox-5.png.json").read_text())["job_id"] == job
    assert Path(shell.state).exists()
