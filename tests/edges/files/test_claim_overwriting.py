"""An image that is to be overwritten spares the other rows of its batch."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.files_rig import names, png
from support.row_files import JOB, found, put, sidecar

from flux2cli.edges import files


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


# --- names that rows of one batch want at once ---------------------------------------------------------------------


def save(out: Path, key: str | None, *, siblings: tuple[str, ...] = (), job: str = JOB, overwrite: bool = True) -> Path:
    """Save an image under `fox.png` for a row of a batch that has the rows `siblings`."""
    content = png(len(job))
    with files.open_part(out, job, 0) as part:
        part.write(content)
        info = part.finish()

    def note(name: str) -> bytes:
        said = sidecar(name, length=len(content))
        return json.dumps({**said, "job_id": job, "row": key and {"id": None, "key": key}}).encode()

    def keep(record: files.SidecarStub) -> bool:
        return record.row_key in siblings and record.row_key != key

    return files.claim(info, out / "fox.png", sidecar=note, record=lambda _: None, overwrite=overwrite, keep=keep)


def test_overwriting_spares_the_images_of_other_rows_of_the_batch_and_no_others(out: Path) -> None:
    rows = ("k1", "k2", "k3")
    put(out / "fox.png", "old")

    assert save(out, "k1", siblings=rows, job="job1").name == "fox.png"
    assert save(out, "k2", siblings=rows, job="job2").name == "fox-2.png"
    assert save(out, "k3", siblings=rows, job="job3").name == "fox-3.png"
    assert save(out, "k2", siblings=rows, job="job4").name == "fox-2.png"
    assert [row.key for row in found(out)] == ["k2", "k3", "k1"]
    assert save(out, None, job="job5").name == "fox.png"
    assert len(names(out)) == 6


@pytest.mark.parametrize("row", [None, [], "k1", {}, {"key": None}])
def test_overwriting_replaces_what_has_no_row(out: Path, row: object) -> None:
    put(out / "fox.png", row=row)

    assert save(out, "k2", siblings=("k1", "k2")).name == "fox.png"


def test_sixteen_rows_that_overwrite_one_name_at_once_lose_no_image(out: Path) -> None:
    keys = tuple(f"k{n:02}" for n in range(16))
    start = threading.Barrier(16)

    def one(key: str) -> Path:
        start.wait()
        return save(out, key, siblings=keys, job=f"job-{key}")

    for _ in range(3):
        for left in out.iterdir():
            left.unlink()
        put(out / "fox.png", "old")
        with ThreadPoolExecutor(16) as pool:
            paths = list(pool.map(one, keys))
        assert len(set(paths)) == 16
        assert sorted(str(row.key) for row in found(out)) == list(keys)
        assert len(names(out)) == 32
