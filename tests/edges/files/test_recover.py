"""A run that was killed while it saved is completed by the next: one image, one sidecar, nothing else."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import SUPPORT
from support.files_rig import JOB, fits, names, no_links, png, save

from flux2cli.edges import files

RIG = SUPPORT / "files_rig.py"
Link = Callable[[Path, Path], None]
with_and_without_links = pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def killed(directory: Path, stop: int, name: str, mode: str) -> bool:
    """Run the rig; whether it was stopped before its end."""
    done = subprocess.run([sys.executable, str(RIG), str(directory), JOB, "0", name, mode, str(stop)], check=False)
    assert done.returncode in (0, 9)
    return done.returncode == 9


@pytest.mark.parametrize(
    ("mode", "name", "taken", "expected"),
    [
        ("links", "fox.png", [], ["fox.png"]),
        ("links", "sub/fox.png", [], ["sub/fox.png"]),
        ("links", "fox.png", ["fox.png"], ["fox-2.png", "fox.png"]),
        ("no-links", "fox.png", [], ["fox.png"]),
        ("no-links", "fox.png", ["fox.png"], ["fox-2.png", "fox.png"]),
        ("overwrite", "fox.png", ["fox.png"], ["fox.png"]),
    ],
)
def test_a_run_killed_at_any_step_is_completed_by_the_next(
    tmp_path: Path, mode: str, name: str, taken: list[str], expected: list[str]
) -> None:
    ours = min(expected) if mode != "overwrite" else name
    stop = 0
    alive = True
    while alive:
        stop += 1
        out = tmp_path / f"out{stop}"
        out.mkdir()
        for other in taken:
            save(out, other, data=png(99), job="zzzz2345")
        alive = killed(out, stop, name, mode)
        finals = [path for path in out.rglob("*.png") if not path.name.startswith(".") and path.stat().st_size]
        whole = [path for path in finals if mode != "overwrite" or path.read_bytes() == png()]
        assert all(fits(path) or fits(path, "zzzz2345") for path in whole), stop

        path = save(out, name, overwrite=mode == "overwrite", link=no_links if mode == "no-links" else os.link)

        assert path == out / ours, stop
        assert fits(path), stop
        assert names(out) == sorted([*expected, *(f"{image}.json" for image in expected)]), stop
    assert stop > 6


@with_and_without_links
def test_an_image_that_was_saved_is_not_saved_again(out: Path, link: Link) -> None:
    first = save(out, link=link)
    inode = first.stat().st_ino

    assert save(out, link=link) == first
    assert save(out, "other.png", link=link) == first
    assert first.stat().st_ino == inode
    assert names(out) == ["fox.png", "fox.png.json"]


def test_a_resumed_job_can_go_elsewhere_and_takes_back_what_it_left(out: Path, tmp_path: Path) -> None:
    killed_between = save(out)
    killed_between.unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    path = save(elsewhere, root=out)

    assert fits(path)
    assert names(out) == []
    assert names(elsewhere) == ["fox.png", "fox.png.json"]


def test_an_image_that_someone_put_beside_our_sidecar_stays(out: Path) -> None:
    save(out).write_bytes(b"mine")

    path = save(out)

    assert path == out / "fox-2.png"
    assert fits(path)
    assert (out / "fox.png").read_bytes() == b"mine"
    assert names(out) == ["fox-2.png", "fox-2.png.json", "fox.png"]


@pytest.mark.parametrize("names_it", [True, False], ids=["that another job is about to take", "that is not ours"])
def test_an_empty_sidecar_stays(out: Path, names_it: bool) -> None:
    """Without hard links an empty file holds a name; it is only ours if no other job's note says the same."""
    Path(f"{out}.{JOB}-0.log").write_text(f"{out / 'fox.png'}\n")
    (out / "fox.png.json").touch()
    note = {"job_id": JOB, "image": {"index": 0, "sha256": "", "file": "fox.png" if names_it else "x.png"}}
    (out / f".{JOB}-0.json.part").write_text(json.dumps(note))
    if names_it:
        (out / ".zzzz2345-0.json.part").write_text(json.dumps({**note, "job_id": "zzzz2345"}))

    assert save(out, link=no_links) == out / "fox-2.png"
    assert (out / "fox.png.json").read_bytes() == b""


def test_how_far_an_earlier_run_came_is_told_by_the_sidecar(out: Path) -> None:
    path = save(out)
    sha256 = hashlib.sha256(png()).hexdigest()

    assert files.save_state(path, JOB, 0, sha256) == "saved"
    assert files.save_state(path, JOB, 0) == "saved"
    assert files.save_state(path, JOB, 1, sha256) == "no"
    assert files.save_state(path, "zzzz2345", 0, sha256) == "no"
    assert files.save_state(out / "other.png", JOB, 0, sha256) == "no"
    assert files.save_state(path, JOB, 0, "0" * 64) == "sidecar-only"
    path.write_bytes(png()[:-1])
    assert files.save_state(path, JOB, 0, sha256) == "sidecar-only"
    path.unlink()
    assert files.save_state(path, JOB, 0, sha256) == "sidecar-only"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"job_id": 1}', b'{"image": 3, "job_id": 4}', b"[" * 99_999])
def test_a_sidecar_that_is_something_else_is_nobodys(out: Path, content: bytes) -> None:
    (out / "fox.png").write_bytes(png())
    (out / "fox.png.json").write_bytes(content)

    assert files.save_state(out / "fox.png", JOB, 0) == "no"
