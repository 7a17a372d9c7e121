"""Files that a user, a backup or another program left in the places of rows: none is lost, no row is paid for twice."""

import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from support.image_project import Project

from flux2cli.edges import files


def edit(path: Path) -> bytes:
    """Put another whole image of the same length in the place of an image."""
    length, plain = path.stat().st_size, io.BytesIO()
    Image.new("RGB", (9, 9)).save(plain, "PNG")
    note = PngInfo()
    note.add_text("k", "x" * (length - len(plain.getvalue()) - 14))
    path.unlink()
    Image.new("RGB", (9, 9)).save(path, pnginfo=note)
    assert path.stat().st_size == length
    return path.read_bytes()


def test_an_edit_of_the_same_length_is_no_image_to_replace(project: Project) -> None:
    edited = edit(project.image("hero.png"))
    project.rows["hero"] = "a red fox,hero.png,home,"

    ran = project.run("--update")

    assert (ran.code, project.submits) == (10, 5)
    assert "kept out/hero.png: out/hero.png has other bytes than its record; changed: prompt\n" in ran.err
    assert project.image("hero.png").read_bytes() == edited


def test_an_edit_of_the_same_length_is_adopted(project: Project) -> None:
    edited = edit(project.image("hero.png"))

    assert project.run("--adopt").code == 0
    assert (project.image("hero.png").read_bytes(), project.submits) == (edited, 5)
    assert project.run("--check").code == 0


@pytest.mark.parametrize("text", [None, "", "[]", "{"])
def test_an_image_whose_record_is_gone_or_none_is_kept(project: Project, text: str | None) -> None:
    hero, record = project.image("hero.png"), project.image("hero.png.json")
    before = hero.read_bytes()
    record.unlink()
    if text is not None:
        record.write_text(text)

    ran = project.run()

    assert (ran.code, project.submits) == (10, 5)
    assert "kept hero: its sidecar is gone or cannot be read; --remake makes it again\n" in ran.err
    assert hero.read_bytes() == before
    assert project.run("--only", "hero", "--remake").code == 0
    assert (project.submits, project.run("--check").code) == (6, 0)


def test_without_room_for_the_old_image_the_new_one_gets_another_name(project: Project) -> None:
    shutil.rmtree(project.cache)
    project.cache.write_text("a file, and no folder")
    before = project.image("hero.png").read_bytes()
    project.rows["hero"] = "a red fox,hero.png,home,"

    ran = project.run("--update")

    assert (ran.out, project.submits) == ("out/hero-2.png\n", 6)
    assert "the image cache cannot take hero.png, so it stays; the new image is hero-2.png\n" in ran.err
    assert project.image("hero.png").read_bytes() == before


def test_an_image_that_is_replaced_by_force_is_kept_in_the_cache(project: Project) -> None:
    Image.new("RGB", (9, 9)).save(project.image("new.png"))
    users = project.image("new.png").read_bytes()
    project.rows["new"] = "a new one,new.png,home,"

    assert project.run().code == 2
    assert project.run("--overwrite").code == 0

    cached = [path.read_bytes() for path in project.cache.rglob("*") if path.is_file()]
    assert users in cached


def test_a_place_that_no_run_would_see_is_refused(project: Project) -> None:
    project.rows["hero"] = "a fox,.hero.png,home,"

    ran = project.run()

    assert (ran.code, project.submits) == (2, 5)
    assert ".hero.png" in ran.err
    assert project.image("hero.png").exists()


def test_a_directory_in_the_place_of_an_image(project: Project) -> None:
    project.image("fox.png").mkdir()
    project.rows["hero"] = "a fox,fox.png,home,"

    assert project.run().code == 2
    ran = project.run("--overwrite")

    assert (ran.code, project.submits) == (2, 5)
    assert ran.err.startswith("p.csv:2: `out/fox.png` is a directory, and in the place of an image. (move it away)\n")
    assert project.image("hero.png").exists()


def test_a_copy_of_an_image_is_none_without_a_row(project: Project) -> None:
    for name in ("hero.png", "hero.png.json"):
        shutil.copy(project.image(name), project.image(f"copy-{name}"))

    assert project.run("--prune", "-y").err == "5 rows: 5 done already\n"
    assert project.image("copy-hero.png").exists()


def test_rows_from_stdin_do_not_say_which_others_there_are(project: Project) -> None:
    ran = project.shell.run("batch", "-", "-m", "flash", "-o", "out/", "--sandbox", "--prune", "-y", stdin=b"a fox\n")

    assert (ran.code, project.submits) == (2, 5)
    assert ran.err.startswith("error: `--prune` needs a prompt file")
    assert len(project.names()) == 5


