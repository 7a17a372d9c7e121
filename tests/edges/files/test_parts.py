"""Before an image has its name: the place is proven, and what arrives is checked, hashed and removed if broken."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from support.files_rig import JOB, fits, names, png, python, save

from flux2cli.edges import files
from flux2cli.errors import UsageError


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def test_a_directory_is_made_with_its_parents_and_left_empty(tmp_path: Path) -> None:
    files.prepare_directory(tmp_path / "a" / "b ü")
    files.prepare_directory(tmp_path / "a" / "b ü")

    assert list((tmp_path / "a" / "b ü").iterdir()) == []


@pytest.mark.parametrize(
    ("place", "reason"), [("file", "it is a file, not a directory"), ("file/below", "Not a directory")]
)
def test_a_place_that_is_no_directory_is_refused(tmp_path: Path, place: str, reason: str) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(UsageError) as refused:
        files.prepare_directory(tmp_path / place)

    assert refused.value.message == f"No file can be made in `{tmp_path / place}`: {reason}."
    assert refused.value.hint == "choose another place with `-o DIR/`, and try again"
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_without_permission_is_refused(out: Path) -> None:
    out.chmod(0o500)

    with pytest.raises(UsageError, match="Permission denied"):
        files.prepare_directory(out)


def test_a_disk_that_takes_no_byte_is_refused_and_nothing_stays(out: Path) -> None:
    said = python(
        "import resource, sys; from pathlib import Path; from flux2cli.edges import files;"
        "from flux2cli.errors import UsageError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try: files.prepare_directory(Path(sys.argv[1]))\n"
        "except UsageError as error: print(error.message)",
        str(out),
    )

    assert said == f"No file can be made in `{out}`: {os.strerror(errno.EFBIG)}."
    assert names(out) == []


def test_a_name_that_leaves_no_room_for_its_sidecar_is_refused(out: Path) -> None:
    files.prepare_directory(out, "x" * 246 + ".png")

    with pytest.raises(UsageError, match="too long"):
        files.prepare_directory(out, "x" * 247 + ".png")


def test_a_part_tells_hash_length_and_image(out: Path) -> None:
    data = png()

    part = files.open_part(out, JOB, 3)
    for at in range(0, len(data), 100):
        part.write(data[at : at + 100])
    info = part.finish(len(data))

    assert info.path == out / ".abcd2345-3.part"
    assert info.path.read_bytes() == data
    assert (info.image.sha256, info.image.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (info.image.media_type, info.image.width, info.image.height) == ("image/png", 400, 1)


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
    for name in (
        ".abcd2345-0.part",
        ".abcd2345-3.json.part",
        ".abcd2345-inline-1.part",
        ".abcd2345-0.png",
        ".zzzz2345-0.part",
        "x.part",
    ):
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
        "part.write(b'\\xff\\xd9'); print(part.finish().image.bytes, peak() - before)",
        str(out),
    ).split()

    assert int(grown[0]) > 100_000_000
    assert int(grown[1]) < 8192  # KiB


def test_a_file_that_cannot_be_written_whole_is_not_left(out: Path) -> None:
    python(
        "import resource, sys; from pathlib import Path; from flux2cli.edges.files.parts import write_new\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))\n"
        "try: write_new(Path(sys.argv[1], 'half'), [b'12345', b'6'])\n"
        "except OSError: pass\n"
        "else: raise SystemExit('it was written')",
        str(out),
    )

    assert names(out) == []
