"""A sidecar with the marks of a merge is settled by the image that is there."""

import hashlib
import json
from pathlib import Path

import pytest
from support.files_rig import png
from support.row_files import put, sidecar

from flux2cli.edges import files


def merged(path: Path, ours: bytes, theirs: bytes) -> None:
    put(path)
    said = [hashlib.sha256(content).hexdigest() for content in (ours, theirs)]
    document = json.dumps(
        {**sidecar(path.name), "image": {"file": path.name, "sha256": "X", "bytes": 4, "index": 0}}, indent=2
    )
    line = next(line for line in document.splitlines(keepends=True) if '"X"' in line)
    both = f"<<<<<<< HEAD\n{line.replace('X', said[0])}=======\n{line.replace('X', said[1])}>>>>>>> other\n"
    path.with_name(f"{path.name}.json").write_text(document.replace(line, both))


@pytest.mark.parametrize("kept", [0, 1])
def test_the_side_that_has_the_hash_of_the_image(tmp_path: Path, kept: int) -> None:
    both = png(40), png(41)
    path = tmp_path / "out" / "fox.png"
    merged(path, *both)
    path.write_bytes(both[kept])

    assert files.settle_record(path)

    document = files.sidecar_at(path)
    assert document is not None
    assert document["image"]["sha256"] == hashlib.sha256(both[kept]).hexdigest()
    assert sorted(file.name for file in path.parent.iterdir()) == ["fox.png", "fox.png.json"]


def test_an_image_of_neither_side_settles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fox.png"
    merged(path, png(40), png(41))
    path.write_bytes(png(42))
    before = path.with_name("fox.png.json").read_bytes()

    assert not files.settle_record(path)
    assert path.with_name("fox.png.json").read_bytes() == before
    path.unlink()
    assert files.settled_side(path) is None


def test_a_record_that_is_not_merged_has_no_sides(tmp_path: Path) -> None:
    put(tmp_path / "fox.png")

    assert files.settled_side(tmp_path / "fox.png") is None
    assert files.settled_side(tmp_path / "none.png") is None
