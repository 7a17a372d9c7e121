"""What is known of a row from the ledger and from the output folder, and whether that is enough."""

import shutil
import sqlite3
from collections.abc import Iterator
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

    assert shell.run(*argv, "--dry-run").err == "1 row: 1 to send, $0.01 (estimated)\n"


@pytest.mark.parametrize(("ending", "said"), [(".png", "1 to send, $0.01 (estimated)"), ("-2.png", "1 done already")])
def test_without_books_the_first_image_of_a_row_stands_for_all(shell: Shell, ending: str, said: str) -> None:
    (shell.cwd / "p.csv").write_text("prompt,num,seed\na fox,2,7\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox")
    assert shell.run(*argv).code == 0
    (shell.cwd / f"out/a-fox-7{ending}").unlink()

    ran = shell.run(*argv, "--dry-run", env={"FLUX2_STATE_DIR": str(shell.state.with_name("fresh"))})

    assert ran.err == f"1 row: {said}\n"


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
