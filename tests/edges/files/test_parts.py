"""Before an image has its name: what arrives is checked, hashed and removed if broken."""

import hashlib
import os
from pathlib import Path

import pytest
from support.files_rig import JOB, fits, names, png, python, save

from flux2cli.edges import files


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


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
        (png()[:-1], None, "it is cut off (IEND is missing)"),
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


def test_an_image_without_an_end_is_given_up_and_removed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux2cli.edges.files.parts.MOST_BYTES", 2 << 20)
    chunk = b"\x5a" * (1 << 20)

    with files.open_part(out, JOB, 0) as part:
        part.write(bytes.fromhex("ffd8 ffc0000b080005000601011100 ffda000801010000 3f00") + chunk)
        with pytest.raises(files.BrokenImageError) as broken:
            part.write(chunk)

    assert str(broken.value) == "it has more than 2 MiB"
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
