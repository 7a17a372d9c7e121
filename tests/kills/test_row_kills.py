"""A batch that is killed while it moves, replaces, restores, adopts or prunes images: nothing is lost or paid twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from support import SUPPORT
from support.kill_server import CountingSandbox
from support.shell import Ran, Shell

from flux2cli.sandbox.faults import Faults
from flux2cli.sandbox.job_store import Latency

pytestmark = pytest.mark.slow

PARTS, CLAIM, COPY = (f"flux2cli.edges.files.{name}" for name in ("parts", "claim", "copy_image"))
FILES = "flux2cli.edges.files"
CACHE, MOVES = "flux2cli.edges.files.image_cache:ImageCache", "flux2cli.engine.move_images"
SAVER = "flux2cli.engine.save_images"
LEDGER = "flux2cli.edges.ledger.ledger:Ledger"

COPIED = (
    ("after", f"{PARTS}:Part.finish", 1),
    ("after", f"{CLAIM}:overwrite_file", 1),
)
PLACED = (*COPIED, ("after", f"{CLAIM}:_put", 1), ("after", f"{CLAIM}:_put", 2))
MOVED = (
    *PLACED,
    ("after", f"{FILES}:copy_image", 1),
    ("before", f"{COPY}:remove", 1),
    ("after", f"{COPY}:remove", 1),
    ("after", f"{COPY}:remove", 2),
    ("after", f"{CACHE}.keep", 1),
    ("after", f"{MOVES}:_moved", 2),
    ("after", f"{MOVES}:_moved", 3),
)
REPLACED = (
    ("before", f"{CACHE}.keep", 1),
    ("after", f"{CACHE}.keep", 1),
    ("after", f"{CLAIM}:overwrite_file", 1),
    ("before", f"{CLAIM}:_replace", 1),
    ("after", f"{CLAIM}:_replace", 1),
    ("after", f"{CACHE}.keep", 2),
    ("before", f"{LEDGER}.record", 3),
)


class Project:
    """Three rows with their images, made by a server that counts what is paid for."""

    def __init__(self, shell: Shell, server: CountingSandbox) -> None:
        self.shell, self.server = shell, server
        self.rows = {"a": "a fox,a.png", "b": "an owl,b.png", "c": "a hen,c.png"}
        assert self.run().code == 0
        self.before = {name: (self.out / f"{name}.png").read_bytes() for name in self.rows}
        assert len(set(self.before.values())) == 3

    @property
    def out(self) -> Path:
        return self.shell.cwd / "out"

    def argv(self, *more: str) -> tuple[str, ...]:
        text = "id,prompt,output\n" + "".join(f"{row_id},{rest}\n" for row_id, rest in self.rows.items())
        (self.shell.cwd / "p.csv").write_text(text)
        return ("batch", "p.csv", "-m", "flash", "-o", "out/", "-c", "1", *more)

    def run(self, *more: str) -> Ran:
        return self.shell.run(*self.argv(*more))

    def killed(self, when: str, point: str, nth: int, *more: str) -> None:
        """Run until the process is killed there; its end is SIGKILL's, or 0 where it does not get there."""
        script = str(SUPPORT / "killed_at.py")
        ran = subprocess.run(
            [sys.executable, script, when, point, str(nth), *self.argv(*more)],
            env={**os.environ, **self.shell.environ}, cwd=self.shell.cwd, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == -9, ran.stderr

    def images(self) -> set[bytes]:
        """Every image of the folder, hidden ones and those in the cache included."""
        found = [*self.out.rglob("*.png"), *self.out.rglob(".*.png")]
        cache = Path(self.shell.environ["FLUX2_CACHE_DIR"])
        return {path.read_bytes() for path in [*found, *cache.rglob("images/*/*")] if path.is_file()}

    def completed(self, *more: str, paid: int) -> None:
        """The same command again completes what the killed one began; then all is as declared."""
        ran = self.run(*more)
        assert ran.code == 0, ran.err
        assert sum(self.server.posts.values()) == 3 + paid
        checked = self.run("--check")
        assert (checked.code, checked.err) == (0, f"{len(self.rows)} rows: {len(self.rows)} as declared\n")
        assert not [path.name for path in self.out.rglob("*.part")]
        places = {row_id: self.out / rest.rpartition(",")[2] for row_id, rest in self.rows.items()}
        ids = {
            row_id: json.loads(path.with_name(f"{path.name}.json").read_text())["row"]["id"]
            for row_id, path in places.items()
        }
        assert ids == {row_id: row_id for row_id in self.rows}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CountingSandbox]:
    with CountingSandbox(directory=tmp_path / "emulator", latency=Latency(queued=0, running=0)) as running:
        yield running
    assert list(running.errors) == []


