"""Rows and their images: what becomes of them when rows, images and records change. Every submit is counted."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.image_project import ROWS, Project
from support.shell import Shell


def test_records_say_what_was_given_and_where_the_row_is(project: Project) -> None:
    record = project.record("mug.png")

    assert record["given"] == {"prompt": "on a mug", "format": "png", "image": ["logo.png"]}
    assert (record["row"]["id"], record["row"]["source"]) == ("logo", "../p.csv")


def test_again_nothing_is_sent_and_a_check_finds_nothing(project: Project) -> None:
    assert project.run().err == "5 rows: 5 done already\n"
    checked = project.run("--check")
    assert (checked.code, checked.out, checked.err) == (0, "", "5 rows: 5 as declared\n")
    assert project.submits == 5


def test_an_edited_prompt_stops_the_run_is_replaced_with_consent_and_comes_back_for_nothing(project: Project) -> None:
    before = project.image("hero.png").read_bytes()
    project.rows["hero"] = "a red fox,hero.png,home,"

    stopped, checked = project.run(), project.run("--check")

    assert (stopped.code, project.submits) == (2, 5)
    assert stopped.err.splitlines()[0] == (
        "p.csv:2: id: `out/hero.png` was made by another request (changed: prompt)."
        " (--update replaces the images of changed rows)"
    )
    assert (checked.code, checked.out) == (11, "p.csv:2  changed  hero: changed: prompt\n")

    updated = project.run("--update")

    assert (updated.code, updated.out, project.submits) == (0, "out/hero.png\n", 6)
    assert project.image("hero.png").read_bytes() != before
    assert project.record("hero.png")["prompt"] == "a red fox"

    project.rows["hero"] = ROWS["hero"]
    reverted = project.run("--update")

    assert (reverted.code, reverted.out, project.submits) == (0, "out/hero.png\n", 6)
    assert "restored out/hero.png: changed: prompt\n" in reverted.err
    assert project.image("hero.png").read_bytes() == before
    assert project.run("--check").code == 0


@pytest.mark.parametrize(("cache", "sent"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("what", ["deleted", "cut", "deleted with its record"])
def test_a_lost_image_comes_back_under_its_own_name(project: Project, what: str, cache: bool, sent: int) -> None:
    path = project.image("sub/owl.png")
    if what == "cut":
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[:1000])
    else:
        path.unlink()
    if what == "deleted with its record":
        path.with_name("owl.png.json").unlink()
    before = project.names()

    ran = project.run(cache=cache)

    assert (ran.code, ran.out, project.submits) == (0, "out/sub/owl.png\n", 5 + sent)
    assert project.names() == sorted({*before, "out/sub/owl.png"})
    assert project.run("--check").code == 0


def test_a_moved_output_moves_the_image(project: Project) -> None:
    before = project.image("hero.png").read_bytes()
    project.rows["hero"] = "a fox,big/hero.png,home,"

    planned, ran = project.run("--dry-run"), project.run()

    assert planned.err.splitlines()[0] == "5 rows: 4 done already, 1 to move"
    assert planned.out == "p.csv:2  placed elsewhere (out/hero.png moves to out/big/hero.png)  out/big/hero.png\n"
    assert (ran.code, ran.out, project.submits) == (0, "out/big/hero.png\n", 5)
    assert project.image("big/hero.png").read_bytes() == before
    assert project.record("big/hero.png")["image"]["file"] == "hero.png"
    assert "out/hero.png" not in project.names()


def test_images_change_places(project: Project) -> None:
    hero, hen = (project.image(name).read_bytes() for name in ("hero.png", "hen.png"))
    project.rows["hero"], project.rows["hen"] = "a fox,hen.png,home,", "a hen,hero.png,birds,"

    ran = project.run()

    assert (ran.code, project.submits) == (0, 5)
    assert (project.image("hen.png").read_bytes(), project.image("hero.png").read_bytes()) == (hero, hen)
    assert project.run().err == "5 rows: 5 done already\n"


def test_changed_meta_moves_what_a_template_names(shell: Shell) -> None:
    (shell.cwd / "p.csv").write_text("id,prompt,meta.page\nhero,a fox,home\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/{meta.page}/{id}.{ext}", "--sandbox")
    assert shell.run(*argv).out == "out/home/hero.png\n"
    (shell.cwd / "p.csv").write_text("id,prompt,meta.page\nhero,a fox,about\n")

    ran = shell.run(*argv)

    assert (ran.code, ran.out) == (0, "out/about/hero.png\n")
    assert ran.err.splitlines()[0] == "1 row: 1 to move"


def test_a_changed_input_makes_its_edit_stale_and_no_other(project: Project) -> None:
    Image.new("RGB", (64, 64), "blue").save(project.shell.cwd / "logo.png")

    checked, ran = project.run("--check"), project.run("--update")

    assert checked.out == "p.csv:4  changed  logo: changed: input logo.png\n"
    assert (ran.code, ran.out, project.submits) == (0, "out/mug.png\n", 6)


def test_an_image_edited_by_hand_is_kept_and_adopted_on_request(project: Project) -> None:
    Image.new("RGB", (9, 9)).save(project.image("hero.png"))
    kept = project.run()
    assert (kept.code, project.submits) == (0, 5)
    assert "kept out/hero.png: out/hero.png has other bytes than its record\n" in kept.err

    project.rows["hero"] = "a red fox,hero.png,home,"
    both = project.run("--update")
    assert (both.code, project.submits) == (10, 5)
    assert "out/hero.png has other bytes than its record; changed: prompt\n" in both.err

    project.rows["hero"] = ROWS["hero"]
    adopted = project.run("--adopt")
    assert (adopted.code, project.record("hero.png")["image"]["width"]) == (0, 9)
    assert project.run("--check").code == 0
    assert project.submits == 5


def test_a_removed_row_leaves_an_image_that_is_named_and_pruned_on_request(project: Project) -> None:
    del project.rows["hen"]
    named = project.run()
    assert (named.code, named.err) == (0, "4 rows: 4 done already\nno row any more: out/hen.png\n")
    assert project.run("--check").out == "out/hen.png  orphan  hen: its row is gone\n"

    refused = project.run("--prune")
    assert (refused.code, "out/hen.png" in project.names()) == (2, True)
    pruned = project.run("--prune", "-y")

    assert (pruned.code, "out/hen.png" in project.names()) == (0, False)
    project.rows["hen"] = ROWS["hen"]
    assert project.run().out == "out/hen.png\n"
    assert project.submits == 5, "it came back from the cache"


def test_an_edited_image_without_a_row_is_not_pruned(project: Project) -> None:
    del project.rows["hen"]
    Image.new("RGB", (9, 9)).save(project.image("hen.png"))

    assert "pruned 0 of 1\n" in project.run("--prune", "-y").err
    assert "out/hen.png" in project.names()


def test_two_prompt_files_in_one_folder_are_pruned_alone(project: Project) -> None:
    (project.shell.cwd / "q.csv").write_text("id,prompt,output\nhero,a heron,q/heron.png\n")
    argv = ("batch", "q.csv", "-m", "flash", "-o", "out/", "--sandbox")
    assert project.shell.run(*argv).code == 0

    assert project.run("--prune", "-y").err == "5 rows: 5 done already\n"
    assert project.shell.run(*argv, "--prune", "-y").err == "1 row: 1 done already\n"
    assert len(project.names()) == 6


def test_one_row_is_rolled_again_and_its_result_stays(project: Project) -> None:
    before = project.image("cat.png").read_bytes()

    rolled = project.run("--only", "c*", "--reroll")

    assert (rolled.code, rolled.out, project.submits) == (0, "out/cat.png\n", 6)
    assert project.image("cat.png").read_bytes() != before
    assert project.run().err == "5 rows: 5 done already\n"
    assert project.submits == 6


def test_a_row_with_a_seed_is_rolled_with_another(shell: Shell) -> None:
    (shell.cwd / "p.csv").write_text("id,prompt,seed\nhero,a fox,7\n")
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox")
    shell.run(*argv)

    assert shell.run(*argv, "--only", "hero", "--reroll").code == 0

    assert json.loads((shell.cwd / "out/hero.png.json").read_text())["seed"] != 7
    assert shell.run(*argv).err == "1 row: 1 done already\n"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--reroll"], "`--reroll` pays for images of rows that may have one."),
        (["--remake"], "`--remake` pays for images of rows that may have one."),
        (["--only", "hero", "--reroll", "--remake"], "`--reroll` and `--remake` do not go together."),
        (["--prune", "--only", "hero"], "`--prune` and `--only` do not go together"),
        (["--prune", "--limit", "1"], "`--prune` and `--limit` do not go together"),
        (["--prune", "--shard", "1/2"], "`--prune` and `--shard` do not go together"),
        (["--only", "none"], "`--only none` matches the id of no row."),
        (["--check", "--only", "none"], "`--only none` matches the id of no row."),
    ],
)
def test_flags_that_do_not_fit(project: Project, flags: list[str], said: str) -> None:
    ran = project.run(*flags)

    assert (ran.code, project.submits) == (2, 5)
    assert ran.err.startswith(f"error: {said}")


def test_pointers_of_git_lfs_are_images_that_are_elsewhere(project: Project) -> None:
    for name in project.names():
        path = project.shell.cwd / name
        image = json.loads(path.with_name(f"{path.name}.json").read_text())["image"]
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{image['sha256']}\nsize {image['bytes']}\n"
        path.unlink()
        path.write_text(pointer)

    assert project.run("--check").code == 0
    assert project.run().err == "5 rows: 5 done already\n"
    hero = project.image("hero.png")
    hero.write_text(hero.read_text().replace("sha256:", "sha256:0")[:-2] + "\n")
    assert project.run("--check").code == 11


def test_a_fresh_clone_is_checked_without_key_home_or_cache(project: Project, tmp_path: Path) -> None:
    """In a real run placeholders of the sandbox are not the images that were asked for."""
    clone = tmp_path / "clone"
    shutil.copytree(project.shell.cwd, clone)
    (tmp_path / "fresh").mkdir()
    other = Shell(tmp_path / "fresh")
    other.cwd = clone

    ran = other.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", "--check")

    assert (ran.code, ran.err) == (0, "5 rows: 5 as declared\n")
    real = other.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--check")
    assert (real.code, real.err) == (11, "5 rows: 5 sandbox\n")
    assert not other.state.exists()


def test_the_sandbox_replaces_no_real_image(project: Project) -> None:
    for name in project.names():
        sidecar = project.shell.cwd / f"{name}.json"
        sidecar.write_text(sidecar.read_text().replace('"sandbox": true', '"sandbox": false'))
    project.rows["hero"] = "a red fox,hero.png,home,"
    before = {name: (project.shell.cwd / name).read_bytes() for name in project.names()}

    ran = project.run("--update")

    assert (ran.code, ran.err) == (0, "5 rows: 5 done already\n")
    assert before == {name: (project.shell.cwd / name).read_bytes() for name in project.names()}


def test_a_newer_catalogue_with_another_endpoint_buys_nothing(project: Project) -> None:
    for name in project.names():
        sidecar = project.shell.cwd / f"{name}.json"
        record = json.loads(sidecar.read_text())
        record["endpoint"] += "/older"
        record["request_key"] = "0" * 64
        record["row"]["key"] = "0" * 31 + str(len(name) % 10)
        sidecar.write_text(json.dumps(record))

    assert project.run().err == "5 rows: 5 done already\n"
    assert project.submits == 5


def test_a_merged_record_is_settled_by_the_image_that_is_there(project: Project) -> None:
    sidecar = project.image("hero.png.json")
    text = sidecar.read_text()
    line = next(line for line in text.splitlines(keepends=True) if '"sha256"' in line and '": "' in line)
    other = line.replace('": "', '": "0')
    sidecar.write_text(text.replace(line, f"<<<<<<< HEAD\n{other}=======\n{line}>>>>>>> b\n"))

    assert project.run("--check").code == 11
    assert project.run().code == 0
    assert sidecar.read_text() == text
    assert project.submits == 5


def test_a_record_that_cannot_be_read_is_kept_and_pays_for_nothing(project: Project) -> None:
    project.image("hero.png.json").write_text("{")

    ran = project.run()

    assert (ran.code, project.submits) == (10, 5)
    assert "kept" in ran.err
    assert project.run("--only", "hero", "--remake").code == 0
    assert project.submits == 6
    assert project.run("--check").code == 0


def test_a_folder_that_is_only_elsewhere_is_not_paid_for_again(project: Project) -> None:
    for name in project.names():
        os.unlink(project.shell.cwd / name)  # noqa: PTH108 - the records stay

    refused = project.run(cache=False)
    assert (refused.code, project.submits) == (2, 5)
    assert refused.err.startswith("error: 5 images are on record, and none of them is there.\n")

    assert project.run("--remake-missing", cache=False).code == 0
    assert project.submits == 10


def test_a_check_in_json_and_on_github(project: Project) -> None:
    project.rows["owl"] = "two owls,sub/owl.png,birds,"
    del project.rows["cat"]
    page = project.shell.cwd / "page.md"

    ran = project.run("--check", "--json")
    on_github = project.shell.run(
        "batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", "--check", "--summary",
        env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(page)},
    )  # fmt: skip

    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"schema": "flux2cli/check/1", "row": 2, "id": "owl", "file": "p.csv", "line": 3, "state": "changed",
         "reasons": ["changed: prompt"]},
        {"schema": "flux2cli/check/1", "row": None, "id": "cat", "file": "out/cat.png", "line": None, "state": "orphan",
         "reasons": ["its row is gone"]},
    ]  # fmt: skip
    assert "::error file=p.csv,line=3::changed: owl: changed: prompt\n" in on_github.err
    assert "| p.csv:3 | changed | owl: changed: prompt |\n" in page.read_text()


def test_results_in_json(project: Project) -> None:
    project.image("hero.png").unlink()
    project.rows["owl"] = "an owl,owl.png,birds,"
    Image.new("RGB", (9, 9)).save(project.image("hen.png"))

    *rows, summary = [json.loads(line) for line in project.run("--json").out.splitlines()]

    assert {row["id"]: row["status"] for row in rows} == {"hero": "restored", "owl": "moved", "hen": "kept"}
    hero = next(row for row in rows if row["id"] == "hero")
    assert hero["images"] == [{"path": "out/hero.png", "sidecar": "out/hero.png.json"}]
    assert [summary[name] for name in ("rows", "skipped", "restored", "moved", "kept")] == [5, 2, 1, 1, 1]


def test_a_plan_names_files_and_sums(project: Project) -> None:
    """Files whose names depend on the result have none yet; sums are shown where there are several."""
    project.rows["hero"] = "a red fox,fox.png,home,"
    project.rows["new"] = "a new one,,home,"
    project.rows["big"] = "a big one,big.png,home,"

    ran = project.run("--update", "--dry-run")

    url = "POST https://queue.fal.run/fal-ai/flux-2/flash  $0.005"
    assert ran.out.splitlines() == [
        f"p.csv:2  placed elsewhere (out/hero.png moves to out/fox.png; changed: prompt)  out/fox.png  {url}",
        f"p.csv:7  new  {url}",
        f"p.csv:8  new  out/big.png  {url}",
    ]
    assert ran.err == "7 rows: 4 done already, 3 to send, $0.015 (estimated)\n"
    json_lines = project.run("--update", "--dry-run", "--json").out.splitlines()
    plans = [json.loads(line) for line in json_lines]
    assert [plan.get("file") for plan in plans] == ["out/fox.png", None, "out/big.png", None]
    assert plans[-1]["sums"] == [
        {"variant": "flash", "provider": "fal", "rows": 3, "amount": "0.015", "max": "0.015", "unpriced": 0}
    ]


def test_a_plan_has_states_and_an_id_that_tells_plans_apart(project: Project) -> None:
    project.rows["owl"] = "two owls,sub/owl.png,birds,"
    project.image("hero.png").unlink()

    def plan(*argv: str) -> list[Any]:
        return [json.loads(line) for line in project.run("--dry-run", "--json", *argv).out.splitlines()]

    hero, owl, end = plan("--update")
    assert [(row["id"], row["state"], row["action"]) for row in (hero, owl)] == [
        ("hero", "missing", "restore"), ("owl", "changed", "send"),
    ]  # fmt: skip
    assert owl["reasons"] == ["changed: prompt"]
    assert owl["body"]["prompt"] == "two owls"
    assert plan("--update")[-1]["plan_id"] == end["plan_id"]
    project.rows["owl"] = "three owls,sub/owl.png,birds,"
    assert plan("--update")[-1]["plan_id"] != end["plan_id"]
    assert project.submits == 5
