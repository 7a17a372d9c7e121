"""Places where no file can be made are found by looking, and by trying; looking leaves nothing behind."""

import errno
import os
from pathlib import Path

import pytest
from support.files_rig import names, python

from flux2cli.edges.places import Places, prepare_directory
from flux2cli.errors import UsageError


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def refused(path: Path, *, writing: bool = True, is_file: bool = True) -> str:
    """What is wrong with a path."""
    with pytest.raises(UsageError) as caught:
        Places(writing=writing).check(str(path), is_file=is_file)
    assert caught.value.about == "output"
    return caught.value.message


def test_a_place_is_looked_at_and_nothing_is_made(out: Path) -> None:
    places = Places()

    places.check(str(out / "a" / "b" / "fox.png"), is_file=True)
    places.check_directory(str(out / "a" / "c"))

    assert list(out.iterdir()) == []


@pytest.mark.parametrize(("letter", "size"), [("x", 1), ("狐", 3)])
def test_a_name_leaves_room_for_its_sidecar(out: Path, letter: str, size: int) -> None:
    fits = letter * (246 // size) + ".png"

    Places().check(str(out / fits), is_file=True)

    length = (246 // size + 1) * size + 4
    assert refused(out / f"{letter}{fits}") == (
        f"The name `{letter * 40}...{letter * 13}.png` is too long: {length} bytes, and there is room for 250."
    )
    (out / f"{fits}.json").write_text("")


def test_a_directory_has_all_the_room_of_the_file_system(out: Path) -> None:
    Places().check(str(out / ("x" * 255) / "fox.png"), is_file=True)

    said = refused(out / ("x" * 256) / "a" / "fox.png")

    assert said == f"The name `{'x' * 40}...{'x' * 17}` is too long: 256 bytes, and there is room for 255."


def test_a_file_system_with_short_names(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pathconf", lambda _, name: {"PC_NAME_MAX": 143, "PC_PATH_MAX": -1}[name])

    Places().check(str(out / ("x" * 134 + ".png")), is_file=True)

    assert "139 bytes, and there is room for 138" in refused(out / ("x" * 135 + ".png"))


def test_a_path_leaves_room_for_the_sidecar_too(out: Path) -> None:
    name = "x" * 60 + ".png"
    directory = (str(out) + "/d" * 1900).ljust(4025, "d")

    Places().check(f"{directory}/{name}", is_file=True)

    assert refused(Path(f"{directory}/x{name}")).endswith("xxx.png` is too long: with its record it has 4096 bytes.")
    assert refused(Path(f"{directory}/x{name}")).startswith(f"The path `{str(out)[:40]}")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("file/fox.png", "No file can be made in `{}/file`: it is a file, not a directory."),
        ("file/a/fox.png", "No file can be made in `{}/file/a`: `{}/file` is a file, not a directory."),
        ("loop/fox.png", "No file can be made in `{}/loop`: it is a link that leads nowhere."),
        ("loop/a/fox.png", "No file can be made in `{}/loop/a`: `{}/loop` is a link that leads nowhere."),
        ("gone/fox.png", "No file can be made in `{}/gone`: it is a link that leads nowhere."),
        ("dir.png", "`{}/dir.png` is a directory."),
        ("fox.png", "`{}/fox.png.json` is a directory."),
    ],
)
def test_what_is_in_the_way(out: Path, place: str, said: str) -> None:
    (out / "file").write_text("")
    (out / "loop").symlink_to("loop")
    (out / "gone").symlink_to("nowhere")
    (out / "dir.png").mkdir()
    (out / "fox.png.json").mkdir()

    assert refused(out / place, writing=False) == said.format(out, out)


def test_a_name_with_a_number_is_never_in_the_way(out: Path) -> None:
    (out / "fox.png").mkdir()

    Places().check(str(out / "fox.png"), is_file=False)


def test_a_link_to_a_directory_is_one(out: Path) -> None:
    (out / "real").mkdir()
    (out / "link").symlink_to("real")

    Places().check(str(out / "link" / "new" / "fox.png"), is_file=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("mode", [0o500, 0o600, 0o000])
def test_a_directory_without_permission_is_seen_unless_nothing_is_to_be_written(out: Path, mode: int) -> None:
    out.chmod(mode)
    try:
        assert refused(out / "fox.png") == f"No file can be made in `{out}`: it is not writable."
        assert refused(out / "a" / "fox.png") == f"No file can be made in `{out}/a`: `{out}` is not writable."
        Places(writing=False).check(str(out / "a" / "fox.png"), is_file=True)
    finally:
        out.chmod(0o700)


def test_many_directories_are_looked_at_and_few_remembered(out: Path) -> None:
    places = Places()

    for n in range(3000):
        places.check(str(out / f"{n}" / "fox.png"), is_file=True)

    assert len(places._known) <= 1024


def test_a_directory_is_made_with_its_parents_and_left_empty(tmp_path: Path) -> None:
    prepare_directory(tmp_path / "a" / "b ü")
    prepare_directory(tmp_path / "a" / "b ü")

    assert list((tmp_path / "a" / "b ü").iterdir()) == []


@pytest.mark.parametrize(
    ("place", "reason"),
    [("file", "it is a file, not a directory"), ("file/below", "`{}/file` is a file, not a directory")],
)
def test_a_place_that_is_no_directory_is_refused(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(UsageError) as refused:
        prepare_directory(tmp_path / place)

    assert refused.value.message == f"No file can be made in `{tmp_path / place}`: {reason.format(tmp_path)}."
    assert refused.value.hint == "choose another place with `-o DIR/`, and try again"
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_permission_is_refused(out: Path) -> None:
    out.chmod(0o500)

    with pytest.raises(UsageError, match="is not writable"):
        prepare_directory(out)


def test_a_disk_that_takes_no_byte_is_refused_and_nothing_stays(out: Path) -> None:
    said = python(
        "import resource, sys; from pathlib import Path; from flux2cli.edges import places;"
        "from flux2cli.errors import UsageError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try: places.prepare_directory(Path(sys.argv[1]))\n"
        "except UsageError as error: print(error.message)",
        str(out),
    )

    assert said == f"No file can be made in `{out}`: {os.strerror(errno.EFBIG)}."
    assert names(out) == []


def test_a_place_below_a_root_is_not_led_out_of_it_by_a_link(out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (out / "link").symlink_to(tmp_path / "elsewhere")
    (out / "up").symlink_to("..")
    (out / "real").mkdir()
    (out / "inner").symlink_to("real")
    places = Places()

    for place in ("fox.png", "real/fox.png", "inner/fox.png", "new/fox.png", "inner/new/fox.png"):
        places.check(str(out / place), is_file=True, root=str(out))
    for folder in ("link", "link/deep", "link/new", "up", "up/elsewhere"):
        with pytest.raises(UsageError) as caught:
            places.check(str(out / folder / "fox.png"), is_file=True, root=str(out))
        assert caught.value.message == f"`{out / folder}` is a link that leads out of the output directory."
        assert caught.value.about == "output"
    assert not (tmp_path / "elsewhere" / "new").exists()


def test_a_root_may_be_a_link_itself(out: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(out)

    Places().check(str(tmp_path / "link" / "a" / "fox.png"), is_file=True, root=str(tmp_path / "link"))
    Places().check(str(tmp_path / "fresh" / "a" / "fox.png"), is_file=True, root=str(tmp_path / "fresh"))
