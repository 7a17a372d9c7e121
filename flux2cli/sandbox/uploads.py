"""Uploaded files in the state directory: announced first, then stored whole or in parts."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from flux2cli.sandbox.job_store import is_id, new_id, write_whole

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An announced file. A PUT of its bytes repeats `signature`; `expires_at` is seconds since the epoch, or None."""

    id: str
    name: str
    media_type: str
    signature: str
    expires_at: float | None


class Uploads:
    """The files of one state directory."""

    def __init__(self, directory: Path, clock: Callable[[], float]) -> None:
        self._directory = directory
        self._clock = clock

    def announce(self, name: str, media_type: str, lifetime: float | None = None) -> Upload:
        """Announce a file; `lifetime` in seconds, None without end."""
        upload = Upload(
            id=new_id(),
            name=_UNSAFE.sub("_", name)[-100:].lstrip(".") or "file",
            media_type=media_type,
            signature=os.urandom(12).hex(),
            expires_at=None if lifetime is None else self._clock() + lifetime,
        )
        write_whole(self._directory / f"{upload.id}.json", json.dumps(asdict(upload)).encode())
        return upload

    def find(self, upload_id: str) -> Upload | None:
        """The upload with this id; None when it was not announced or has expired."""
        if not is_id(upload_id):
            return None
        try:
            upload = Upload(**json.loads((self._directory / f"{upload_id}.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        return None if upload.expires_at is not None and upload.expires_at <= self._clock() else upload

    def store(self, upload: Upload, chunks: Iterable[bytes], part: int | None = None) -> str:
        """Store the file, or one of its parts; returns the entity tag. An incomplete body is not stored."""
        path = self._path(upload, part)
        partial = path.with_name(f".{path.name}.{new_id()}.part")
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with partial.open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return digest.hexdigest()

    def join(self, upload: Upload, parts: Sequence[tuple[int, str]]) -> bool:
        """Put the parts together in the order of their numbers; False when one is missing or has another tag."""
        whole = []
        for number, tag in sorted(parts):
            try:
                data = self._path(upload, number).read_bytes()
            except OSError:
                return False
            if hashlib.md5(data, usedforsecurity=False).hexdigest() != tag:
                return False
            whole.append(data)
        self.store(upload, whole)
        for number, _ in parts:
            self._path(upload, number).unlink(missing_ok=True)
        return True

    def read(self, upload: Upload) -> bytes | None:
        """The file's bytes, or None before they are stored."""
        try:
            return self._path(upload, None).read_bytes()
        except OSError:
            return None

    def _path(self, upload: Upload, part: int | None) -> Path:
        return self._directory / (f"{upload.id}.data" if part is None else f"{upload.id}.{part}.piece")
