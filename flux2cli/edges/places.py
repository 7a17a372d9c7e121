"""Finds out whether files can be made at a place: by looking (`Places`), or by making its directory and a file in it.

Looking creates nothing, so that it can be done for every row of a batch before anything is paid for.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from flux2cli.core.request.file_names import byte_length
from flux2cli.errors import UsageError
from flux2cli.quotes import shown

_SIDECAR = len(".json")
_TEMPORARY = len(".JOBIDJOB-00.json.part")
_NAME_MAX = 255
_PATH_MAX = 4096
"""The longest name and path in bytes (with the NUL at its end) where the system does not state them."""

_REMEMBERED = 1024
"""Directories that are looked at once only, since many rows share them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """The most bytes of a name and of a path in a directory."""

    name: int
    path: int


@dataclass(kw_only=True)
class Places:
    """Looks at places before a run. `writing` also asks for the right to write, which a dry run does not need."""

    writing: bool = True
    _known: dict[str, _Limits] = field(default_factory=dict, init=False)
    _inside: set[tuple[str, str]] = field(default_factory=set, init=False)

    def check(self, path: str, *, is_file: bool, root: str | None = None) -> None:
        """UsageError when no image and sidecar can be made at this absolute path, because of its name or directory.

        `is_file`: it is the name of one file, which cannot be replaced by a numbered one if it is taken. `root` is a
        directory above that symbolic links must not lead out of.
        """
        directory, name = os.path.split(path)
        if root is not None:
            self._check_inside(directory, root)
        limits = self._limits(directory)
        _check_name(name, limits.name - _SIDECAR, hint="choose a shorter one; its record has a name 5 bytes longer")
        length = byte_length(directory) + 1 + max(byte_length(name) + _SIDECAR, _TEMPORARY)
        if length >= limits.path:
            raise _refusal(
                f"The path `{shown(path, 60)}` is too long: with its record it has {length} bytes.",
                hint=f"this system takes {limits.path - 1}: choose another place with `-o DIR/`",
            )
        for taken in (path, f"{path}.json") if is_file else ():
            if os.path.isdir(taken):  # noqa: PTH112 - as below
                raise _refusal(f"`{taken}` is a directory.", hint="choose another name")

    def check_directory(self, directory: str) -> None:
        """UsageError when no file can be made in this directory, which need not exist yet."""
        self._limits(directory)

    def _check_inside(self, directory: str, root: str) -> None:
        """UsageError when the directory, below `root` by its name, is elsewhere because of a symbolic link."""
        if (directory, root) in self._inside:
            return
        real, top = os.path.realpath(directory), os.path.realpath(root)
        if os.path.commonpath((real, top)) != top:
            raise _refusal(
                f"`{shown(directory)}` is a link that leads out of the output directory.",
                hint="a row's own place is below the directory of -o; give that to -o itself",
            )
        if len(self._inside) >= _REMEMBERED:
            self._inside.clear()
        self._inside.add((directory, root))

    def _limits(self, directory: str) -> _Limits:
        found = self._known.get(directory)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[directory] = _look(directory, writing=self.writing)
        return found


def _look(directory: str, *, writing: bool) -> _Limits:
    """Look at the nearest directory above that exists, and at the names of those that would be made below it."""
    ground = _nearest(directory)
    if writing and not os.access(ground, os.W_OK | os.X_OK):
        raise _unusable(directory, ground, "is read-only" if _is_read_only(ground) else "is not writable")
    longest = _limit(ground, "PC_NAME_MAX", _NAME_MAX)
    for name in directory[len(ground) :].split("/"):
        _check_name(name, longest, hint="choose a shorter one")
    return _Limits(name=longest, path=_limit(ground, "PC_PATH_MAX", _PATH_MAX))


def _nearest(directory: str) -> str:
    """The nearest existing directory; UsageError when something else is in the way."""
    candidate = directory
    while True:
        try:
            status = os.stat(candidate)  # noqa: PTH116 - a Path for each of 100,000 rows takes longer than the call
        except OSError:
            if os.path.islink(candidate):  # noqa: PTH114 - as above
                raise _unusable(directory, candidate, "is a link that leads nowhere") from None
            candidate = os.path.dirname(candidate)  # noqa: PTH120 - as above
            continue
        if not stat.S_ISDIR(status.st_mode):
            raise _unusable(directory, candidate, "is a file, not a directory")
        return candidate


def _check_name(name: str, longest: int, *, hint: str) -> None:
    length = byte_length(name)
    if length > longest:
        raise _refusal(
            f"The name `{shown(name, 60)}` is too long: {length} bytes, and there is room for {longest}.",
            hint=hint,
        )


def _is_read_only(directory: str) -> bool:
    return bool(os.statvfs(directory).f_flag & os.ST_RDONLY)


def _limit(directory: str, name: str, default: int) -> int:
    try:
        limit = os.pathconf(directory, name)
    except (OSError, ValueError):
        return default
    return limit if limit > 0 else default


def _unusable(directory: str, found: str, clause: str) -> UsageError:
    """The error for a directory in which no file can be made, because of what was found at or above it."""
    reason = f"it {clause}" if found == directory else f"`{found}` {clause}"
    return _refusal(f"No file can be made in `{directory}`: {reason}.", hint=_ELSEWHERE)


_ELSEWHERE = "choose another place with `-o DIR/`, and try again"


def _refusal(message: str, *, hint: str) -> UsageError:
    return UsageError(message, hint=hint, about="output")


def prepare_directory(directory: Path) -> None:
    """Create the directory and its parents, and test that a file can be written there.

    UsageError says why no file can be written; directories created so far stay.
    """
    Places().check_directory(str(directory))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _try_to_write(directory)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(f"No file can be made in `{directory}`: {reason}.", hint=_ELSEWHERE) from None


def _try_to_write(directory: Path) -> None:
    """Write a byte to an unnamed file (O_TMPFILE), so that a kill leaves nothing. OSError when that fails.

    Without O_TMPFILE the file has a name for microseconds; the next run in this directory removes one left by a kill.
    """
    try:
        descriptor = os.open(directory, os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):  # no such flag, no such file system, or no right to write: a named file tells
        for stale in directory.glob(".flux2-*.part"):
            stale.unlink(missing_ok=True)
        probe = directory / f".flux2-{os.getpid()}-{os.urandom(4).hex()}.part"
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        probe.unlink(missing_ok=True)
    try:
        os.write(descriptor, b"\0")
    finally:
        os.close(descriptor)