def test_an_image_behind_a_link_to_a_folder_is_found(project: Project) -> None:
    project.image("sub").rename(project.shell.cwd / "elsewhere")
    project.image("sub").symlink_to(project.shell.cwd / "elsewhere")

    assert project.run().err == "5 rows: 5 done already\n"
    assert files.record_at(str(project.image("sub/owl.png"))) is not None


def test_a_moved_row_makes_room_for_itself_with_consent(project: Project) -> None:
    before = project.image("hero.png").read_bytes()
    Image.new("RGB", (9, 9)).save(project.image("fox.png"))
    users = project.image("fox.png").read_bytes()
    project.rows["hero"] = "a fox,fox.png,home,"

    assert project.run().code == 2
    ran = project.run("--overwrite")

    assert (ran.code, ran.out, project.submits) == (0, "out/fox.png\n", 5)
    assert project.image("fox.png").read_bytes() == before
    assert not project.image("hero.png").exists()
    assert users in [path.read_bytes() for path in project.cache.rglob("*") if path.is_file()]
    assert project.run("--check").code == 0


def test_a_black_image_takes_no_place_and_is_paid_for_once(project: Project) -> None:
    before = project.image("hero.png").read_bytes()
    project.rows["hero"] = "a red fox,hero.png,home,"

    ran = project.run("--update", fault="black")

    aside = project.shell.cwd / ran.out.strip()
    assert (ran.code, project.submits, aside.parent) == (10, 6, project.image(".candidates/hero"))
    assert f"hero.png stays as it is; the new image is .candidates/hero/{aside.name}\n" in ran.err
    assert "error: Some rows are left for you to decide: 5 rows: 1 saved, 4 skipped  $0.005 (sandbox).\n" in ran.err
    assert project.image("hero.png").read_bytes() == before
    record = json.loads(aside.with_name(f"{aside.name}.json").read_text())
    assert record["candidate"] == {"id": "hero", "key": record["row"]["key"], "place": "hero.png"}

    for flags in ((), ("--update",), ("--retry-failed",)):
        again = project.run(*flags)
        assert (again.code, project.submits) == (10, 6)
        assert f"its new image is blank or flagged: out/.candidates/hero/{aside.name}; pick it, or --retry" in again.err
    assert project.run("--check").out == "p.csv:2  changed  hero: changed: prompt\n"

    assert project.run("--update", "--retry-moderated").code == 0
    assert (project.submits, project.record("hero.png")["prompt"]) == (7, "a red fox")
    assert project.run("--check").code == 0


def test_a_black_image_is_picked_or_removed(project: Project) -> None:
    project.rows["hero"] = "a red fox,hero.png,home,"
    aside = project.run("--update", fault="black").out.strip()
    other = project.run("--only", "hen", "--remake", fault="black")

    assert (other.code, project.submits) == (10, 7)
    assert project.shell.run("pick", aside).code == 0
    assert project.run().err == "5 rows: 5 done already\n", "a row whose image is there as asked is done"


def test_a_black_image_stays_where_nothing_is_in_its_place(project: Project) -> None:
    project.rows["new"] = "a new one,new.png,home,"

    ran = project.run(fault="black")

    assert (ran.code, ran.out) == (0, "out/new.png\n")


def test_of_a_row_without_its_images_a_black_one_is_reported_and_not_paid_for_again(project: Project) -> None:
    project.rows["hero"] = "a red fox,hero.png,home,"
    aside = project.shell.cwd / project.run("--update", fault="black").out.strip()
    for name in ("hero.png", "hero.png.json"):
        project.image(name).unlink()

    ran = project.run("--update")

    assert (ran.code, project.submits) == (10, 6)
    aside.unlink()
    assert project.run("--update").code == 0
    assert (project.submits, project.record("hero.png")["prompt"]) == (7, "a red fox")


def test_the_sandbox_replaces_no_real_image_on_request_either(project: Project) -> None:
    record = project.image("hen.png.json")
    record.write_text(record.read_text().replace('"sandbox": true', '"sandbox": false'))
    before = project.image("hen.png").read_bytes()
    del project.rows["hen"]
    project.rows["hero"] = "a fox,hen.png,home,"

    ran = project.run("--overwrite")

    assert (ran.code, project.submits) == (2, 5)
    assert ran.err.startswith(
        "p.csv:2: output: `out/hen.png` exists, and is not this row's image."
        " (the sandbox replaces no real image; give another -o)\n"
    )
    assert project.image("hen.png").read_bytes() == before
    project.rows["hero"] = "a fox,mug.png,home,"
    del project.rows["logo"]
    assert project.run("--overwrite").code == 0, "a placeholder may be replaced"
