"""What is known of a row from its records, its images and the ledger, and what a run makes of it."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.batches import LARGER, again, batch, images
from support.farm import Farm
from support.sandbox_rig import new_sandbox
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.edges.ledger import Ledger
from flux2cli.sandbox.job_store import Latency

# --- what is there and what is not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["-2.png", ".png.json"])
def test_a_row_of_several_images_of_which_one_is_gone_is_made_again(shell: Shell, ending: str) -> None:
    (shell.cwd / "p.csv").write_text("prompt,num,seed\na fox,2,7\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox")
    assert shell.run(*argv).code == 0
    assert images(shell) == ["out/a-fox-7-2.png", "out/a-fox-7.png"]
    assert shell.run(*argv).err == "1 row: 1 done already\n"

    (shell.cwd / f"out/a-fox-7{ending}").unlink()

    if ending == ".png.json":  # an image without its record may be anything
        assert shell.run(*argv, "--dry-run").err == "1 row: 1 kept\n"
        return
    assert shell.run(*argv, "--dry-run").err == "1 row: 1 to restore\n"
    without_cache = {"FLUX2_CACHE_IMAGES": "0"}
    assert shell.run(*argv, "--dry-run", env=without_cache).err == "1 row: 1 to send, $0.01 (estimated)\n"


@pytest.mark.parametrize("ending", [".png", "-2.png"])
def test_without_books_all_images_of_a_row_have_to_be_there(shell: Shell, ending: str) -> None:
    (shell.cwd / "p.csv").write_text("prompt,num,seed\na fox,2,7\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox")
    assert shell.run(*argv).code == 0
    (shell.cwd / f"out/a-fox-7{ending}").unlink()

    fresh = {"FLUX2_STATE_DIR": str(shell.state.with_name("fresh")), "FLUX2_CACHE_IMAGES": "0"}

    assert shell.run(*argv, "--dry-run", env=fresh).err == "1 row: 1 to send, $0.01 (estimated)\n"


def test_an_image_that_another_machine_made_under_the_same_name_counts(shell: Shell, farm: Farm, stub: Stub) -> None:
    """The books here remember another length: what lies in the folder is what counts."""
    assert batch(shell, farm, "--seed", "7", text="a fox\n").code == 0
    shutil.rmtree(shell.cwd / "out")
    stub.first("GET", "/cdn/.*", Say(body=LARGER))
    with_others = {**farm.env, "FLUX2_STATE_DIR": str(shell.state.with_name("other"))}
    argv = ("batch", "prompts.txt", "-m", "flash", "-o", "out/", "--seed", "7")
    assert shell.run(*argv, env=with_others).out == "out/a-fox-7.png\n"

    assert shell.run(*argv, env=farm.env).err == "1 row: 1 done already\n"
    assert farm.paid == {"a fox": 2}


def test_a_row_whose_files_are_there_and_whose_job_is_not_settled_is_settled(shell: Shell, farm: Farm) -> None:
    """As after a kill between the last file and the last word in the books."""
    assert batch(shell, farm, text="a fox\n").code == 0
    with closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET state = 'ready'")

    ran = again(shell, farm)

    assert (ran.code, ran.out) == (0, "out/a-fox-1001.png\n")
    assert ran.err.startswith("1 row: 1 to collect\n")
    assert images(shell) == ["out/a-fox-1001.png"]
    assert again(shell, farm).err == "1 row: 1 done already\n"


@pytest.mark.parametrize("fault", [None, "moderated"])
def test_what_came_from_an_emulator_counts_only_while_its_address_is_set(
    shell: Shell, tmp_path: Path, fault: str | None
) -> None:
    (shell.cwd / "p.txt").write_text("a fox\n")
    argv = ("batch", "p.txt", "-m", "flash", "-o", "out/", "--seed", "7")
    faults = [fault] if fault else []
    with new_sandbox(tmp_path / "emulator", latency=Latency(queued=0, running=0), faults=faults) as server:
        env = {"FLUX2_FAL_URL": server.url, "FAL_KEY": "a:b"}
        first = shell.run(*argv, env=env)
        rehearsed = shell.run(*argv, "--dry-run", env=env)
        real = shell.run(*argv, "--dry-run", env={"FAL_KEY": "a:b"})

    assert first.code == (10 if fault else 0), first.err
    assert rehearsed.err == (
        "1 row: 1 not touched (failed, moderated or unknown before)\n" if fault else "1 row: 1 done already\n"
    )
    assert real.err == "1 row: 1 to send, $0.005 (estimated)\n"


# --- beside another process, for which a ledger of its own stands --------------------------------------------------


@pytest.fixture
def other(shell: Shell) -> Iterator[Ledger]:
    with closing(Ledger(shell.state, now=lambda: datetime.now(UTC))) as other:
        yield other


# --- rows that 0.1.0 recorded: the keys of their requests were made of whole URLs -------------------------------------

FORMER_KEYS = {None: "4e5f9ab2e892116aaf1b13ae34163970", "b": "ee7b5ad3169f52bfdf355e1464173637"}
"""The row keys that 0.1.0 wrote for these rows, by their ids."""
TOKENS = (
    "id,prompt,image\n,a fox,https://h.example/a.png?token=abc&v=1\nb,a fox,https://h.example/a.png?token=abc&v=1\n"
)
FLAGS = ("-s", "square", "--seed", "7")


def as_recorded_by_the_former_version(shell: Shell) -> None:
    """Give the rows of the ledger and of the folder their former keys."""
    with closing(sqlite3.connect(shell.state / "ledger.sqlite3")) as db, db:
        for row_id, key in FORMER_KEYS.items():
            db.execute("UPDATE jobs SET row_key = ? WHERE row_id IS ?", (key, row_id))
    for sidecar in (shell.cwd / "out").glob("*.json"):
        document = json.loads(sidecar.read_text())
        document["row"]["key"] = FORMER_KEYS[document["row"]["id"]]
        sidecar.write_text(json.dumps(document))


@pytest.mark.parametrize("state", ["state", "fresh"], ids=["in the ledger", "in the folder"])
def test_rows_with_secrets_that_the_former_version_saved_are_done(shell: Shell, farm: Farm, state: str) -> None:
    assert batch(shell, farm, *FLAGS, text=TOKENS, name="p.csv").code == 0
    as_recorded_by_the_former_version(shell)

    env = {**farm.env, "FLUX2_STATE_DIR": str(shell.state.with_name(state))}
    ran = shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", *FLAGS, env=env)

    assert ran.err == "2 rows: 2 done already\n"
    assert farm.paid == {"a fox": 2}


def test_a_row_with_secrets_that_the_former_version_submitted_is_collected(shell: Shell, farm: Farm) -> None:
    assert batch(shell, farm, *FLAGS, "--no-wait", text=TOKENS, name="p.csv").code == 0
    as_recorded_by_the_former_version(shell)

    ran = again(shell, farm, *FLAGS, name="p.csv")

    assert ran.err.startswith("2 rows: 2 to collect\n")
    assert (ran.code, farm.paid) == (0, {"a fox": 2})
    assert again(shell, farm, *FLAGS, name="p.csv").err == "2 rows: 2 done already\n"


def test_a_row_with_secrets_that_another_process_follows_under_its_former_key_is_left_to_it(
    shell: Shell, farm: Farm, other: Ledger
) -> None:
    one_row = "".join(TOKENS.splitlines(keepends=True)[:2])
    assert batch(shell, farm, *FLAGS, "--no-wait", text=one_row, name="p.csv").code == 0
    as_recorded_by_the_former_version(shell)
    (job,) = other.jobs()
    assert other.claim(job.job_id) is not None
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(again, shell, farm, *FLAGS, name="p.csv")
        time.sleep(0.2)
        other.close()
        ran = run.result(timeout=20)

    assert ran.err.startswith("1 row: 1 with another process\n")
    assert (ran.code, farm.paid) == (0, {"a fox": 1})


def test_the_images_of_a_row_under_its_former_key_are_not_overwritten_by_its_twin(shell: Shell, farm: Farm) -> None:
    assert batch(shell, farm, *FLAGS, text=TOKENS, name="p.csv").code == 0
    as_recorded_by_the_former_version(shell)
    before = {name: (shell.cwd / name).read_bytes() for name in shell.files() if name.startswith("out/")}
    (shell.cwd / "p.csv").write_text(TOKENS + "c,a fox,https://h.example/a.png?token=abc&v=1\n")

    ran = again(shell, farm, *FLAGS, "--overwrite", name="p.csv")

    assert (ran.code, farm.paid) == (0, {"a fox": 3})
    assert before == {name: (shell.cwd / name).read_bytes() for name in before}
