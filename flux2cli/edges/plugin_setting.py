"""Tells cheaply whether plug-ins may be set, since every start asks, and most have none."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "FLUX2_PLUGINS"
_WORD = b"plugins"
_LONGEST = 1 << 20


def plugins_may_be_set(environ: Mapping[str, str], cwd: Path) -> bool:
    """Whether the variable or the user's settings file names plug-ins; True when only reading the settings can tell."""
    if environ.get(VARIABLE, "").strip():
        return True
    return any(_mentions_plugins(folder) for folder in _user_folders(environ, cwd))


def _user_folders(environ: Mapping[str, str], cwd: Path) -> Iterator[Path]:
    """Where the user's `config.toml` may be: every directory that platformdirs, which is slow to import, may choose."""
    if moved := environ.get("FLUX2_CONFIG_DIR"):
        yield cwd / moved
        return
    if given := os.environ.get("XDG_CONFIG_HOME"):
        yield Path(given, "flux2")
    for usual in ("~/.config/flux2", "~/Library/Application Support/flux2"):
        with suppress(RuntimeError):  # no home
            yield Path(usual).expanduser()


def _mentions_plugins(folder: Path) -> bool:
    """Whether the file contains the word. Errors in the file are reported when the settings are read."""
    file = folder / "config.toml"
    try:
        if not file.is_file():  # reading a pipe or a device might never end
            return False
        with file.open("rb") as stream:
            return _WORD in stream.read(_LONGEST)
    except OSError:
        return False
