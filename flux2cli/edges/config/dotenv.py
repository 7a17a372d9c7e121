"""Finds variables in a `.env` file, which this tool does not read, so that a message can say how to load it."""

import os
import re
import shlex
import stat
from collections.abc import Sequence
from pathlib import Path

from flux2cli.edges.config.project import up_to_git_root

_NAME = ".env"
_LONGEST = 1 << 16
"""Bytes of the file that are looked at."""
_ASSIGNMENT = re.compile(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(?!['\"]{2})[^\s#]", re.MULTILINE)


def dotenv_hint(cwd: Path, groups: Sequence[Sequence[str]]) -> str | None:
    """How to load the nearest `.env` with a value for all variables of a group; None without such a file."""
    for directory in up_to_git_root(cwd):
        there = _variables(directory / _NAME)
        found = next((names for names in groups if there.issuperset(names)), None)
        if found:
            file = os.path.relpath(directory / _NAME, cwd)
            source = shlex.quote(file if file.startswith("..") else f"./{file}")
            return f"{file} has {' and '.join(found)}, but flux2 does not read it: `set -a; . {source}; set +a`"
    return None


def _variables(file: Path) -> set[str]:
    """The names of the variables to which the file gives a value; empty when it cannot be read."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return set()
        with file.open("rb") as stream:
            text = stream.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return set()
    return set(_ASSIGNMENT.findall(text))
