"""Selects rows by their ids: `--only hero --only 'icon/*'`."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from flux2cli.errors import UsageError


class Selection:
    """Patterns of ids; without any, every row is selected. It notes which patterns have found a row."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = tuple(patterns)
        self._found: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def has(self, row_id: str | None) -> bool:
        """Whether the row with this id is selected."""
        if not self._patterns:
            return True
        found = [
            pattern
            for pattern in self._patterns
            if row_id is not None and (row_id == pattern or fnmatchcase(row_id, pattern))
        ]
        self._found.update(found)
        return bool(found)

    def check(self) -> None:
        """UsageError for a pattern that has found no row."""
        for pattern in self._patterns:
            if pattern not in self._found:
                raise UsageError(
                    f"`--only {pattern}` matches the id of no row.",
                    hint="it takes an id of the column `id`, or a pattern in quotes such as 'icon/*'",
                )
