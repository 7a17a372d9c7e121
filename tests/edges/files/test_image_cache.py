"""The cache of rows' images: kept by contents, found by row, dropped when changed or too many."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from support.files_rig import png

from flux2cli.edges.files import ImageCache


def saved(folder: Path, name: str, width: int, *, key: str | None = "k1", index: int = 0) -> Path:
    """An image with its sidecar."""
    folder.mkdir(parents=True, exist_ok=True)
    path, content = folder / name, png(width)
    path.write_bytes(content)
    image = {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "index": index}
    document = {"job_id": "j1", "row": key and {"key": key}, "image": image}
    path.with_name(f"{name}.json").write_text(json.dumps(document))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> ImageCache:
    return ImageCache(tmp_path / "cache", 1 << 20)


def test_an_image_is_found_by_its_row_after_it_was_removed(cache: ImageCache, tmp_path: Path) -> None:
    path = saved(tmp_path / "out", "fox.png", 40)
    assert cache.keep(path)
    content = path.read_bytes()
    path.unlink()

    assert cache.find(["none"], 1) is None
    found = cache.find(["none", "k1"], 1)
    assert found is not None
    [(document, image)] = found
    assert (document["image"]["file"], image.read_bytes()) == ("fox.png", content)


def test_it_is_a_link_where_that_is_possible(cache: ImageCache, tmp_path: Path) -> None:
    path = saved(tmp_path / "out", "fox.png", 40)
    cache.keep(path)

    assert path.stat().st_nlink == 2


def test_an_image_that_was_changed_behind_its_link_is_dropped(cache: ImageCache, tmp_path: Path) -> None:
    path = saved(tmp_path / "out", "fox.png", 40)
    cache.keep(path)
    path.write_bytes(png(41))

    assert cache.find(["k1"], 1) is None
    assert not [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]


def test_the_newest_of_a_row_counts_and_all_its_images_have_to_be_there(cache: ImageCache, tmp_path: Path) -> None:
    cache.keep(saved(tmp_path / "out", "fox.png", 40))
    newest = saved(tmp_path / "out", "fox.png", 41)
    cache.keep(newest)
    for file in (tmp_path / "cache/rows").rglob("*.json"):
        stamp = 2 if hashlib.sha256(newest.read_bytes()).hexdigest()[:16] in file.name else 1
        os.utime(file, (stamp, stamp))

    found = cache.find(["k1"], 1)
    assert found is not None
    assert found[0][1].read_bytes() == newest.read_bytes()
    assert cache.find(["k1"], 2) is None
    cache.keep(saved(tmp_path / "out", "fox-2.png", 42, index=1))
    assert len(cache.find(["k1"], 2) or ()) == 2


def test_what_has_no_row_or_other_bytes_is_not_kept(cache: ImageCache, tmp_path: Path) -> None:
    edited = saved(tmp_path / "out", "edited.png", 40)
    edited.write_bytes(png(50))
    bare = tmp_path / "out" / "bare.png"
    bare.write_bytes(png(3))
    odd = saved(tmp_path / "out", "odd.png", 40, key="../../x")

    for path in (edited, bare, odd, saved(tmp_path / "out", "single.png", 40, key=None), tmp_path / "none.png"):
        assert not cache.keep(path)
    assert not (tmp_path / "cache").exists()


def test_the_oldest_go_when_there_is_no_room(tmp_path: Path) -> None:
    size = len(png(40))
    cache = ImageCache(tmp_path / "cache", 2 * size + 40)
    for number, key in enumerate(("k1", "k2", "k3")):
        path = saved(tmp_path / "out", f"{key}.png", 40 + number, key=key)
        cache.keep(path)
        path.unlink()
    for number, key in enumerate(("k1", "k2", "k3"), start=1):
        for _, image in cache.find([key], 1) or ():
            os.utime(image, (number * 10**9, number * 10**9))

    cache.trim()

    assert [cache.find([key], 1) is not None for key in ("k1", "k2", "k3")].count(True) == 2
    assert len(list((tmp_path / "cache/rows").rglob("*.json"))) == 2


def test_a_size_of_0_is_no_cache(tmp_path: Path) -> None:
    cache = ImageCache(tmp_path / "cache", 0)

    assert not cache.keep(saved(tmp_path / "out", "fox.png", 40))
    assert cache.find(["k1"], 1) is None
    cache.trim()
    assert not (tmp_path / "cache").exists()


def test_whatever_is_replaced_is_kept_or_stays(tmp_path: Path, cache: ImageCache) -> None:
    stray = tmp_path / "stray.png"
    stray.write_bytes(b"a file of the user's")

    assert cache.save(stray)
    assert b"a file of the user's" in [path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()]

    (tmp_path / "blocked").write_text("no folder")
    blocked = ImageCache(tmp_path / "blocked", 1 << 20)
    assert not blocked.save(stray)
    assert blocked.save(tmp_path / "none.png"), "there is nothing to lose"
