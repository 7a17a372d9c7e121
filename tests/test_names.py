"""One name, one thing: names of files and of public classes are unique in the package, and words are the field's."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import flux2cli

ROOT = Path(flux2cli.__file__).parent
Found = Iterable[tuple[str, PurePosixPath]]


def modules() -> list[PurePosixPath]:
    return [PurePosixPath(file.relative_to(ROOT).as_posix()) for file in sorted(ROOT.rglob("*.py"))]


def provider_package(path: PurePosixPath) -> tuple[str, str] | None:
    """`providers` or `sandbox` and the provider's name, for what is in a provider's package."""
    return (path.parts[0], path.parts[1]) if path.parts[0] in ("providers", "sandbox") and path.parts[2:] else None


def used_twice(found: Found) -> dict[str, list[str]]:
    """The names of more than one thing. What several packages of providers repeat counts as none."""
    places: dict[str, list[PurePosixPath]] = defaultdict(list)
    for name, path in found:
        places[name].append(path)
    clashes = {}
    for name, paths in places.items():
        packages = {provider_package(path) for path in paths} - {None}
        rest = [path for path in paths if len(packages) < 2 or provider_package(path) is None]
        if len(rest) > 1:
            clashes[name] = [str(path) for path in rest]
    return clashes


def public_classes(path: PurePosixPath) -> Iterator[str]:
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def test_a_name_of_a_file_is_used_once() -> None:
    clashes = used_twice((path.stem, path) for path in modules() if not path.stem.startswith("__"))

    # A command and its use case share a name.
    assert {name: paths for name, paths in clashes.items() if paths != [f"commands/{name}.py", f"runs/{name}.py"]} == {}


def test_a_public_class_is_the_only_one_of_its_name() -> None:
    assert used_twice((name, path) for path in modules() for name in public_classes(path)) == {}


PRIVATE = r"\b(whoever|nobody|somebody|books|flights|manners|wishes|(is|are|was|were) told|came to)\b"
"""Words for which there is a plainer one, or the field's own (see the glossary in CONTRIBUTING)."""


def own_words(path: PurePosixPath) -> Iterator[tuple[int, str]]:
    """Names, comments and docstrings with their lines; not the texts that users see."""
    source = (ROOT / path).read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.COMMENT):
            yield token.start[0], token.string.replace("_", " ")


def test_names_and_docstrings_use_the_fields_words() -> None:
    found = [
        f"{path}:{line}: {match[0]}"
        for path in modules()
        for line, text in own_words(path)
        for match in re.finditer(PRIVATE, text, re.IGNORECASE)
    ]

    assert found == []
