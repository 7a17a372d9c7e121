"""Copies of images with their records, and records of changed images."""

import json
from pathlib import Path

import pytest
from support.files_rig import png
from support.row_files import put

from flux2cli.edges import files


@pytest.fixture
def fox(tmp_path: Path) -> Path:
    """A whole image, and a record that fits."""
    path = tmp_path / "out" / "fox.png"
    put(path)
    path.write_bytes(png(40))
    files.adopt_image(path)
    return path


def test_a_copy_has_a_record_that_names_it(fox: Path, tmp_path: Path) -> None:
    document = files.sidecar_at(fox)
    assert document is not None

    made = files.copy_image(fox, document, tmp_path / "deep" / "er" / "owl.png", overwrite=False)

    assert made == tmp_path / "deep/er/owl.png"
    copied = files.sidecar_at(made)
    assert copied == {**document, "image": {**document["image"], "file": "owl.png"}}
    assert made.read_bytes() == fox.read_bytes()
    assert sorted(path.name for path in made.parent.iterdir()) == ["owl.png", "owl.png.json"]


def test_a_taken_name_is_left_or_replaced(fox: Path) -> None:
    document = files.sidecar_at(fox)
    assert document is not None
    other = fox.with_name("owl.png")
    put(other, "k2")

    assert files.copy_image(fox, document, other, overwrite=False).name == "owl-2.png"
    assert files.copy_image(fox, document, other, overwrite=True) == other
    assert other.read_bytes() == fox.read_bytes()


def test_bytes_that_do_not_fit_the_record_are_not_copied(fox: Path, tmp_path: Path) -> None:
    document = files.sidecar_at(fox)
    assert document is not None
    fox.write_bytes(png(41))

    with pytest.raises(files.BrokenImageError):
        files.copy_image(fox, document, tmp_path / "new" / "a.png", overwrite=False)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_changed_image_is_recorded_as_it_is(fox: Path) -> None:
    before = json.loads(fox.with_name("fox.png.json").read_text())
    fox.write_bytes(png(1, 52))

    files.adopt_image(fox)

    after = json.loads(fox.with_name("fox.png.json").read_text())
    assert after["image"]["width"] == 52
    assert after["image"]["sha256"] != before["image"]["sha256"]
    assert after["warnings"][-1] == "the image was changed after it was made"
    assert {**after, "image": 0, "warnings": 0} == {**before, "image": 0, "warnings": 0}
    assert sorted(path.name for path in fox.parent.iterdir()) == ["fox.png", "fox.png.json"]


@pytest.mark.parametrize("content", [b"", b"<html>", png(40)[:-3]])
def test_what_is_no_whole_image_is_not_recorded(fox: Path, content: bytes) -> None:
    before = fox.with_name("fox.png.json").read_text()
    fox.write_bytes(content)

    with pytest.raises(files.BrokenImageError):
        files.adopt_image(fox)
    assert fox.with_name("fox.png.json").read_text() == before


def test_an_image_is_removed_with_its_record(fox: Path) -> None:
    files.remove_image(fox)
    files.remove_image(fox)

    assert list(fox.parent.iterdir()) == []
    assert files.sidecar_at(fox) is None


@pytest.mark.parametrize("job_id", ["../../etc", "", 7, "a/b"])
def test_a_record_that_names_no_job_makes_no_file(fox: Path, tmp_path: Path, job_id: object) -> None:
    record = fox.with_name("fox.png.json")
    document = json.loads(record.read_text())
    document["job_id"] = job_id

    with pytest.raises(files.BrokenImageError):
        files.copy_image(fox, document, tmp_path / "new" / "a.png", overwrite=False)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path not in (fox, record)]
