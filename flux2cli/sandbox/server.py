"""The emulator as an object: it starts and stops a server and finds the rule for each request. Knows no provider."""

import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from flux2cli.catalog import Route
from flux2cli.sandbox.emulator import Emulator, Rule
from flux2cli.sandbox.faults import Faults, UnknownFaultError
from flux2cli.sandbox.http import HangUp, ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.http_server import LoopbackServer
from flux2cli.sandbox.job_store import Latency, sweep
from flux2cli.sandbox.state import Balance, SandboxState

_POLL_SECONDS = 0.02


class Sandbox:
    """An emulator of providers on a loopback port, from `start` to `stop`, or as a context manager.

    `emulators` are asked in turn; `routes` are the catalogue's, of all providers. Servers of many processes can share a
    `directory` (jobs, uploaded files). `port` 0 takes a free one. `balance` in US dollars runs down with each job.
    `keys` are the only API keys accepted, any when None. `log` gets one line per request, without query and headers.
    """

    def __init__(
        self,
        *,
        emulators: Sequence[Emulator],
        routes: Sequence[Route],
        directory: Path,
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
        self._server: LoopbackServer | None = None
        self._thread: threading.Thread | None = None
        self._requests: deque[tuple[str, str, bool]] = deque(maxlen=10_000)
        self._lock = threading.Lock()
        self._rules = tuple(rule for emulator in emulators for rule in emulator.RULES)
        self.counts: Counter[tuple[str, str]] = Counter()
        """How many requests came, by method and kind, such as `("POST", "acme.submit")`."""
        self.errors: deque[str] = deque(maxlen=100)
        """Tracebacks of the emulator's own bugs."""
        self.state = SandboxState(
            directory=directory,
            routes=routes,
            latency=latency or Latency(),
            faults=faults if isinstance(faults, Faults) else Faults.parse(faults),
            balance=Balance(balance),
            keys=keys,
            key_headers=frozenset(emulator.KEY_HEADER for emulator in emulators),
            clock=clock,
            image_finders=tuple(emulator.find_image for emulator in emulators),
        )

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return self._server.url

    @property
    def requests(self) -> list[tuple[str, str, bool]]:
        """The last requests: method, path without query, and whether the request had an API key's header."""
        with self._lock:
            return list(self._requests)

    @property
    def leaks(self) -> list[str]:
        """Paths of uploads and images to which an API key was sent."""
        return list(self.state.leaks)

    def start(self) -> Self:
        """Listen. OSError when the port is taken or the directory cannot be written."""
        jobs, files = self.state.directory / "jobs", self.state.directory / "files"
        for directory in (jobs, files):
            directory.mkdir(parents=True, exist_ok=True)
        sweep(self.state.directory, jobs, files)
        server = LoopbackServer(self._port, self.respond, self._report)
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, name="flux2-sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close all connections, also in the middle of a response. Does nothing when the sandbox does not run."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = None
        self.state.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
        server.hang_up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def respond(self, request: ServerRequest) -> ServerResponse:
        """The response of the first rule that matches. HangUp for a connection that closes without one."""
        began = time.perf_counter()
        rule, request = self.match(request)
        self._record(request, rule.kind if rule else "unknown")
        try:
            response = rule.handle(self.state, request) if rule else _unmatched(self._rules, request)
        except HangUp:
            self._log_request(request, "hangs up", began)
            raise
        except ConnectionError:
            raise
        except UnknownFaultError as error:
            response = json_response({"detail": str(error)}, 400)
        except Exception:  # noqa: BLE001 - the client gets a response, the tests get the traceback
            self._report(traceback.format_exc())
            response = json_response({"detail": "The sandbox has a bug; its log says more."}, 500)
        self._log_request(request, str(response.status), began)
        return response

    def match(self, request: ServerRequest) -> tuple[Rule | None, ServerRequest]:
        """The rule for a request, and the request with the parts of its path; None when no rule matches."""
        method = "GET" if request.method == "HEAD" else request.method
        for rule in self._rules:
            found = rule.pattern.fullmatch(request.path) if rule.method in (method, "*") else None
            if found:
                return rule, replace(request, parts={k: v for k, v in found.groupdict().items() if v is not None})
        return None, request

    def _record(self, request: ServerRequest, kind: str) -> None:
        with self._lock:
            self._requests.append((request.method, request.path, self.state.has_key(request)))
            self.counts[request.method, kind] += 1

    def _report(self, trace: str) -> None:
        self.errors.append(trace)
        if self._log is not None:
            self._log(trace)

    def _log_request(self, request: ServerRequest, outcome: str, began: float) -> None:
        if self._log is not None:
            self._log(f"{request.method} {request.path} {outcome} {(time.perf_counter() - began) * 1000:.1f} ms")


def _unmatched(rules: Sequence[Rule], request: ServerRequest) -> ServerResponse:
    if any(rule.pattern.fullmatch(request.path) for rule in rules):
        return json_response({"detail": "Method Not Allowed"}, 405)
    return json_response({"detail": "Not Found"}, 404)
