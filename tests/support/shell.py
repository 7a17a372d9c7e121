"""Runs `flux2` command lines inside the test process, with buffers for streams and directories of the test's own."""

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flux2cli.app import App
from flux2cli.cli import main
from flux2cli.edges.http import Http
from flux2cli.engine.patience import Patience


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


class Shell:
    """A working directory, an environment, and `run`."""

    def __init__(self, root: Path) -> None:
        self.cwd = root / "work"
        self.cwd.mkdir(exist_ok=True)
        self.state = root / "state"
        self.config = root / "config"
        self.environ: dict[str, str] = {
            "HOME": str(root / "home"),
            "FLUX2_STATE_DIR": str(self.state),
            "FLUX2_CONFIG_DIR": str(self.config),
            "FLUX2_CACHE_DIR": str(root / "cache"),
            "FLUX2_SANDBOX_LATENCY": "0",
        }

    def run(
        self,
        *argv: str,
        stdin: bytes | None = b"",
        terminal: bool = False,
        env: Mapping[str, str] | None = None,
        now: datetime | None = None,
        clock: Callable[[], float] = time.monotonic,
        http: Http | None = None,
    ) -> Ran:
        """`stdin` None is a closed one; `terminal` makes all three streams terminals; `clock` is the engine's."""
        out, err = io.BytesIO(), io.StringIO()
        stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
        app = App(
            environ={**self.environ, **(env or {})},
            cwd=self.cwd,
            stdin=None if stdin is None else io.BytesIO(stdin),
            stdout=stdout,
            stderr=err,
            stdin_is_terminal=terminal,
            stdout_is_terminal=terminal,
            stderr_is_terminal=terminal,
            now=lambda: now or datetime.now(UTC),
            clock=clock,
            patience=Patience(submit=0.1, look=0.02, tick=0.02),
        )
        if http is not None:
            app.http = http
        code = main(argv, app)
        return Ran(code, out.getvalue(), err.getvalue())

    @contextmanager
    def app(self) -> Iterator[tuple[App, io.BytesIO, io.StringIO]]:
        """An App for use cases that are called without a command line, and what is written to stdout and stderr."""
        out, err = io.BytesIO(), io.StringIO()
        stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
        app = App(environ=self.environ, cwd=self.cwd, stdin=None, stdout=stdout, stderr=err)
        try:
            yield app, out, err
        finally:
            app.close()

    def files(self) -> list[str]:
        """Everything in the working directory, relative and sorted."""
        return sorted(str(p.relative_to(self.cwd)) for p in self.cwd.rglob("*") if p.is_file())
