"""An image gets a name that was free, after its sidecar; nothing is overwritten, and a full disk leaves nothing."""

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import SUPPORT
from support.files_rig import JOB, fits, names, no_links, png, python, save

RIG = SUPPORT / "files_rig.py"
Link = Callable[[Path, Path], None]
with_and_without_links = pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


@with_and_without_links
def test_an_image_and_its_sidecar_get_the_name_and_no_other_file_stays(out: Path, link: Link) -> None:
    path = save(out, link=link)

    assert path == out / "fox.png"
    assert path.read_bytes() == png()
    assert fits(path)
    assert names(out) == ["fox.png", "fox.png.json"]


@with_and_without_links
@pytest.mark.parametrize("taken", ["fox.png", "fox.png.json"])
def test_a_taken_name_gets_a_number_and_what_has_it_stays(out: Path, link: Link, taken: str) -> None:
    (out / taken).write_text("mine")
    (out / "fox-2.png").symlink_to("nowhere")

    path = save(out, link=link)

    assert path == out / "fox-3.png"
    assert fits(path)
    assert (out / taken).read_text() == "mine"
    assert names(out) == sorted([taken, "fox-2.png", "fox-3.png", "fox-3.png.json"])


@pytest.mark.parametrize("real", [os.link, no_links], ids=["links", "no links"])
@pytest.mark.parametrize("at", ["fox.png", "fox.png.json"])
def test_a_name_that_is_taken_at_the_last_moment_is_left_alone(out: Path, real: Link, at: str) -> None:
    def link(source: Path, target: Path) -> None:
        if target.name == at:
            target.write_text("mine")
        real(source, target)

    path = save(out, link=link)

    assert path == out / "fox-2.png"
    assert fits(path)
    assert (out / at).read_text() == "mine"
    assert names(out) == sorted([at, "fox-2.png", "fox-2.png.json"])


def test_the_name_is_recorded_before_anything_appears_under_it_and_the_sidecar_comes_first(out: Path) -> None:
    seen: list[tuple[str, list[str]]] = []

    def link(source: Path, target: Path) -> None:
        log = Path(f"{out}.{JOB}-0.log")
        assert log.read_text().splitlines()[-1] == str(out / "fox.png")
        seen.append((target.name, [name for name in names(out) if not name.startswith(".")]))
        os.link(source, target)

    save(out, link=link)

    assert seen == [("fox.png.json", []), ("fox.png", ["fox.png.json"])]


@with_and_without_links
def test_a_name_can_lie_in_directories_that_do_not_exist_yet(out: Path, link: Link) -> None:
    path = save(out, "été/狐/fox.png", link=link)

    assert fits(path)
    assert names(out) == ["été/狐/fox.png", "été/狐/fox.png.json"]


def test_a_file_where_a_directory_is_needed_is_an_error_and_nothing_stays(out: Path) -> None:
    (out / "sub").write_text("mine")

    with pytest.raises(OSError, match=r"File exists|Not a directory"):
        save(out, "sub/fox.png")

    assert names(out) == ["sub"]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_a_name_on_another_file_system_is_reached_too(out: Path) -> None:
    other = Path("/dev/shm") / f"flux2-test-{os.getpid()}-{threading.get_ident()}"
    other.mkdir()
    try:
        (out / "sub").symlink_to(other)
        path = save(out, "sub/fox.png", data=png(size=3_000_000))
        assert fits(path)
        assert names(other) == ["fox.png", "fox.png.json"]
        assert [path.name for path in out.iterdir()] == ["sub"]
    finally:
        for left in other.iterdir():
            left.unlink()
        other.rmdir()


def test_overwriting_replaces_image_and_sidecar(out: Path) -> None:
    save(out, data=png(1), job="zzzz2345")

    path = save(out, data=png(2), overwrite=True)

    assert path == out / "fox.png"
    assert path.read_bytes() == png(2)
    assert fits(path)
    assert names(out) == ["fox.png", "fox.png.json"]


