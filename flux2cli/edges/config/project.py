"""The settings file of a project: finds it, and restricts what it may set, since a stranger may have written it."""

import os
from collections.abc import Mapping
from pathlib import Path

from flux2cli.core.settings import Setting, Value
from flux2cli.errors import UsageError

NAME = "flux2.toml"
OTHER_TABLES = ("assets", "sync")
"""Tables of the file that are reserved for other uses than settings; they are skipped."""

_REFUSED: Mapping[str, str] = {"base_url": "an address", "webhook": "a webhook", "modules": "plug-ins"}


def find_project_file(cwd: Path) -> Path | None:
    """The nearest `flux2.toml` from `cwd` up to the directory with `.git`; outside a git tree only that of `cwd`."""
    return next((d / NAME for d in up_to_git_root(cwd) if os.path.lexists(d / NAME)), None)


def up_to_git_root(cwd: Path) -> list[Path]:
    """The directories from `cwd` up to the one with `.git`; outside a git tree only `cwd`."""
    above = [cwd, *cwd.parents]
    root = next((n for n, directory in enumerate(above) if os.path.lexists(directory / ".git")), 0)
    return above[: root + 1]


def check_allowed(row: Setting, file: Path) -> None:
    """UsageError for a setting that no project file may set."""
    if row.project == "never":
        metavar = "MODULE" if row.kind == "modules" else "URL"
        raise UsageError(
            f"{file} sets `{row.name}`, and a project's file cannot set {_REFUSED[row.kind]}.",
            hint=f"set it for yourself: `flux2 config set {row.name} {metavar}`, or {row.variable} in the environment",
        )


def output_within(text: str, file: Path, cwd: Path) -> Value:
    """The project file's `output`, which is relative to the file, made relative to `cwd`.

    UsageError when it leads out of the file's directory tree; symbolic links before the first template field count.
    """
    if text == "-":
        return text
    tree = file.parent
    whole = os.path.normpath(os.path.join(tree, text))
    fixed = os.path.join(tree, text).partition("{")[0] if "{" in text else whole
    inside = _is_within(whole, str(tree)) and _is_within(os.path.realpath(fixed), os.path.realpath(tree))
    if text.startswith("~") or not inside:
        raise UsageError(
            f"{file} sets `output = {text}`, which is outside of {tree}.",
            hint="a project's file can only name places below its own directory",
        )
    relative = os.path.relpath(os.path.join(tree, text), cwd)
    return relative + "/" if text.endswith("/") else relative


def _is_within(path: str, tree: str) -> bool:
    return path == tree or path.startswith(tree.rstrip("/") + "/")
