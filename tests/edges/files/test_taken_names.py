"""Many images of one name: each number is looked at about once, by threads and after an earlier run, too."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from support.batches import again, batch
from support.farm import Farm
from support.files_rig import fits, png, save
from support.shell import Shell

from flux2cli.edges.files import TakenNames
from flux2cli.edges.files import claim as claim_function

FOX = Path("/out/fox.png")


class Disk:
    """Files by name, and how often each was looked for."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.looked: Counter[str] = Counter()

    def is_free(self, path: Path) -> bool:
        self.looked[path.name] += 1
        return path.name not in self.names

    def take(self, names: TakenNames, *, lasting: bool = True) -> str:
        path = next(names.candidates(FOX, self.is_free, lasting=lasting))
        self.names.add(path.name)
        return path.name


def test_the_names_are_the_same_as_without_a_memory() -> None:
    disk, names = Disk("fox-3.png", "fox-5.png"), TakenNames()

    taken = [disk.take(names) for _ in range(5)]

    assert taken == ["fox.png", "fox-2.png", "fox-4.png", "fox-6.png", "fox-7.png"]


def test_every_number_is_looked_at_about_once_also_what_an_earlier_run_left() -> None:
    disk = Disk("fox.png", *(f"fox-{n}.png" for n in range(2, 4001)))
    names = TakenNames()

    last = [disk.take(names) for _ in range(200)][-1]

    assert last == "fox-4200.png"
    assert sum(disk.looked.values()) == 4200


def test_a_number_is_given_to_one_thread_only() -> None:
    disk, names, start = Disk("fox.png"), TakenNames(), threading.Barrier(8)

    def some(_: int) -> list[str]:
        start.wait()
        return [next(names.candidates(FOX, disk.is_free, lasting=True)).name for _ in range(100)]

    with ThreadPoolExecutor(8) as pool:
        found = [name for given in pool.map(some, range(8)) for name in given]

    assert sorted(found) == sorted(f"fox-{n}.png" for n in range(2, 802))


def test_what_one_image_may_not_replace_another_may() -> None:
    names = TakenNames()

    first = next(names.candidates(FOX, lambda path: path.name == "fox-7.png", lasting=False))
    second = next(names.candidates(FOX, lambda path: path.name == "fox-3.png", lasting=False))
    third = list(islice(names.candidates(FOX, lambda path: path.name != "fox.png", lasting=False), 5))

    assert (first.name, second.name) == ("fox-7.png", "fox-3.png")
    assert [path.name for path in third] == ["fox-2.png", "fox-4.png", "fox-5.png", "fox-6.png", "fox-8.png"]


def test_a_name_that_one_image_wants_is_not_kept() -> None:
    names = TakenNames()

    for n in range(1000):
        next(names.candidates(Path(f"/out/{n}.png"), lambda _: True, lasting=True))

    assert names._names == {}


def test_a_file_that_another_process_makes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    names = TakenNames()
    mine = [save(tmp_path, job=f"mine{n:04}", data=png(n), taken=names) for n in range(3)]

    theirs = [save(tmp_path, job=f"them{n:04}", data=png(9 + n)) for n in range(2)]
    more = save(tmp_path, job="mine0003", data=png(3), taken=names)

    assert [path.name for path in mine] == ["fox.png", "fox-2.png", "fox-3.png"]
    assert [path.name for path in theirs] == ["fox-4.png", "fox-5.png"]
    assert more.name == "fox-6.png"
    assert all(fits(path, f"them{n:04}") for n, path in enumerate(theirs))


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The images whose names were looked for or linked, in order."""
    seen: list[str] = []

    def counted(real: Callable[..., object], at: int) -> Callable[..., object]:
        def call(*paths: Path, **named: object) -> object:
            if str(paths[at]).endswith(".png"):
                seen.append(Path(paths[at]).name)
            return real(*paths, **named)

        return call

    monkeypatch.setattr(os.path, "lexists", counted(os.path.lexists, 0))
    defaults = claim_function.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "link", counted(os.link, 1))
    return seen


def test_a_batch_of_one_name_makes_about_as_many_tries_as_rows(shell: Shell, farm: Farm, looked: list[str]) -> None:
    text = "".join(f"a fox {n}\n" for n in range(200))

    made = batch(shell, farm, "-o", "out/fox.{ext}", text=text)
    first, looked[:] = len(looked), []
    more = batch(shell, farm, "-o", "out/fox.{ext}", text=text.replace("fox", "owl"))

    assert (made.code, more.code) == (0, 0), made.err + more.err
    assert {path.name for path in shell.cwd.glob("out/*.png")} == {"fox.png", *(f"fox-{n}.png" for n in range(2, 401))}
    assert first <= 500  # a look and a link for each row, and some where two rows met
    assert len(looked) <= 700  # a look for each file of the first run, too, and some where two rows met
    assert again(shell, farm, "-o", "out/fox.{ext}").err.startswith("200 rows: 200 done already\nno row any more: ")
