"""The manifest of a batch: every row with its images, however it ended."""

import csv
import json

import pytest
from support.shell import Shell

ROWS = "id,prompt,num\nhero,a fox,\npair,two owls,2\n,a hen,\n"


def batch(shell: Shell, *argv: str) -> None:
    (shell.cwd / "p.csv").write_text(ROWS)
    ran = shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", *argv)
    assert ran.code in (0, 10), ran.err


def test_a_line_for_each_image_also_of_rows_that_were_done(shell: Shell) -> None:
    batch(shell, "--only", "hero")

    batch(shell, "--manifest", "rows.csv")

    with (shell.cwd / "rows.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["row"], line["id"], line["state"], line["file"]) for line in lines[:3]] == [
        ("1", "hero", "done", "out/hero.png"),
        ("2", "pair", "saved", "out/pair.png"),
        ("2", "pair", "saved", "out/pair-2.png"),
    ]
    record = json.loads((shell.cwd / "out/hero.png.json").read_text())
    assert lines[0] == {
        "row": "1", "id": "hero", "state": "done", "file": "out/hero.png", "sha256": record["image"]["sha256"],
        "seed": str(record["seed"]), "cost": "0.005", "provider": "fal", "request_id": record["request_id"],
        "error": "",
    }  # fmt: skip
    assert lines[3]["state"] == "saved"


def test_in_json_with_errors_and_what_was_restored(shell: Shell) -> None:
    batch(shell)
    (shell.cwd / "out/hero.png").unlink()
    shell.environ["FLUX2_SANDBOX_FAULT"] = "moderated"
    (shell.cwd / "out/pair.png").unlink()
    shell.environ["FLUX2_CACHE_IMAGES"] = "2G"

    batch(shell, "--manifest", "rows.jsonl")

    lines = [json.loads(line) for line in (shell.cwd / "rows.jsonl").read_text().splitlines()]
    assert [(line["id"], line["state"]) for line in lines] == [
        ("hero", "restored"), ("pair", "restored"), ("pair", "restored"), (None, "done"),
    ]  # fmt: skip


def test_a_row_that_failed_has_its_error(shell: Shell) -> None:
    shell.environ["FLUX2_SANDBOX_FAULT"] = "moderated"

    batch(shell, "--manifest", "rows.jsonl")

    lines = [json.loads(line) for line in (shell.cwd / "rows.jsonl").read_text().splitlines()]
    assert [(line["state"], line["file"]) for line in lines] == [("failed", None)] * 3
    assert all("refused" in line["error"] for line in lines)


@pytest.mark.parametrize(
    ("name", "said"), [("rows.txt", "is neither .csv nor .jsonl"), ("no/such/rows.csv", "cannot be written")]
)
def test_a_place_that_is_none(shell: Shell, name: str, said: str) -> None:
    (shell.cwd / "p.csv").write_text(ROWS)

    ran = shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", "--manifest", name)

    assert (ran.code, (shell.cwd / "out").exists()) == (2, False)
    assert said in ran.err
