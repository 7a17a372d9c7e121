"""What is sent of a reference: the file itself, or an upright copy, made and mentioned once."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from flux2cli.core.images.sniff import Checker
from flux2cli.edges import pixels
from flux2cli.edges.reference_files import read_file
from flux2cli.engine.reference_content import ContentReader
from flux2cli.errors import UsageError

MOST = 1 << 20


def photo(path: Path, orientation: int, color: str = "navy") -> Path:
    fields = Image.Exif()
    fields[0x0112] = orientation
    Image.new("RGB", (64, 48), color).save(path, exif=fields)
    return path


def record_turns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The orientations of the images that are turned from now on."""
    turned: list[int] = []
    turn = pixels.turn_upright

    def record(data: bytes, orientation: int) -> bytes:
        turned.append(orientation)
        return turn(data, orientation)

    monkeypatch.setattr(pixels, "turn_upright", record)
    return turned


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def reader(notes: list[str]) -> ContentReader:
    return ContentReader(notes.append)


def test_an_upright_image_is_sent_as_it_is(tmp_path: Path, reader: ContentReader, notes: list[str]) -> None:
    file = photo(tmp_path / "a.jpg", 1)

    read = reader.read(read_file("a.jpg", tmp_path, limit=MOST), MOST)

    assert read.data == file.read_bytes()
    assert (read.sent_sha256, notes) == (None, [])


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_a_turned_image_is_sent_as_an_upright_copy(
    name: str, tmp_path: Path, reader: ContentReader, notes: list[str]
) -> None:
    file = photo(tmp_path / name, 6)

    read = reader.read(read_file(name, tmp_path, limit=MOST), MOST)

    assert read.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert read.length == file.stat().st_size
    assert read.size == (48, 64)
    assert read.data is not None
    assert read.sent_sha256 == hashlib.sha256(read.data).hexdigest() != read.sha256
    checker = Checker()
    checker.feed(read.data)
    assert (checker.finish().media_type, checker.size) == (read.media_type, (48, 64))
    assert notes == [f"{name} is stored turned (EXIF orientation 6): an upright copy is sent"]


def test_it_is_said_once_and_turned_once_for_many_rows(
    tmp_path: Path, reader: ContentReader, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    turned = record_turns(monkeypatch)
    first, second = (
        read_file(photo(tmp_path / f"{number}.png", number).name, tmp_path, limit=MOST) for number in (3, 8)
    )

    for reference in (first, second, first, second, first):
        reader.read(reference, MOST)

    assert turned == [3, 8]
    assert notes == ["3.png is stored turned (EXIF orientation 3): an upright copy is sent"]


def test_few_copies_stay_in_memory(tmp_path: Path, reader: ContentReader, monkeypatch: pytest.MonkeyPatch) -> None:
    turned = record_turns(monkeypatch)
    colors = ["red", "green", "blue", "white", "black"]
    references = [read_file(photo(tmp_path / f"{color}.png", 6, color).name, tmp_path, limit=MOST) for color in colors]

    for reference in (*references, references[-1], references[0]):
        reader.read(reference, MOST)

    assert len(turned) == 6


def test_a_copy_that_is_too_long_is_refused(
    tmp_path: Path, reader: ContentReader, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = read_file(photo(tmp_path / "a.jpg", 6).name, tmp_path, limit=MOST)
    monkeypatch.setattr(pixels, "turn_upright", lambda data, _: data + bytes(3 << 20))

    with pytest.raises(UsageError) as refused:
        reader.read(reference, 2 << 20)

    assert refused.value.message == "The upright copy of `a.jpg` has 3.0 MiB; the most is 2 MiB."
    assert notes == [], "nothing is sent"


def test_an_image_that_cannot_be_turned_is_refused_by_name(
    tmp_path: Path, reader: ContentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: bytes, __: int) -> bytes:
        raise ValueError("broken data stream")

    reference = read_file(photo(tmp_path / "a.jpg", 6).name, tmp_path, limit=MOST)
    monkeypatch.setattr(pixels, "turn_upright", broken)

    with pytest.raises(UsageError) as refused:
        reader.read(reference, MOST)

    assert refused.value.message == "The reference image `a.jpg` cannot be turned upright: broken data stream."
    assert (refused.value.about, refused.value.exit_code) == ("image", 2)
