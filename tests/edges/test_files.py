"""From bytes to an image under its name: nothing half-written, nothing overwritten, never without its record."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from files_rig import JOB, fits, names, no_links, png, save

from flux2cli.edges import files
from flux2cli.errors import UsageError

RIG = Path(__file__).with_name("files_rig.py")
Link = Callable[[Path, Path], None]
with_and_without_links = pytest.mark.parametrize("link", [os.link, no_links], ids=["links", "no links"])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def python(code: str, *argv: str) -> str:
    """What a process prints; it can import the rig."""
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(RIG.parent), *filter(None, sys.path)])},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


# ---- before anything is sent


def test_a_directory_is_made_with_its_parents_and_left_empty(tmp_path: Path) -> None:
    files.prepare(tmp_path / "a" / "b ü")
    files.prepare(tmp_path / "a" / "b ü")

    assert list((tmp_path / "a" / "b ü").iterdir()) == []


@pytest.mark.parametrize(
    ("place", "reason"), [("file", "it is a file, not a directory"), ("file/below", "Not a directory")]
)
def test_a_place_that_is_no_directory_is_refused(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(UsageError) as refused:
        files.prepare(tmp_path / place)

    assert refused.value.message == f"No file can be made in `{tmp_path / place}`: {reason}."
    assert refused.value.hint == "choose another place with `-o DIR/`, and try again"
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_permission_is_refused(out: Path) -> None:
    out.chmod(0o500)

    with pytest.raises(UsageError, match="Permission denied"):
        files.prepare(out)


def test_a_disk_that_takes_no_byte_is_refused_and_nothing_stays(out: Path) -> None:
    said = python(
        "import resource, sys; from pathlib import Path; from flux2cli.edges import files;"
        "from flux2cli.errors import UsageError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try: files.prepare(Path(sys.argv[1]))\n"
        "except UsageError as error: print(error.message)",
        str(out),
    )

    assert said == f"No file can be made in `{out}`: {os.strerror(errno.EFBIG)}."
    assert names(out) == []


def test_a_name_that_leaves_no_room_for_its_sidecar_is_refused(out: Path) -> None:
    files.prepare(out, "x" * 246 + ".png")

    with pytest.raises(UsageError, match="too long"):
        files.prepare(out, "x" * 247 + ".png")


# ---- parts


def test_a_part_tells_hash_length_and_image(out: Path) -> None:
    data = png()

    part = files.open_part(out, JOB, 3)
    for at in range(0, len(data), 100):
        part.write(data[at : at + 100])
    info = part.finish(len(data))

    assert info.path == out / ".abcd2345-3.part"
    assert info.path.read_bytes() == data
    assert (info.sha256, info.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (info.image.format, info.image.width, info.image.height) == ("png", 400, 1)


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        (png()[:-1], None, "it ends in the middle (IEND is missing)"),
        (png(), len(png()) + 1, f"it has {len(png())} bytes of {len(png()) + 1}"),
        (b"", None, "it is empty"),
        (b"<html>502</html>", None, "it is an HTML page"),
        (b"<html>" + b"x" * 600, None, "it is an HTML page"),
    ],
)
def test_what_is_not_the_whole_image_is_refused_and_removed(
    out: Path, content: bytes, expected: int | None, reason: str
) -> None:
    with pytest.raises(files.BrokenImageError) as broken:  # noqa: SIM117, PT012 - the part is closed first
        with files.open_part(out, JOB, 0) as part:
            part.write(content)
            part.finish(expected)

    assert str(broken.value) == reason
    assert names(out) == []


def test_a_part_that_is_given_up_is_removed(out: Path) -> None:
    part = files.open_part(out, JOB, 0)
    part.write(png()[:100])
    part.close()
    part.close()

    assert names(out) == []


def test_a_stale_part_is_replaced_and_a_link_in_its_place_is_not_followed(out: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (out / ".abcd2345-0.part").symlink_to(tmp_path / "victim")
    (out / ".abcd2345-1.part").write_bytes(b"old" * 1000)

    for index in (0, 1):
        assert fits(save(out, f"{index}.png", index=index), index=index)

    assert (tmp_path / "victim").read_text() == "mine"
    assert names(out) == ["0.png", "0.png.json", "1.png", "1.png.json"]


def test_images_have_the_rights_that_the_umask_gives(out: Path) -> None:
    old = os.umask(0o027)
    try:
        path = save(out)
    finally:
        os.umask(old)

    assert (path.stat().st_mode & 0o777, Path(f"{path}.json").stat().st_mode & 0o777) == (0o640, 0o640)


def test_a_directory_that_vanished_is_an_error_of_the_system(out: Path) -> None:
    out.rmdir()

    with pytest.raises(FileNotFoundError):
        files.open_part(out, JOB, 0)


def test_the_parts_of_one_job_are_removed_and_no_others(out: Path) -> None:
    for name in (".abcd2345-0.part", ".abcd2345-12.json.part", ".abcd2345-0.png", ".zzzz2345-0.part", "x.part"):
        (out / name).write_text("")

    files.remove_parts(out, JOB)
    files.remove_parts(out / "missing", JOB)

    assert names(out) == [".abcd2345-0.png", ".zzzz2345-0.part", "x.part"]


def test_a_hundred_megabytes_are_saved_in_constant_memory(out: Path) -> None:
    grown = python(
        "import resource, sys; from pathlib import Path; from flux2cli.edges import files\n"
        "shift = 10 if sys.platform == 'darwin' else 0\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> shift\n"
        "part = files.open_part(Path(sys.argv[1]), 'abcd2345', 0); block = b'\\x5a\\xff\\x00\\xa5' * (1 << 14)\n"
        "part.write(bytes.fromhex('ffd8 ffc0000b080005000601011100 ffda000801010000 3f00')); before = peak()\n"
        "for _ in range(1600): part.write(block)\n"
        "part.write(b'\\xff\\xd9'); print(part.finish().bytes, peak() - before)",
        str(out),
    ).split()

    assert int(grown[0]) > 100_000_000
    assert int(grown[1]) < 8192  # KiB


# ---- names


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


# ---- a disk that fills up


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


# ---- killed and taken up again


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

    assert files.already_saved(path, JOB, 0, sha256) == "saved"
    assert files.already_saved(path, JOB, 0) == "saved"
    assert files.already_saved(path, JOB, 1, sha256) == "no"
    assert files.already_saved(path, "zzzz2345", 0, sha256) == "no"
    assert files.already_saved(out / "other.png", JOB, 0, sha256) == "no"
    assert files.already_saved(path, JOB, 0, "0" * 64) == "sidecar-only"
    path.write_bytes(png()[:-1])
    assert files.already_saved(path, JOB, 0, sha256) == "sidecar-only"
    path.unlink()
    assert files.already_saved(path, JOB, 0, sha256) == "sidecar-only"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"job_id": 1}', b'{"image": 3, "job_id": 4}', b"[" * 99_999])
def test_a_sidecar_that_is_something_else_is_nobodys(out: Path, content: bytes) -> None:
    (out / "fox.png").write_bytes(png())
    (out / "fox.png.json").write_bytes(content)

    assert files.already_saved(out / "fox.png", JOB, 0) == "no"


def test_saving_leaves_no_file_open(out: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))

    for index in range(5):
        save(out, index=index)
    with pytest.raises(OSError, match="File exists"):
        save(out, "fox.png.json/fox.png", index=9)

    assert len(list(Path("/dev/fd").iterdir())) == before
