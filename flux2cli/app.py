"""The environment of a command: variables, streams, clocks, and, made at first use, settings, keys, network, ledger."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

if TYPE_CHECKING:
    from flux2cli.edges.config import Config, Directories
    from flux2cli.edges.config.key_store import KeyStore
    from flux2cli.edges.http import Http
    from flux2cli.edges.ledger import Ledger
    from flux2cli.edges.terminal import Terminal
    from flux2cli.engine import Patience


@dataclass(kw_only=True)
class App:
    """The outside world of one run. Only this class reads `sys`; tests pass buffers, a fixed clock and directories."""

    environ: Mapping[str, str]
    cwd: Path
    stdin: BinaryIO | None
    stdout: TextIO
    stderr: TextIO
    stdin_is_terminal: bool = False
    stdout_is_terminal: bool = False
    stderr_is_terminal: bool = False
    stdout_is_closed: bool = False
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    clock: Callable[[], float] = time.monotonic
    patience: "Patience | None" = None
    """The waiting times of the engine, None for the defaults; tests use short ones."""
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    color: bool | None = None
    """Whether text gets colours; None means on a terminal, unless the environment says otherwise."""

    @classmethod
    def of_process(cls) -> "App":
        """The App of this process. What is written to a stream that is closed goes nowhere."""
        _occupy_descriptors()
        return cls(
            environ=os.environ,
            cwd=_cwd(os.environ),
            stdin=getattr(sys.stdin, "buffer", None),
            stdout=_utf8(sys.stdout),
            stderr=sys.stderr or _nowhere(),
            stdout_is_closed=sys.stdout is None,
            stdin_is_terminal=_is_terminal(sys.stdin),
            stdout_is_terminal=_is_terminal(sys.stdout),
            stderr_is_terminal=_is_terminal(sys.stderr),
        )

    @cached_property
    def directories(self) -> "Directories":
        """The directories of settings, state and caches."""
        from flux2cli.edges.config import Directories

        return Directories.resolve(self.environ, cwd=self.cwd)

    @cached_property
    def config(self) -> "Config":
        """The settings, each with its origin."""
        from flux2cli.edges.config import Config

        return Config(self.directories, self.environ, self.cwd)

    @cached_property
    def keys(self) -> "KeyStore":
        """The API keys."""
        from flux2cli.edges.config.key_store import KeyStore

        return KeyStore(self.directories.config, self.environ, self.cwd)

    @cached_property
    def http(self) -> "Http":
        """The HTTP client."""
        from flux2cli.edges.http import Http

        return Http(self.environ)

    @cached_property
    def terminal(self) -> "Terminal":
        """The writer to stderr."""
        from flux2cli.edges.terminal import Terminal

        return Terminal(
            self.stderr,
            environ=self.environ,
            is_terminal=self.stderr_is_terminal,
            quiet=self.quiet,
            verbose=self.verbose,
            color=self.color,
        )

    def state(self, *, sandbox: bool) -> Path:
        """The state directory; that of sandbox runs, with their ledger, is a directory inside it."""
        return self.directories.state / "sandbox" if sandbox else self.directories.state

    def private_state(self, *, sandbox: bool) -> Path:
        """The state directory, created if missing, accessible to this user only."""
        state = self.state(sandbox=sandbox)
        for folder in dict.fromkeys((self.directories.state, state)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return state

    def log(self, error: BaseException) -> str:
        """Write an unexpected error to a log in the state directory; returns a clause that names the file."""
        from flux2cli.edges.error_log import write_log

        try:
            folder = self.private_state(sandbox=False) / "log"
        except OSError as failed:
            return f"the log could not be written ({failed.strerror})"
        return write_log(folder, error, environ=self.environ, now=self.now())

    def ledger(self, *, sandbox: bool) -> "Ledger":
        """The ledger of real runs or of sandbox runs; the same object at each call."""
        from flux2cli.edges.ledger import Ledger

        if sandbox not in self._ledgers:
            self._ledgers[sandbox] = Ledger(self.state(sandbox=sandbox), now=self.now)
        return self._ledgers[sandbox]

    _ledgers: "dict[bool, Ledger]" = field(default_factory=dict, init=False, repr=False)

    def out(self, text: str) -> None:
        """Write a line of data to stdout."""
        self._clear()
        self.stdout.write(text + "\n")
        self.stdout.flush()

    def out_line(self, text: str) -> None:
        """Write a line of text for people to stdout, without what a terminal or a CI runner would obey."""
        from flux2cli.edges.terminal import clean_line

        self.out(clean_line(text))

    def out_value(self, text: str) -> None:
        """Write a path or another value to stdout: exactly, but to a terminal as `out_line` does."""
        if self.stdout_is_terminal:
            self.out_line(text)
        else:
            self.out(text)

    def out_paged(self, text: str) -> None:
        """Text on stdout, in the user's pager where stdout is a terminal that it does not fit."""
        from flux2cli.edges.terminal.pager import show_paged

        if not (self.stdout_is_terminal and show_paged(text, self.stdout, self.environ)):
            self.out(text)

    @property
    def colors_stdout(self) -> bool:
        """Whether text on stdout gets colours."""
        from flux2cli.edges.terminal.stderr import wants_color

        return wants_color(self.environ, self.stdout_is_terminal) if self.color is None else self.color

    def out_json(self, document: object) -> None:
        """Write a JSON document to stdout, on one line."""
        from flux2cli.core.json_text import json_text

        self.out(json_text(document))

    def out_bytes(self, data: bytes) -> None:
        """Write bytes to stdout."""
        self._clear()
        self.stdout.flush()
        self.stdout.buffer.write(data)
        self.stdout.buffer.flush()

    def copy_out(self, path: Path) -> None:
        """Write a file's bytes to stdout, in blocks."""
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                self.out_bytes(chunk)

    def err(self, text: str) -> None:
        """Write a line for the user to stderr, unless `-q` was given."""
        if not self.quiet:
            self.terminal.line(text)

    def _clear(self) -> None:
        if "terminal" in self.__dict__:
            self.terminal.end_live()

    def close(self) -> None:
        """Close the ledgers and the HTTP client, if they were used."""
        for ledger in self._ledgers.values():
            ledger.close()
        if "http" in self.__dict__:
            self.http.close()


def _occupy_descriptors() -> None:
    """Open the null device in place of closed standard streams: else the next file gets their number and text."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _cwd(environ: Mapping[str, str]) -> Path:
    """The current directory; if it was removed, the path that it had."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path(environ.get("PWD") or "/removed")


def _utf8(stream: TextIO | None) -> TextIO:
    """The stream, in UTF-8 whatever the locale: JSON and names of files are. Bytes of a name that are not stay."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    return stream or _nowhere()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
