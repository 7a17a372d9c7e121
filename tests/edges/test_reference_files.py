"""Which files can be a reference, and a file that changes before it is sent."""

import io
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.images import PNG
from support.reference_script import picture, script
from support.shell import Shell
from support.stub import Stub

from flux2cli.edges import reference_files
from flux2cli.errors import UsageError


def photo(mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert(mode).save(out, "JPEG")
    return out.getvalue()


def unusable(folder: Path) -> dict[str, Any]:
    (folder / "empty.png").write_bytes(b"")
    (folder / "text.png").write_text("not an image")
    (folder / "half.png").write_bytes(PNG[:40])
    (folder / "half.jpg").write_bytes(photo()[:-400])
    (folder / "damaged.png").write_bytes(PNG.replace(b"x\x9cc", b"x\x9cd"))
    (folder / "pointer.png").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n")
    (folder / "IMG 1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
    (folder / "page.jpg").write_text("<!DOCTYPE html><html></html>")
    (folder / "folder").mkdir()
    (folder / "loop.png").symlink_to(folder / "loop.png")
    with (folder / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(50 * 1024 * 1024 + 1)
    return {
        "missing.png": f"`missing.png` does not exist (looked in `{folder}`).\nhint: paths are relative",
        "art/missing.png": f"`art/missing.png` does not exist (looked in `{folder}/art`).",
        f"{folder}/missing.png": "missing.png` does not exist.",
        "~no-such-user/a.png": "does not exist",
        "": "is empty.\nhint: is the variable set?",
        " ": "is empty.\nhint: is the variable set?",
        "empty.png": "is empty",
        "text.png": "`text.png` cannot be used: it is text.\nhint: reference images are PNG, JPEG or WebP files",
        "page.jpg": "`page.jpg` cannot be used: it is an HTML page.\nhint: get the image itself",
        "half.png": "`half.png` cannot be used: it is cut off (IEND is missing).\nhint: copy or download it again",
        "half.jpg": "`half.jpg` cannot be used: it is cut off (EOI is missing).",
        "damaged.png": "`damaged.png` cannot be used: it is a PNG whose IDAT chunk is damaged",
        "pointer.png": "`pointer.png` cannot be used: it is a Git LFS pointer.\nhint: git lfs pull",
        "IMG 1.HEIC": "it is an HEIC image.\nhint: convert it: magick 'IMG 1.HEIC' 'IMG 1.png'",
        "data:image/png;base64,???": "`data:` cannot be used: what follows its comma is not base64.",
        "data:text/html,<html></html>": "`data:` cannot be used: it is an HTML page.",
        f"data:image/png;base64,{b64encode(PNG[:40]).decode()}": "`data:` cannot be used: it is cut off",
        "folder": "`folder` is a directory.\nhint: give -i once for each image in it",
        "loop.png": "cannot be read",
        "large.png": "has 50.0 MiB; the most is 50 MiB",
        "a\0b.png": "cannot be read",
        "ftp://a.example/b.png": "`ftp://a.example/b.png` has an address that is not one of http(s).\nhint: reference",
        "s3://bucket/b.png": "has an address that is not one of http(s).",
        "file:///a/b.png": "`file:///a/b.png` is a file's URL, which is not read.\nhint: give its path: /a/b.png",
        "https://": "https://` has no host.\nhint: is the variable set? for example: https://example.com/fox.png",
        "https://[::1/b.png": "https://[::1/b.png` cannot be read.",
        "https://me:pw@x.example:99999/b": "https://***@x.example:99999/b` cannot be read.",
        "https://x.example/b\tc.png": "has control characters in it.",
    }


def test_what_cannot_be_a_reference_is_refused_in_a_sentence(shell: Shell) -> None:
    for name, said in unusable(shell.cwd).items():
        for command in (["flash", "x", "-i", name], ["outpaint", name, "--left", "8"]):
            ran = shell.run(*command, "--sandbox")

            assert ran.code == 2, name
            assert said in ran.err, name
            assert not shell.state.exists(), "nothing is recorded"


def test_a_half_image_is_refused_for_every_provider(shell: Shell) -> None:
    (shell.cwd / "half.jpg").write_bytes(photo()[:-400])

    for provider in ("fal", "vtrix", "bfl"):
        ran = shell.run("max", "x", "-i", "half.jpg", "-p", provider, "--dry-run")

        assert (ran.code, ran.out) == (2, ""), provider
        assert "it is cut off" in ran.err


def test_images_that_are_odd_and_work_are_taken(shell: Shell) -> None:
    (shell.cwd / "tail.jpg").write_bytes(photo() + b"appended")
    (shell.cwd / "cmyk.jpg").write_bytes(photo("CMYK"))

    ran = shell.run("flash", "x", "-i", "tail.jpg", "-i", "cmyk.jpg", "--dry-run", "--json")

    assert ran.code == 0, ran.err


def test_a_half_image_in_a_row_is_told_with_its_place_and_nothing_is_sent(shell: Shell) -> None:
    (shell.cwd / "half.jpg").write_bytes(photo()[:-400])
    (shell.cwd / "a.png").write_bytes(PNG)
    (shell.cwd / "rows.csv").write_text("prompt,image\na,a.png\nb,half.jpg\nc,art/b.png\n")

    ran = shell.run("batch", "rows.csv", "-m", "flash", "-o", "out/", "--sandbox")

    assert (ran.code, ran.out) == (2, "")
    half, missing = ran.err.splitlines()[:2]
    assert half.startswith("rows.csv:3: image: The reference image `half.jpg` cannot be used: it is cut off ")
    assert missing.startswith("rows.csv:4: image: The reference image `art/b.png` does not exist ")
    assert f"(looked in `{shell.cwd}/art`)" in missing
    assert not (shell.cwd / "out").exists()


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


def test_a_pipe_is_read_once(shell: Shell, stub: Stub) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, PNG)
    os.close(theirs)

    ran = shell.run("flash", "x", "-i", f"/dev/fd/{ours}", "--no-wait", env=script(stub))
    os.close(ours)

    assert ran.code == 0, ran.err
    assert stub.seen[1].body == PNG


# --- what has no end -----------------------------------------------------------------------------------------------


def test_only_regular_files_are_references_by_their_path_and_nothing_is_waited_for(shell: Shell) -> None:
    os.mkfifo(shell.cwd / "pipe.png")
    hint = "hint: give a file, or the content of a pipe with `-i -` or `-i <(command)`\n"

    for name, what in (("pipe.png", "pipe"), ("/dev/zero", "device"), ("/dev/null", "device"), ("/dev/tty", None)):
        ran = shell.run("flash", "x", "-i", name, "--sandbox")

        assert (ran.code, ran.out) == (2, ""), name
        if what is not None:  # a process without a terminal has no such device
            assert ran.err == f"error: The reference image `{name}` is a {what}.\n{hint}"


def test_a_file_that_becomes_a_pipe_before_it_is_sent_is_not_waited_for(shell: Shell) -> None:
    (shell.cwd / "a.png").write_bytes(PNG)
    reference = reference_files.read_file("a.png", shell.cwd, limit=1 << 20)
    (shell.cwd / "a.png").unlink()
    os.mkfifo(shell.cwd / "a.png")

    with pytest.raises(UsageError, match=r"The reference image `a\.png` is a pipe"):
        reference_files.load(Path(str(reference.path)), "a.png", limit=1 << 20)


def test_a_pipe_that_the_shell_opened_is_read_once_and_kept() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, PNG)
    os.close(theirs)
    try:
        reference = reference_files.read_file(f"/dev/fd/{ours}", Path("/"), limit=1 << 20)
    finally:
        os.close(ours)

    assert (reference.path, reference.data) == (None, PNG)


class Endless(io.RawIOBase):
    """A stream without an end, which counts what was read of it."""

    count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.count += len(buffer)
        return len(buffer)


def test_a_stream_without_an_end_is_read_up_to_the_limit() -> None:
    source = Endless()

    with pytest.raises(UsageError) as caught:
        reference_files.read_within(io.BufferedReader(source), "-", 1 << 20)

    assert caught.value.message == "The reference image `-` has more than 1 MiB, which is the most."
    assert source.count < 1 << 21


def test_an_image_on_stdin_is_read_up_to_the_providers_limit(shell: Shell) -> None:
    for provider, most in (("bfl", "20 MiB"), ("fal", "50 MiB")):
        ran = shell.run("max", "x", "-i", "-", "-p", provider, "--dry-run", stdin=bytes((50 << 20) + 1))

        assert ran.code == 2
        assert f"The reference image `-` has more than {most}, which is the most." in ran.err, provider
