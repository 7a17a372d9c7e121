"""Finds every regular expression of the package with the ways it is used, and makes texts that it may take long for."""

import ast
import importlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flux2cli

ROOT = Path(flux2cli.__file__).parent
_METHODS = {"match", "fullmatch", "search", "sub", "findall", "finditer", "split"}
_parser: Any = importlib.import_module("re._parser")


@dataclass(frozen=True)
class Use:
    """A regular expression, the method that it is used by, and the place."""

    place: str
    pattern: "re.Pattern[Any]"
    method: str

    def run(self, text: Any) -> None:
        """Use it on the text, to the end."""
        if self.method in ("match", "fullmatch"):
            getattr(self.pattern, self.method)(text)
        else:
            for _ in self.pattern.finditer(text):
                pass


class UnknownPatternError(Exception):
    """A pattern that is neither a literal nor a name of its module."""


def uses() -> list[Use]:
    """Every use of the `re` module in the package."""
    found: list[Use] = []
    for file in sorted(ROOT.rglob("*.py")):
        if file.parent.name == "docsgen":  # it reads this repository only
            continue
        source = file.read_text()
        if "import re\n" in source or "import re " in source or "from re " in source:
            found += _uses_in(file, ast.parse(source))
    return found


def _uses_in(file: Path, tree: ast.Module) -> Iterator[Use]:
    name = ".".join(["flux2cli", *file.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    module = importlib.import_module(name)
    used: set[str] = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, method = node.func.value, node.func.attr
        place = f"{file.relative_to(ROOT)}:{node.lineno}"
        if isinstance(owner, ast.Name) and owner.id == "re" and method in _METHODS:
            for pattern in _resolved(module, node.args[0], place):
                yield Use(place, _compiled(pattern, node), method)
        elif isinstance(owner, ast.Name) and isinstance(known := getattr(module, owner.id, None), re.Pattern):
            used.add(owner.id)
            if method in _METHODS:
                yield Use(place, known, method)
    unused = {n for n, value in vars(module).items() if isinstance(value, re.Pattern)} - used
    for left in unused:
        yield Use(f"{file.relative_to(ROOT)} {left}", getattr(module, left), "search")


def _resolved(module: Any, argument: ast.expr, place: str) -> list[str | bytes]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str | bytes):
        return [argument.value]
    named: Any = getattr(module, argument.id, None) if isinstance(argument, ast.Name) else None
    if isinstance(named, str | bytes):
        return [named]
    if ast.unparse(argument) == "kind.pattern":  # of the table of files that are no images
        return [kind.pattern for kind in module._KINDS]
    raise UnknownPatternError(place)


def _compiled(pattern: str | bytes, call: ast.Call) -> "re.Pattern[Any]":
    text = ast.unparse(call)
    flags = sum(int(flag) for flag in (re.IGNORECASE, re.DOTALL, re.MULTILINE) if f"re.{flag.name}" in text)
    return re.compile(pattern, flags)


@dataclass(frozen=True)
class Attack:
    """A text of any length: a beginning, a part that is repeated, and an end that spoils it."""

    start: str
    part: str
    end: str

    def text(self, times: int) -> str:
        return f"{self.start}{self.part * times}{self.end}"


def attacks(pattern: "re.Pattern[Any]", count: int) -> list[Attack]:
    """Texts that the pattern nearly matches, chosen at random, always the same.

    A beginning is the start of a text that matches. What is repeated is one or two of the characters in such texts, or
    such a text with a character missing.
    """
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    rng = random.Random(ascii(source))
    tree = _parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    samples = [text for _ in range(12) if (text := _sample(tree, rng))] or ["a"]
    letters = sorted({c for sample in samples for c in sample} | {" ", "a", "\n"})
    return [
        Attack(_start(samples, rng), _part(samples, letters, rng), rng.choice(("", "\x00", "!"))) for _ in range(count)
    ]


def _start(samples: list[str], rng: random.Random) -> str:
    sample = rng.choice(samples)
    return sample[: rng.choice((0, 0, 1, 2, len(sample) // 2, len(sample) - 1, len(sample)))]


def _part(samples: list[str], letters: list[str], rng: random.Random) -> str:
    if rng.random() < 0.6:
        return "".join(rng.choice(letters) for _ in range(rng.choice((1, 1, 2))))
    sample = rng.choice(samples)
    at = rng.randrange(len(sample))
    return f"{sample[:at]}{sample[at + 1 :]}" or sample


def _sample(tree: Any, rng: random.Random) -> str:
    return "".join(_piece(op, value, rng) for op, value in tree)


def _piece(op: Any, value: Any, rng: random.Random) -> str:
    match str(op):
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return "a" if value != ord("a") else "b"
        case "ANY":
            return rng.choice('a "`')
        case "IN":
            return _of_class(value, rng)
        case "BRANCH":
            return _sample(rng.choice(value[1]), rng)
        case "SUBPATTERN":
            return _sample(value[-1], rng)
        case "ATOMIC_GROUP":
            return _sample(value, rng)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = value
            return "".join(_sample(inner, rng) for _ in range(min(int(most), int(least) + rng.randrange(3))))
        case "GROUPREF":
            return "a"
        case _:  # what matches nothing itself: looks around, starts, ends
            return ""


def _of_class(items: Any, rng: random.Random) -> str:
    negated = str(items[0][0]) == "NEGATE"
    if negated:
        taken = re.compile(f"[{''.join(re.escape(chr(v)) for o, v in items if str(o) == 'LITERAL')}\x00]")
        return next((c for c in "a1 x-" if not taken.match(c)), "a")
    op, value = rng.choice(items)
    match str(op):
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return chr(rng.choice((value[0], value[1])))
        case _:
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}.get(str(value), "-")
