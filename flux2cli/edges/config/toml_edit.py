"""Edits one value of the user's settings file; keeps all other lines, comments and their order."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from flux2cli.core.settings import Value
from flux2cli.edges.config.atomic_write import locked, replace
from flux2cli.edges.config.toml_read import read_table, read_text
from flux2cli.errors import UsageError


def set_value(file: Path, name: str, value: Value) -> None:
    """Write the value under the dotted name. UsageError when the file is broken or cannot be written."""
    import tomlkit

    item = tomlkit.value(format(value, "f")) if isinstance(value, Decimal) else tomlkit.item(_plain(value))

    def change(document: Any) -> bool:
        *groups, last = name.split(".")
        table = document
        for group in groups:
            table = table.setdefault(group, tomlkit.table())
            if not isinstance(table, dict):
                raise UsageError(
                    f"`{group}` in {file} is not a table.", hint=f"take it out: `flux2 config unset {group}`"
                )
        table[last] = item
        return True

    _edit(file, change)


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def unset_value(file: Path, name: str) -> bool:
    """Remove the dotted name; returns whether it was there. UsageError when the file is broken or cannot be written."""

    def change(document: Any) -> bool:
        *groups, last = name.split(".")
        table = document
        for group in groups:
            table = table.get(group)
            if not isinstance(table, dict):
                return False
        return table.pop(last, None) is not None

    return _edit(file, change)


def _edit(file: Path, change: Callable[[Any], bool]) -> bool:
    """Read, change and replace the file under a lock. Follows a symbolic link: dotfile managers use them."""
    import tomlkit

    try:
        with locked(file.parent):
            read_table(file)  # its error messages about broken lines are better than tomlkit's
            document = tomlkit.parse(read_text(file) or "")
            if not (changed := change(document)):
                return False
            replace(Path(os.path.realpath(file)), tomlkit.dumps(document))
            return changed
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}.", hint="FLUX2_CONFIG_DIR moves the directory"
        ) from None
