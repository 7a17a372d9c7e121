"""The records that an output folder has, at any depth, and what is no record."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.row_files import found, put, sidecar

from flux2cli.edges import files


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def test_records_are_found_at_any_depth_one_for_each_image(out: Path) -> None:
    fox = put(out / "fox.png")
    second = put(out / "fox-2.PNG", index=1)
    deep = put(out / "été" / "狐" / "owl.jpg", "k2", sandbox=True)
    raw = put(out / os.fsdecode(b"caf\xe9") / "hen.png", "k3")

    read = [(record.path, record.key, record.index, record.sandbox) for record in found(out)]

    assert read == sorted(
        [(fox, "k1", 0, False), (second, "k1", 1, False), (deep, "k2", 0, True), (raw, "k3", 0, False)]
    )


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        ({}, True),
        ({"row": {"id": "x", "key": "k1"}, "label": "more"}, True),
        ({"row": None}, True),
        ({"image": {"file": "renamed.png", "bytes": 5, "index": 0, "sha256": "0"}}, True),
        ({"schema": "flux2cli/sidecar/2"}, False),
        ({"schema": None}, False),
        ({"row": {"key": 7}}, False),
        ({"row": "k1"}, False),
        ({"image": None}, False),
        ({"image": {"file": "fox.png", "bytes": 4, "index": None, "sha256": "0"}}, False),
        ({"image": {"file": "fox.png", "bytes": 4, "index": True, "sha256": "0"}}, False),
        ({"image": {"file": "fox.png", "bytes": "4", "index": 0, "sha256": "0"}}, False),
        ({"image": {"file": "fox.png", "index": 0, "sha256": "0"}}, False),
        ({"image": {"file": "fox.png", "bytes": 4, "index": 0}}, False),
        ({"inputs": 7}, False),
    ],
)
def test_only_a_sidecar_counts(out: Path, said: dict[str, object], is_found: bool) -> None:
    put(out / "fox.png")
    (out / "fox.png.json").write_text(json.dumps({**sidecar(), **said}))
    owl = put(out / "owl.png", "k2")

    assert [row.path for row in found(out)] == ([str(out / "fox.png")] if is_found else []) + [owl]


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"null"])
def test_other_json_is_passed_over(out: Path, content: bytes) -> None:
    put(out / "fox.png")
    (out / "fox.png.json").write_bytes(content)
    owl = put(out / "owl.png", "k2")

    assert [row.path for row in found(out)] == [owl]


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe\x00", b"[" * 200_000, b'{"row": ' * 50_000],
    ids=["cut", "no text", "deep list", "deep object"],
)
def test_what_is_no_json_is_named_as_unreadable(out: Path, content: bytes) -> None:
    fox = put(out / "fox.png")
    (out / "fox.png.json").write_bytes(content)
    owl = put(out / "owl.png", "k2")

    assert [(row.path, row.problem) for row in found(out)] == [(fox, "unreadable"), (owl, None)]


def test_a_record_does_not_need_its_image_and_an_image_without_one_is_nothing(out: Path) -> None:
    put(out / "fox.png")
    (out / "fox.png").unlink()
    put(out / "owl.png")
    (out / "owl.png.json").unlink()

    assert [row.path for row in found(out)] == [str(out / "fox.png")]


def test_hidden_names_and_linked_directories_are_left_alone(out: Path, tmp_path: Path) -> None:
    put(out / ".fox.png")
    put(out / ".hidden" / "fox.png")
    put(tmp_path / "elsewhere" / "fox.png")
    (out / "linked").symlink_to(tmp_path / "elsewhere")
    (out / "round").symlink_to(out)
    put(out / "folder.json" / "owl.png", "k2")

    assert [row.key for row in found(out)] == ["k2"]


def test_the_folder_itself_may_be_a_link_or_not_be_there(out: Path, tmp_path: Path) -> None:
    put(out / "fox.png")
    (tmp_path / "link").symlink_to(out)

    assert [row.path for row in found(tmp_path / "link")] == [str(tmp_path / "link" / "fox.png")]
    assert found(tmp_path / "nothing") == []
    assert found(out / "fox.png") == []


def test_a_huge_file_is_not_read(out: Path) -> None:
    for name, length in (("fox.png", (64 << 20) + 1), ("owl.png", 64 << 20)):
        put(out / name)
        with (out / f"{name}.json").open("r+") as file:  # white space after the document
            written = file.seek(0, os.SEEK_END)
            file.write(" " * (length - written))

    assert [row.path for row in found(out)] == [str(out / "owl.png")]
    for name in ("fox.png.json", "owl.png.json"):
        (out / name).unlink()


def test_what_may_not_be_read_is_named_and_pipes_are_passed_over(out: Path) -> None:
    put(out / "fox.png")
    put(out / "pipe.png")
    (out / "pipe.png.json").unlink()
    os.mkfifo(out / "pipe.png.json")
    put(out / "owl.png", "k2")
    put(out / "deep" / "hen.png", "k3")
    (out / "fox.png.json").chmod(0)
    (out / "deep").chmod(0)
    code = (
        "import os, sys; from pathlib import Path; from flux2cli.edges import files\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(sorted((row.path, row.problem) for row in files.records(Path('.'))))"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=out, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
    finally:
        (out / "deep").chmod(0o700)
    assert (done.stdout, done.stderr) == ("[('./fox.png', 'unreadable'), ('./owl.png', None)]\n", "")


def test_an_image_is_present_with_its_length_and_its_sidecar(out: Path) -> None:
    fox = put(out / "fox.png")

    assert files.is_present(fox, 4)
    assert not files.is_present(fox, 5)
    assert not files.is_present(str(out / "owl.png"), 4)
    assert not files.is_present("\0", 4)
    (out / "fox.png.json").write_bytes(b"")
    assert not files.is_present(fox, 4)
    (out / "fox.png.json").unlink()
    assert not files.is_present(fox, 4)
