"""Images of rows with their sidecars, and what a scan finds of them."""

import json
from pathlib import Path

from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.edges import files

JOB = "abcd2345"


def sidecar(file: str = "fox.png", key: str = "k1", *, length: int = 4, index: int = 0) -> dict[str, object]:
    return {
        "schema": "flux2cli/sidecar/1",
        "job_id": JOB,
        "row": {"id": None, "key": key},
        "image": {"file": file, "sha256": "0" * 64, "bytes": length, "index": index},
        "sandbox": False,
    }


def put(path: Path, key: str = "k1", *, index: int = 0, **other: object) -> str:
    """An image of four bytes with the sidecar that says so; `other` replaces what it says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG")
    path.with_name(f"{path.name}.json").write_text(json.dumps({**sidecar(path.name, key, index=index), **other}))
    return str(path)


def found(out: Path) -> list[ImageRecord]:
    return sorted(files.records(out), key=lambda record: record.path)