@pytest.fixture
def project(shell: Shell, server: CountingSandbox) -> Project:
    cache = str(shell.state.with_name("image-cache"))
    shell.environ.update({"FLUX2_FAL_URL": server.url, "FAL_KEY": "id:secret", "FLUX2_CACHE_DIR": cache})
    return Project(shell, server)


@pytest.mark.parametrize(("when", "point", "nth"), MOVED)
def test_a_ring_of_moves(project: Project, when: str, point: str, nth: int) -> None:
    project.rows = {"a": "a fox,b.png", "b": "an owl,c.png", "c": "a hen,a.png"}

    project.killed(when, point, nth)

    assert set(project.before.values()) <= project.images()
    project.completed(paid=0)
    assert {name: (project.out / f"{name}.png").read_bytes() for name in "abc"} == {
        "b": project.before["a"], "c": project.before["b"], "a": project.before["c"],
    }  # fmt: skip


def test_a_ring_whose_first_name_comes_last(project: Project) -> None:
    """Where both copies of the first image are found, the one that is aside comes first in the folder."""
    project.rows = {"a": "a fox,z.png", "b": "an owl,b.png", "c": "a hen,c.png"}
    project.completed(paid=0)
    project.rows = {"a": "a fox,b.png", "b": "an owl,z.png", "c": "a hen,c.png"}

    project.killed("after", f"{FILES}:copy_image", 1)

    project.completed(paid=0)
    assert {name: (project.out / f"{name}.png").read_bytes() for name in "bz"} == {
        "b": project.before["a"], "z": project.before["b"],
    }  # fmt: skip


@pytest.mark.parametrize(("when", "point", "nth"), PLACED[:2] + REPLACED[3:5])
def test_an_image_from_the_cache(project: Project, when: str, point: str, nth: int) -> None:
    (project.out / "b.png").unlink()

    project.killed(when, point, nth)

    assert set(project.before.values()) <= project.images()
    project.completed(paid=0)
    assert (project.out / "b.png").read_bytes() == project.before["b"]


@pytest.mark.parametrize(("when", "point", "nth"), REPLACED)
def test_a_changed_row(project: Project, when: str, point: str, nth: int) -> None:
    project.rows["b"] = "two owls,b.png"

    project.killed(when, point, nth, "--update")

    assert set(project.before.values()) <= project.images(), "the old image is there or in the cache"
    project.completed("--update", paid=1)
    assert (project.out / "b.png").read_bytes() != project.before["b"]
    project.rows["b"] = "an owl,b.png"
    project.completed("--update", paid=1)
    assert (project.out / "b.png").read_bytes() == project.before["b"]


@pytest.mark.parametrize(
    ("when", "point", "nth"),
    [
        ("after", f"{SAVER}:as_candidate", 1),
        ("after", f"{CLAIM}:overwrite_file", 1),
        ("before", f"{CLAIM}:_replace", 1),
        ("after", f"{CLAIM}:_replace", 1),
        ("before", f"{LEDGER}.record", 4),
    ],
)
def test_a_black_image(project: Project, when: str, point: str, nth: int) -> None:
    """The old image stays, whatever the moment; the black one is saved once, among the candidates."""
    project.rows["b"] = "two owls,b.png"
    project.server.state.faults = Faults.parse(["black"])

    project.killed(when, point, nth, "--update")
    assert (project.out / "b.png").read_bytes() == project.before["b"]

    for _ in range(2):
        assert project.run("--update").code == 10
    assert (project.out / "b.png").read_bytes() == project.before["b"]
    aside = sorted((project.out / ".candidates/b").iterdir())
    assert [path.suffix for path in aside] == [".png", ".json"]
    assert json.loads(aside[1].read_text())["image"]["file"] == aside[0].name
    assert sum(project.server.posts.values()) == 4


@pytest.mark.parametrize(
    ("when", "point", "nth"),
    [*COPIED[:1], ("after", f"{COPY}:overwrite_file", 1), ("after", f"{FILES}:adopt_image", 1)],
)
def test_an_image_that_is_adopted(project: Project, when: str, point: str, nth: int) -> None:
    Image.new("RGB", (9, 9)).save(project.out / "b.png")
    edited = (project.out / "b.png").read_bytes()

    project.killed(when, point, nth, "--adopt")

    assert (project.out / "b.png").read_bytes() == edited
    project.completed("--adopt", paid=0)


@pytest.mark.parametrize(
    ("when", "point", "nth"),
    [("after", f"{CACHE}.keep", 1), ("after", f"{COPY}:remove", 1), ("after", f"{FILES}:remove_image", 1)],
)
def test_an_image_that_is_pruned(project: Project, when: str, point: str, nth: int) -> None:
    rest = project.rows.pop("b")

    project.killed(when, point, nth, "--prune", "-y")

    assert set(project.before.values()) <= project.images()
    project.completed("--prune", "-y", paid=0)
    project.rows["b"] = rest
    project.completed(paid=0)
