"""Prints a constraint per dependency: the lowest version that pyproject.toml allows, for `pip install -c`."""

import re
import sys
import tomllib
from pathlib import Path


def lowest(requirement: str) -> str:
    """`name==1.2` for `name[extra]>=1.2,<2`; ValueError for one without both bounds."""
    found = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+),<[\w.]+", requirement)
    if found is None:
        raise ValueError(f"{requirement!r} has no lower or no upper bound")
    return f"{found[1]}=={found[2]}"


def main() -> None:
    """Print the constraints of the package and of its tests."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    requirements = project["dependencies"] + project["optional-dependencies"]["test"]
    sys.stdout.write("".join(f"{lowest(requirement)}\n" for requirement in requirements))


if __name__ == "__main__":
    main()
