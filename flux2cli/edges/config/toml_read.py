"""Reads a TOML file of settings into dotted names. Checks its syntax only."""

import re
import stat
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from flux2cli.core.settings import all_settings, is_group
from flux2cli.errors import UsageError
from flux2cli.providers import registry

_LONGEST = 1 << 20
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_EXAMPLE = f'a line reads: provider = "{registry.default()}"'


def read_table(file: Path) -> dict[str, Any]:
    """The file's tables, fractions as Decimal; empty for a missing file. UsageError with file and line if malformed."""
    text = read_text(file)
    if text is None:
        return {}
    import tomllib  # most runs have no such file

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = found[1] if found and found[1] else len(text.splitlines())
        what = _AT.sub("", str(error))
        raise UsageError(f"{file}:{line} is not valid TOML: {what[:1].lower()}{what[1:]}.", hint=_EXAMPLE) from None
    except (ValueError, RecursionError):
        # Nested too deeply, or a number with too many digits: written by no person, so the line does not matter.
        raise UsageError(f"{file} is not valid TOML.", hint=_EXAMPLE) from None


def read_text(file: Path) -> str | None:
    """The file's text, None for a missing file. UsageError when it is not a readable UTF-8 file of at most 1 MiB."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f"{file} is not a file.", hint="settings are read from a TOML file of that name")
        with file.open("rb") as stream:
            data = stream.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise UsageError(f"{file} is too long for a settings file.", hint="look at what is in it")
        return data.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text.", hint="save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", hint="see who may read it: `ls -l`") from None


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Pairs of dotted name and value. Only tables that group settings are flattened; other tables are values."""
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and is_group(name) and name not in all_settings():
            yield from flatten(value, f"{name}.")
        else:
            yield name, value
