"""The emulator as an object: start, stop, who answers what, and what was asked. Knows no provider; quick to start."""

import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from flux2cli.sandbox.faults import Faults, UnknownFaultError
from flux2cli.sandbox.http import Answer, HangUp, Incoming, Rule, as_json
from flux2cli.sandbox.http_server import Server
from flux2cli.sandbox.job_store import Latency, sweep
from flux2cli.sandbox.state import KEY_HEADERS, Balance, Site

PROTOCOLS = ("fal", "vtrix", "bfl")
"""Modules of this package with `RULES` and `find`, asked in this order."""

_POLL_SECONDS = 0.02


class Sandbox:
    """An emulator on a loopback port, from `start` to `stop`, or as a context manager.

    `state` is its directory (jobs, uploaded files), shared safely with other servers. `port` 0 takes any that is free.
    `balance` in US dollars runs down with each job. `keys` are the only keys accepted, any when None. `log` is called
    with one line per request; lines hold no query and no header.
    """

    def __init__(
        self,
        *,
        state: Path,
        port: int = 0,
        latency: Latency | None = None,
        faults: Faults | Sequence[str] = (),
        balance: Decimal | None = None,
        keys: Collection[str] | None = None,
        log: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._port = port
        self._log = log
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._requests: deque[tuple[str, str, bool]] = deque(maxlen=10_000)
        self._lock = threading.Lock()
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often each kind of request came, by method and kind, such as `("POST", "fal.submit")`."""
        self.errors: deque[str] = deque(maxlen=100)
        """Tracebacks of the emulator's own bugs."""
        self.site = Site(
            state=state,
            latency=latency or Latency(),
            faults=faults if isinstance(faults, Faults) else Faults.parse(faults),
            balance=Balance(balance),
            keys=keys,
            clock=clock,
        )
        self._rules: tuple[Rule, ...] = ()

    @property
    def url(self) -> str:
        """The base address, without a slash at its end."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return self._server.url

    @property
    def requests(self) -> list[tuple[str, str, bool]]:
        """The last requests: method, path without query, and whether a key header came along."""
        with self._lock:
            return list(self._requests)

    @property
    def leaks(self) -> list[str]:
        """Paths of uploads and images to which an API key was sent."""
        return list(self.site.leaks)

    def start(self) -> Self:
        """Listen. OSError when the port is taken or the directory cannot be written."""
        jobs, files = self.site.state / "jobs", self.site.state / "files"
        for directory in (jobs, files):
            directory.mkdir(parents=True, exist_ok=True)
        sweep(self.site.state, jobs, files)
        spoken = [import_module(f"flux2cli.sandbox.{name}") for name in PROTOCOLS]
        self._rules = tuple(rule for protocol in spoken for rule in cast("tuple[Rule, ...]", protocol.RULES))
        self.site.finders = tuple(protocol.find for protocol in spoken)
        server = Server(self._port, self.answer, self._report)
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, name="flux2-sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close all connections, also those in the middle of an answer. Does nothing when it does not run."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = None
        self.site.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
        server.hang_up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def answer(self, ask: Incoming) -> Answer:
        """What the protocols say to a request. HangUp when they say nothing."""
        began = time.perf_counter()
        rule, ask = self._match(ask)
        self._note(ask, rule.kind if rule else "unknown")
        try:
            said = rule.handle(self.site, ask) if rule else _nobody(self._rules, ask)
        except HangUp:
            self._say(ask, "hangs up", began)
            raise
        except ConnectionError:
            raise
        except UnknownFaultError as error:
            said = as_json({"detail": str(error)}, 400)
        except Exception:  # noqa: BLE001 - a bug here must reach the client as an answer, and the tests as a traceback
            self._report(traceback.format_exc())
            said = as_json({"detail": "The sandbox has a bug; its log says more."}, 500)
        self._say(ask, str(said.status), began)
        return said

    def _match(self, ask: Incoming) -> tuple[Rule | None, Incoming]:
        method = "GET" if ask.method == "HEAD" else ask.method
        for rule in self._rules:
            found = rule.pattern.fullmatch(ask.path) if rule.method in (method, "*") else None
            if found:
                return rule, replace(ask, parts={k: v for k, v in found.groupdict().items() if v is not None})
        return None, ask

    def _note(self, ask: Incoming, kind: str) -> None:
        with self._lock:
            self._requests.append((ask.method, ask.path, any(name in ask.headers for name in KEY_HEADERS)))
            self.counts[ask.method, kind] += 1

    def _report(self, trace: str) -> None:
        self.errors.append(trace)
        if self._log is not None:
            self._log(trace)

    def _say(self, ask: Incoming, outcome: str, began: float) -> None:
        if self._log is not None:
            self._log(f"{ask.method} {ask.path} {outcome} {(time.perf_counter() - began) * 1000:.1f} ms")


def _nobody(rules: Sequence[Rule], ask: Incoming) -> Answer:
    if any(rule.pattern.fullmatch(ask.path) for rule in rules):
        return as_json({"detail": "Method Not Allowed"}, 405)
    return as_json({"detail": "Not Found"}, 404)
