"""Which files can be a reference, and a file that changes before it is sent."""

from pathlib import Path
from typing import Any

import pytest
from support.images import PNG
from support.reference_script import picture, script
from support.shell import Shell
from support.stub import Stub

from flux2cli.edges import reference_files


def unusable(folder: Path) -> dict[str, Any]:
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.png").write_text("not an image")
    (folder / "page.jpg").write_text("<!DOCTYPE html><html></html>")
    (folder / "folder").mkdir()
    (folder / "loop.png").symlink_to(folder / "loop.png")
    with (folder / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(50 * 1024 * 1024 + 1)
    return {
        "missing.png": "does not exist",
        "empty.png": "is empty",
        "text.png": "is not a PNG, JPEG or WebP image",
        "page.jpg": "is not a PNG, JPEG or WebP image",
        "folder": "is a directory",
        "loop.png": "cannot be read",
        "large.png": "has 50.0 MiB; the most is 50 MiB",
        "a\0b.png": "cannot be read",
        "ftp://a.example/b.png": "does not exist",
    }


def test_what_cannot_be_a_reference_is_refused_in_a_sentence(shell: Shell) -> None:
    for name, said in unusable(shell.cwd).items():
        ran = shell.run("flash", "x", "-i", name, "--sandbox")

        assert ran.code == 2, name
        assert said in ran.err, name
        assert not shell.state.exists(), "nothing is recorded"


def test_the_most_that_is_taken_is_taken(shell: Shell) -> None:
    with (shell.cwd / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(50 * 1024 * 1024)

    assert reference_files.read_file("large.png", shell.cwd, limit=50 * 1024 * 1024).length == 50 * 1024 * 1024


def test_a_file_that_changes_meanwhile_is_not_sent(shell: Shell, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    read = reference_files.read_file

    def read_and_change(text: str, cwd: Path, *, limit: int) -> object:
        found = read(text, cwd, limit=limit)
        picture(cwd / text)
        return found

    monkeypatch.setattr(reference_files, "read_file", read_and_change)

    ran = shell.run("flash", "x", "-i", "a.png", env=script(stub))

    assert ran.code == 2
    assert "changed while it was being used" in ran.err
    assert stub.seen == []
