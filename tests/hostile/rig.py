"""Runs one cell of the table: a command line against a hostile server, and what is there afterwards."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from support.shell import Ran, Shell

from flux2cli.edges.http import Http
from hostile.cells import Cell
from hostile.pictures import PICTURE
from hostile.providers import SCRIPTS
from hostile.scripts import FOX, OWL, Script
from hostile.server import HostileServer

_LIMIT = ("--timeout", "60")
_UPLOADS = ("upload", "put")


class Rig:
    """A shell and a hostile server for one cell."""

    def __init__(self, shell: Shell, server: HostileServer, script: Script, cell: Cell) -> None:
        self.shell = shell
        self.server = server
        self.script = script
        self._cell = cell
        self._with_image = cell.phase in _UPLOADS
        if self._with_image:
            (shell.cwd / "fox.png").write_bytes(PICTURE.body)

    def run(self) -> Ran:
        """Run the cell's command line, or its last one, which meets the fault."""
        match self._cell.way:
            case "single":
                self.server.arm("upload" if self._with_image else "submit")
                return self.flux2(*self._single(), "--json")
            case "batch":
                self.server.arm("upload" if self._with_image else "submit")
                return self.batch()
        ran = self.flux2(*self._single(), "--no-wait")
        assert ran.code == 0, ran.err
        self.server.arm("status")
        return self.flux2("jobs", "fetch", ran.out.strip(), *_LIMIT)

    def _single(self) -> list[str]:
        image = ["-i", "fox.png"] if self._with_image else []
        return ["max", FOX, *image, "-p", self.script.name, "-o", "out/", *_LIMIT]

    def batch(self) -> Ran:
        """Run the batch of two rows, of which the first meets the fault."""
        first = {"prompt": FOX, **({"image": "fox.png"} if self._with_image else {})}
        rows = "\n".join(json.dumps(row) for row in (first, {"prompt": OWL}))
        (self.shell.cwd / "rows.jsonl").write_text(rows)
        return self.flux2(
            "batch", "rows.jsonl", "-m", "max", "-p", self.script.name, "-o", "out/", "-c", "1", *_LIMIT, "--json"
        )

    def flux2(self, *argv: str) -> Ran:
        """Run a command line on the server's clocks."""
        self.server.start_run()
        http = Http(self.shell.environ, clock=self.server.network_clock)
        environ = self.script.environ(self.server.url)
        return self.shell.run(*argv, env=environ, clock=self.server.clock, http=http)

    def listed(self) -> list[dict[str, Any]]:
        """The jobs of the ledger as `jobs list` shows them."""
        return list(self.flux2("jobs", "list", "--json").json)

    def jobs(self) -> Mapping[str, dict[str, Any]]:
        """The last job of each prompt."""
        return {job["prompt"]: job for job in sorted(self.listed(), key=lambda job: str(job["created_at"]))}

    def states(self) -> tuple[str, ...]:
        """The state of the first row's job, in a batch also of the second's; `none` for a row without a job."""
        jobs = self.jobs()
        prompts = (FOX, OWL) if self._cell.way == "batch" else (FOX,)
        return tuple(jobs[prompt]["state"] if prompt in jobs else "none" for prompt in prompts)


@contextmanager
def rig_for(cell: Cell, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """The rig of a cell. Its server is told of connections that are refused, since it cannot see them."""
    script = SCRIPTS[cell.provider]
    with HostileServer(script, cell.phase, cell.fault) as server:
        real = socket.socket.connect

        def connect(self: socket.socket, address: Any) -> None:
            try:
                real(self, address)
            except ConnectionRefusedError:
                server.refused()
                raise

        monkeypatch.setattr(socket.socket, "connect", connect)
        yield Rig(shell, server, script, cell)
