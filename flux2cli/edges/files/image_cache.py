"""The image cache: images of batch rows by their contents, and the records that say which row had which.

`images/AB/SHA256` is a link to an image, or a copy where the file system has no links; `rows/AB/KEY/INDEX-SHA.json` is
its sidecar. An image can be changed behind its link, so its hash is compared before it is used.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from flux2cli.edges.files.copy_image import Sidecar
from flux2cli.edges.files.parts import remove, sidecar_of
from flux2cli.edges.files.recover import LARGEST_SIDECAR, sha256_of

Cached = tuple[Sidecar, Path]
"""A sidecar, and the path of its image in the cache."""


class ImageCache:
    """The cache in one directory; `limit` is its size in bytes, 0 for no cache. Nothing here raises OSError."""

    def __init__(self, directory: Path, limit: int) -> None:
        self._images = directory / "images"
        self._rows = directory / "rows"
        self._limit = limit

    def keep(self, path: Path, *, sha256: str | None = None) -> bool:
        """Add the image at a path, if its sidecar says that a row has it; whether it is in the cache now.

        `sha256` is its hash, where that is known.
        """
        if not self._limit:
            return False
        try:
            content = sidecar_of(path).read_bytes()
            document = json.loads(content)
            key, index = document["row"]["key"], int(document["image"]["index"])
            sha256 = sha256 or sha256_of(path)
            if sha256 != document["image"]["sha256"] or not str(key).isalnum():
                return False
            self._link(path, self._image(sha256))
            _write(self._rows / key[:2] / key / f"{index}-{sha256[:16]}.json", content)
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def save(self, path: Path) -> bool:
        """Store whatever file is at a path before it is replaced or removed; whether nothing is lost then.

        An image as it was recorded is one that its row had; of another file only the bytes and the name are kept.
        """
        if not os.path.lexists(path) or not self._limit or self.keep(path):
            return True
        try:
            sha256 = sha256_of(path)
            self._link(path, self._image(sha256))
            _write(self._rows / "other" / f"{sha256}.json", json.dumps({"path": str(path)}).encode())
        except (OSError, ValueError):
            return False
        return True

    def find(self, keys: Sequence[str], count: int) -> list[Cached] | None:
        """The newest images of a row, by any of its keys, each with its sidecar; None unless there are all `count`.

        An image with other bytes than its record says is dropped.
        """
        for key in keys if self._limit else ():
            jobs: dict[str, dict[int, Cached]] = {}
            for document, image in self._records(key):
                jobs.setdefault(str(document["job_id"]), {}).setdefault(
                    int(document["image"]["index"]), (document, image)
                )
            for found in jobs.values():  # those of the newest job first
                if set(found) >= set(range(count)):
                    return [found[index] for index in range(count)]
        return None

    def trim(self) -> None:
        """Remove the oldest images until the cache is within its limit, and the records without an image."""
        if not self._limit:
            return
        entries = sorted(self._entries(), reverse=True)
        room = self._limit
        for _, size, path in entries:
            room -= size
            if room < 0:
                remove(path)
        if room < 0:
            self._drop_records()

    def _records(self, key: str) -> Iterator[Cached]:
        """What the row had, the newest first."""
        try:
            folder = self._rows / key[:2] / key
            records = sorted(folder.glob("[0-9]*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        except OSError:
            return
        for record in records:
            found = self._read(record)
            if found is not None:
                yield found

    def _read(self, record: Path) -> Cached | None:
        try:
            if record.stat().st_size > LARGEST_SIDECAR:
                return None
            document = json.loads(record.read_bytes())
            sha256 = str(document["image"]["sha256"])
            image = self._image(sha256)
            if isinstance(document["image"]["index"], int) and "job_id" in document and sha256_of(image) == sha256:
                return document, image
            remove(image)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        remove(record)
        return None

    def _image(self, sha256: str) -> Path:
        if not sha256.isalnum():
            raise ValueError("that is no hash")
        return self._images / sha256[:2] / sha256

    def _link(self, source: Path, target: Path) -> None:
        if target.exists():
            if target.samefile(source) or sha256_of(target) == target.name:
                os.utime(target)
                return
            remove(target)  # it was changed behind its link
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
        except FileExistsError:
            return
        except OSError:  # another file system, or one without links
            part = target.with_name(f"{target.name}.{os.getpid()}.part")
            shutil.copyfile(source, part)
            part.replace(target)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Time of use, size and path of each image."""
        for folder in _folders(self._images):
            for path in _files(folder):
                try:
                    status = path.stat()
                except OSError:
                    continue
                yield max(status.st_mtime, status.st_ctime), status.st_size, path

    def _drop_records(self) -> None:
        for part in _folders(self._rows):
            for row in _folders(part):
                for record in _files(row):
                    self._drop_if_alone(record)

    def _drop_if_alone(self, record: Path) -> None:
        try:
            document = json.loads(record.read_bytes())
            if self._image(document["image"]["sha256"]).exists():
                return
        except (OSError, ValueError, KeyError, TypeError):
            pass
        remove(record)


def _folders(path: Path) -> list[Path]:
    try:
        return [entry for entry in path.iterdir() if entry.is_dir()]
    except OSError:
        return []


def _files(path: Path) -> list[Path]:
    try:
        return [entry for entry in path.iterdir() if entry.is_file()]
    except OSError:
        return []


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole, so that a kill leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
