"""Saves one image the way a run does, in the test or in a process that dies on the way.

As a script, `files_rig.py DIRECTORY JOB INDEX NAME MODE STOP` ends without any clean-up before the STOP-th time that it
opens, links, renames or removes a file. Exit 0 means that it got to its end first.
"""

import errno
import hashlib
import json
import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from flux2cli.edges import files

JOB = "abcd2345"


def png(seed: int = 0, size: int = 400) -> bytes:
    """A whole PNG of about `size` bytes, another for each seed."""
    header = struct.pack(">IIBBBBB", size, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" + random.Random(seed).randbytes(size), 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def no_links(source: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "hard links do not work here", str(source), None, str(target))


def save(
    directory: Path,
    name: str = "fox.png",
    *,
    data: bytes | None = None,
    job: str = JOB,
    index: int = 0,
    overwrite: bool = False,
    link: Callable[[Path, Path], None] = os.link,
    root: Path | None = None,
    padding: int = 0,
    taken: files.TakenNames | None = None,
) -> Path:
    """Download, check and claim. Names told to `record` are kept in a log beside `root`, and taken up from there."""
    content = png(index) if data is None else data
    log = Path(f"{root or directory}.{job}-{index}.log")
    with files.open_part(directory, job, index) as part:
        part.write(content)
        info = part.finish(len(content))
    image = {"sha256": info.image.sha256, "index": index}

    def sidecar(file: str) -> bytes:
        return json.dumps({"job_id": job, "image": {**image, "file": file}, "padding": "x" * padding}).encode()

    def record(path: Path) -> None:
        with log.open("a") as lines:
            lines.write(f"{path}\n")

    return files.claim(
        info,
        directory / name,
        sidecar=sidecar,
        record=record,
        overwrite=overwrite,
        recorded=Path(log.read_text().splitlines()[-1]) if log.exists() else None,
        link=link,
        taken=taken,
    )


def names(directory: Path) -> list[str]:
    """Every file in the directory, hidden ones too, relative and sorted."""
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir())


def fits(path: Path, job: str = JOB, index: int = 0) -> bool:
    """Whether the sidecar beside an image is that job's and describes these very bytes under this name."""
    record = json.loads(path.with_name(f"{path.name}.json").read_bytes())
    image = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "index": index, "file": path.name}
    return bool(record["job_id"] == job and record["image"] == image)


def python(code: str, *argv: str) -> str:
    """What a process prints; it can import the rig."""
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


def _stop_at(stop: int) -> None:
    seen = 0

    def hook(event: str, _: object) -> None:
        nonlocal seen
        if event in ("open", "os.link", "os.rename", "os.remove", "os.mkdir"):
            seen += 1
            if seen == stop:
                os._exit(9)

    sys.addaudithook(hook)


if __name__ == "__main__":
    directory, job, index, name, mode, stop = sys.argv[1:]
    _stop_at(int(stop))
    link = no_links if "no-links" in mode else os.link
    save(Path(directory), name, job=job, index=int(index), overwrite="overwrite" in mode, link=link)
