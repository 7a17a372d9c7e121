"""Uploaded files: announced, stored whole or in parts, gone when their time is over."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux2cli.sandbox.uploads import Uploads


class Clock:
    """A clock that stands still until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def uploads(tmp_path: Path, clock: Clock | None = None) -> Uploads:
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    return Uploads(folder, clock or Clock())


@pytest.mark.parametrize(
    ("name", "kept"),
    [("fox.png", "fox.png"), ("../../etc/passwd", "_.._etc_passwd"), ("a b.png", "a_b.png"), ("..", "file"),
     ("x" * 200 + ".png", "x" * 96 + ".png")],
)  # fmt: skip
def test_a_name_never_leads_elsewhere(tmp_path: Path, name: str, kept: str) -> None:
    assert uploads(tmp_path).announce(name, "image/png").name == kept


def test_a_file_is_there_once_it_is_stored(tmp_path: Path) -> None:
    files = uploads(tmp_path)
    upload = files.announce("fox.png", "image/png")
    assert files.read(upload) is None

    tag = files.store(upload, [b"a ", b"fox"])

    assert tag == hashlib.md5(b"a fox").hexdigest()
    assert uploads(tmp_path).find(upload.id) == upload
    assert uploads(tmp_path).read(upload) == b"a fox"


def test_a_body_that_breaks_off_is_not_stored(tmp_path: Path) -> None:
    files = uploads(tmp_path)
    upload = files.announce("fox.png", "image/png")

    def broken() -> Iterator[bytes]:
        yield b"a "
        raise ConnectionError

    with pytest.raises(ConnectionError):
        files.store(upload, broken())

    assert files.read(upload) is None
    assert [path.name for path in (tmp_path / "files").iterdir()] == [f"{upload.id}.json"]


def test_parts_are_joined_by_their_numbers_when_their_tags_fit(tmp_path: Path) -> None:
    files = uploads(tmp_path)
    upload = files.announce("fox.png", "image/png")
    tags = {number: files.store(upload, [data], number) for number, data in ((2, b"fox"), (1, b"a "))}

    assert not files.join(upload, [(1, tags[1]), (2, "0" * 32)])
    assert not files.join(upload, [(1, tags[1]), (3, tags[2])])
    assert files.join(upload, [(2, tags[2]), (1, tags[1])])
    assert files.read(upload) == b"a fox"


def test_an_upload_expires_and_an_unknown_one_is_none(tmp_path: Path) -> None:
    clock = Clock()
    files = uploads(tmp_path, clock)
    upload = files.announce("fox.png", "image/png", lifetime=60)
    clock.now += 59.9
    assert files.find(upload.id) is not None
    clock.now += 0.1

    assert files.find(upload.id) is None
    assert files.find("../../x") is None
