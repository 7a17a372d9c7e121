"""`python -m flux2cli.docsgen`, in a checkout: writes every generated file, and prints the names of changed ones."""

import sys
from collections.abc import Iterator
from pathlib import Path

import flux2cli
from flux2cli.docsgen.tables import filled
from flux2cli.docsgen.tree import command_line
from flux2cli.shells import SCRIPTS
from flux2cli.shells.scripts import WRITERS

PACKAGE = Path(flux2cli.__file__).parent
ROOT = PACKAGE.parent


def generated() -> Iterator[tuple[Path, str]]:
    """The path of each generated file in the checkout and its content."""
    root = command_line()
    for shell, write in WRITERS.items():
        yield ROOT / "completions" / SCRIPTS[shell], write(root)
    for page in (ROOT / "README.md", *sorted((PACKAGE / "manual").glob("*.md"))):
        yield page, filled(page.read_text(encoding="utf-8"))


def main() -> None:
    """Write the files whose content differs."""
    for path, text in generated():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
