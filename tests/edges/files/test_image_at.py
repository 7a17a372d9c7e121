"""What lies at the path of a recorded image."""

import hashlib
import os
from pathlib import Path

import pytest
from support.files_rig import png

from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.edges import files

IMAGE = png(40)
SHA = hashlib.sha256(IMAGE).hexdigest()


def record(path: Path) -> ImageRecord:
    return ImageRecord(path=str(path), sha256=SHA, bytes=len(IMAGE))


def pointer(sha: str = SHA, size: int = len(IMAGE)) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha}\nsize {size}\n".encode()


@pytest.mark.parametrize(
    ("content", "quick", "hashed"),
    [
        (IMAGE, "recorded", "recorded"),
        (png(41), "recorded", "other"),
        (png(41, 500), "other", "other"),
        (b"x" * len(IMAGE), "recorded", "broken"),
        (IMAGE[:-1], "broken", "broken"),
        (b"", "broken", "broken"),
        (b"<html>", "broken", "broken"),
        (pointer(), "pointer", "pointer"),
        (pointer(sha="0" * 64), "other", "other"),
        (pointer(size=1), "other", "other"),
        (pointer().replace(b"oid", b"x-y\noid"), "pointer", "pointer"),
        (b"version https://git-lfs.github.com/spec/v1\nnothing\n", "broken", "broken"),
        (None, "none", "none"),
    ],
)
def test_by_its_length_and_by_its_hash(tmp_path: Path, content: bytes | None, quick: str, hashed: str) -> None:
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)

    assert files.image_at(record(path), hashed=False) == quick
    assert files.image_at(record(path), hashed=True) == hashed


def test_what_is_no_file_is_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()

    assert files.image_at(record(tmp_path / "pipe.png"), hashed=True) == "none"
    assert files.image_at(record(tmp_path / "folder.png"), hashed=True) == "none"
    assert files.image_at(record(tmp_path / "\0"), hashed=True) == "none"
