"""Images move to free places, in chains and rings, and never over another one."""

from pathlib import Path

import pytest
from support.files_rig import png
from support.row_files import found, put

from flux2cli.edges import files
from flux2cli.engine.move_images import move_images
from flux2cli.errors import UsageError


def image(out: Path, name: str, key: str, width: int) -> str:
    path = out / name
    put(path, key, job_id=f"job{key}")
    path.write_bytes(png(width))
    files.adopt_image(path)
    return str(path)


@pytest.fixture
def cache(tmp_path: Path) -> files.ImageCache:
    return files.ImageCache(tmp_path / "cache", 1 << 20)


def keys(out: Path) -> dict[str, str | None]:
    return {Path(record.path).relative_to(out).as_posix(): record.key for record in found(out)}


def moved(out: Path, cache: files.ImageCache, *pairs: tuple[str, str]) -> dict[str, str | None]:
    move_images([(str(out / a), str(out / b)) for a, b in pairs], cache)
    assert not [path.name for path in out.rglob(".*")]
    return keys(out)


def test_to_a_folder_that_is_not_there_yet(tmp_path: Path, cache: files.ImageCache) -> None:
    out = tmp_path / "out"
    image(out, "a.png", "k1", 40)

    assert moved(out, cache, ("a.png", "sub/deep/b.png")) == {"sub/deep/b.png": "k1"}


def test_a_chain_and_a_ring(tmp_path: Path, cache: files.ImageCache) -> None:
    out = tmp_path / "out"
    for number, name in enumerate("abcde", start=1):
        image(out, f"{name}.png", f"k{number}", 40 + number)

    ring = [("a.png", "b.png"), ("b.png", "c.png"), ("c.png", "a.png")]

    assert moved(out, cache, *ring, ("d.png", "e.png"), ("e.png", "f.png")) == {
        "a.png": "k3", "b.png": "k1", "c.png": "k2", "e.png": "k4", "f.png": "k5",
    }  # fmt: skip


def test_a_place_that_stays_taken_is_left_alone(tmp_path: Path, cache: files.ImageCache) -> None:
    out = tmp_path / "out"
    image(out, "a.png", "k1", 40)
    (out / "b.png").write_bytes(b"a file of the user's")

    assert moved(out, cache, ("a.png", "b.png"), ("gone.png", "c.png")) == {"a.png": "k1"}
    assert (out / "b.png").read_bytes() == b"a file of the user's"


def test_an_image_that_does_not_fit_its_record_is_not_moved(tmp_path: Path, cache: files.ImageCache) -> None:
    out = tmp_path / "out"
    path = Path(image(out, "a.png", "k1", 40))
    path.write_bytes(png(41))

    with pytest.raises(UsageError, match="cannot be moved"):
        moved(out, cache, ("a.png", "b.png"))
    assert keys(out) == {"a.png": "k1"}


def test_images_that_were_not_moved_are_named(tmp_path: Path, cache: files.ImageCache) -> None:
    """Also in a ring of which one cannot make room: its name aside is taken."""
    out = tmp_path / "out"
    left = image(out, "a.png", "k1", 40)
    other = image(out, "b.png", "k2", 41)
    (out / "moving-a.png").write_bytes(b"a file of the user's")
    (out / "c.png").write_bytes(b"another")
    last = image(out, "d.png", "k3", 42)

    unmoved = move_images([(left, other), (other, left), (last, str(out / "c.png"))], cache)

    assert unmoved == {left, other, last}
    assert keys(out) == {"a.png": "k1", "b.png": "k2", "d.png": "k3"}


def test_a_ring_that_was_left_with_a_copy_aside(tmp_path: Path, cache: files.ImageCache) -> None:
    """A kill leaves the first image at both places; the copy is the one that goes on."""
    out = tmp_path / "out"
    for number, name in enumerate("ab", start=1):
        image(out, f"{name}.png", f"k{number}", 40 + number)
    document = files.sidecar_at(out / "a.png")
    assert document is not None
    files.copy_image(out / "a.png", document, out / "moving-a.png", overwrite=False)

    assert moved(out, cache, ("a.png", "b.png"), ("b.png", "a.png")) == {"a.png": "k2", "b.png": "k1"}