def test_overwriting_never_replaces_another_image_of_the_same_job(out: Path) -> None:
    (out / "fox.png").write_text("old")

    paths = [save(out, index=index, overwrite=True) for index in range(3)]

    assert [path.name for path in paths] == ["fox.png", "fox-2.png", "fox-3.png"]
    assert [fits(path, index=index) for index, path in enumerate(paths)] == [True, True, True]


@with_and_without_links
def test_sixteen_threads_that_want_one_name_get_sixteen(out: Path, link: Link) -> None:
    start = threading.Barrier(16)

    def one(n: int) -> Path:
        start.wait()
        return save(out, data=png(n), job=f"job{n:05}", link=link)

    with ThreadPoolExecutor(16) as pool:
        paths = list(pool.map(one, range(16)))

    expected = {"fox.png", *(f"fox-{n}.png" for n in range(2, 17))}
    assert {path.name for path in paths} == expected
    assert all(fits(path, job=f"job{n:05}") and path.read_bytes() == png(n) for n, path in enumerate(paths))
    assert names(out) == sorted(expected | {f"{name}.json" for name in expected})


def test_sixteen_processes_that_want_one_name_get_sixteen(out: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, str(RIG), str(out), f"job{n:05}", str(n), "fox.png", "links", "0"])
        for n in range(16)
    ]

    assert [process.wait(60) for process in running] == [0] * 16
    images = sorted(out.glob("*.png"))
    owners = {int(json.loads(Path(f"{path}.json").read_bytes())["image"]["index"]): path for path in images}
    assert sorted(owners) == list(range(16))
    assert all(fits(path, f"job{n:05}", n) for n, path in owners.items())
    assert len(names(out)) == 32


@pytest.mark.parametrize(("size", "padding"), [(100_000, 0), (400, 100_000)], ids=["image", "sidecar"])
@pytest.mark.parametrize("link", ["os.link", "no_links"])
def test_a_disk_that_fills_up_is_an_error_of_the_system_and_nothing_stays(
    out: Path, size: int, padding: int, link: str
) -> None:
    said = python(
        "import os, resource, sys; from pathlib import Path; from files_rig import save, png, no_links\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        f"try: save(Path(sys.argv[1]), data=png(size={size}), padding={padding}, link={link})\n"
        "except OSError as error: print(error.errno)",
        str(out),
    )

    assert said == str(errno.EFBIG)
    assert names(out) == []


@pytest.mark.parametrize("at", ["fox.png", "fox.png.json"])
def test_a_link_that_fails_leaves_nothing(out: Path, at: str) -> None:
    def link(source: Path, target: Path) -> None:
        if target.name == at:
            raise OSError(errno.ENOSPC, "full", str(target))
        os.link(source, target)

    with pytest.raises(OSError, match="full"):
        save(out, link=link)

    assert names(out) == []


def test_a_link_that_worked_although_the_system_says_that_it_exists_counts(out: Path) -> None:
    def link(source: Path, target: Path) -> None:
        os.link(source, target)
        if target.name.startswith("fox.png"):
            raise FileExistsError(errno.EEXIST, "repeated over the network")

    path = save(out, link=link)

    assert fits(path)
    assert names(out) == ["fox.png", "fox.png.json"]


def test_a_name_that_was_held_for_a_file_that_vanished_is_let_go(out: Path) -> None:
    def link(source: Path, target: Path) -> None:
        source.unlink()
        no_links(source, target)

    with pytest.raises(FileNotFoundError):
        save(out, link=link)

    assert names(out) == []


def test_saving_leaves_no_file_open(out: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))

    for index in range(5):
        save(out, index=index)
    with pytest.raises(OSError, match="File exists"):
        save(out, "fox.png.json/fox.png", index=9)

    assert len(list(Path("/dev/fd").iterdir())) == before
