"""Checks that the rows of a batch have ids and output files of their own."""

import os.path

from flux2cli.core.batch.row import Row
from flux2cli.errors import UsageError


class UniqueRows:
    """The ids and files of the rows so far, each with the place of its row."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._directories: dict[str, str] = {}

    def check(self, row: Row) -> None:
        """UsageError when an earlier row has the same id or file, or when one's file is a directory of the other."""
        place = f"{row.file}:{row.line}"
        if row.id is not None:
            first = self._ids.setdefault(row.id, place)
            if first is not place:
                raise UsageError(f"`{row.id}` is the id of {first}, too.", hint="an id names one row", about="id")
        if row.output.explicit:
            self._check_file(row.output.directory, row.output.name, place)

    def _check_file(self, directory: str, name: str, place: str) -> None:
        path = os.path.join(directory, name)
        first = self._files.setdefault(path, place)
        if first is not place:
            raise UsageError(f"`{name}` is where {first} goes, too.", hint="give each row a file", about="output")
        if path in self._directories:
            raise _file_and_directory(name, self._directories[path])
        while directory not in self._directories:  # each directory is looked at once, up to the root
            if directory in self._files:
                raise _file_and_directory(os.path.basename(directory), self._files[directory])  # noqa: PTH119 - as above
            self._directories[directory] = place
            directory = os.path.dirname(directory)  # noqa: PTH120 - as above


def _file_and_directory(name: str, other: str) -> UsageError:
    return UsageError(
        f"`{name}` would be a file and a directory: see {other}.", hint="give each row a file", about="output"
    )
