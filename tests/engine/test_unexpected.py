"""Unexpected errors: one job or row has them, its job stays collectable, and everything else goes on."""

import json
from typing import Any

import pytest
from support.batches import again, batch
from support.fal_stub import fal
from support.farm import Farm
from support.shell import Shell
from support.stub import Stub

from flux2cli.engine import save_images
from flux2cli.engine.engine import Engine
from flux2cli.engine.row_runner import RowRunner


def broken_for(prompt: str, name: str, patch: pytest.MonkeyPatch) -> None:
    """Make a step of saving fail for the jobs with this prompt."""
    works = getattr(save_images, name)

    def step(job: Any, *args: Any, **more: Any) -> Any:
        if job.prompt == prompt:
            raise KeyError("a bug")
        return works(job, *args, **more)

    patch.setattr(save_images, name, step)


def test_a_batch_goes_on_after_it_ends_with_its_summary_and_the_next_run_collects(shell: Shell, farm: Farm) -> None:
    with pytest.MonkeyPatch.context() as patch:
        broken_for("an owl", "sidecar", patch)
        ran = batch(shell, farm, "--json", text="a fox\nan owl\na hen\n")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    owl = next(row for row in rows if row.get("error"))

    assert (ran.code, rows[-1]["saved"], rows[-1]["submitted"]) == (10, 2, 1), ran.out
    assert (owl["error"]["code"], owl["error"]["exit_code"]) == ("internal", 1)
    assert owl["error"]["message"] == "Something went wrong that should not have (KeyError)."
    assert "details are in " in owl["error"]["hint"]
    [log] = (shell.state / "log").iterdir()
    assert "KeyError: 'a bug'" in log.read_text()
    assert [job["state"] for job in shell.run("jobs", "list", "--json").json if job["prompt"] == "an owl"] == ["ready"]

    assert again(shell, farm).err.startswith("3 rows: 2 done already, 1 to collect\n")
    assert farm.paid == {"a fox": 1, "an owl": 1, "a hen": 1}


def test_a_row_that_fails_before_it_has_a_job_does_not_end_the_batch(shell: Shell, farm: Farm) -> None:
    works = RowRunner._check_directory

    def check(rows: RowRunner, row: Any) -> None:
        if row.request.values["prompt"] == "an owl":
            raise KeyError("a bug")
        works(rows, row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowRunner, "_check_directory", check)
        ran = batch(shell, farm, text="a fox\nan owl\na hen\n")

    assert (ran.code, farm.paid) == (10, {"a fox": 1, "a hen": 1})
    assert "Something went wrong that should not have (KeyError)." in ran.err
    assert "3 rows: 2 saved, 1 failed" in ran.err


@pytest.mark.parametrize(("step", "said"), [("final_cost", "the final cost"), ("differences", "whether the images")])
def test_an_image_is_saved_without_a_step_that_it_does_not_need(
    shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch, step: str, said: str
) -> None:
    def fails(*_: Any) -> Any:
        raise ArithmeticError("a bug")

    monkeypatch.setattr(save_images, step, fails)

    ran = shell.run("flash", "a fox", env=fal(stub))

    assert (ran.code, ran.out) == (0, "a-fox-5.png\n")
    assert f"warning: {said}" in ran.err
    assert "cannot be told (ArithmeticError); details are in " in ran.err
    assert json.loads((shell.cwd / "a-fox-5.png.json").read_text())["cost"]["amount"] == "0.005"


def test_a_single_run_names_its_job_and_the_log(shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise KeyError("a bug with id:very-secret in it")

    monkeypatch.setattr(Engine, "_follow_and_save", fails)
    ran = shell.run("flash", "a fox", "--json", env=fal(stub))
    job_id = ran.json["error"]["job_id"]
    [log] = (shell.state / "log").iterdir()

    assert (ran.code, ran.json["error"]["code"]) == (1, "internal")
    assert ran.json["error"]["hint"] == f"details are in {log}; `flux2 jobs show {job_id}` shows what was submitted"
    assert "very-secret" not in log.read_text()
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "submitted"
    assert len(stub.posts()) == 1
