"""The hostile server: right responses to all requests but those of one phase of one job, which meet one fault."""

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self

from hostile.exchange import Exchange
from hostile.faults import FAULTS
from hostile.messages import Request, Response, read_request
from hostile.scripts import FOX, Place, Script

_PATIENCE = {"result": 5}
"""How often the fault is met before the client's deadline passes, where that is not 3 times."""
_NO_STREAM = Response(404, b'{"detail": "no stream"}', {"Content-Type": "application/json"})


class HostileServer:
    """A server on a loopback port. It behaves until `arm` is called, and again after `heal`.

    `clock` is that of the client's engine, `network_clock` that of its exchanges: they run as time does until the fault
    was met often enough, and then are beyond any deadline. So nothing waits, and what is asked until the deadline is
    asked more than once.
    """

    def __init__(self, script: Script, phase: str, fault: str) -> None:
        self.submits: Counter[str] = Counter()
        """The number of paid requests by prompt."""
        self.met = 0
        """How often the fault was met."""
        self.leaks: list[str] = []
        """Requests that brought the key to a place that needs none."""
        self._script, self._phase, self._fault = script, phase, fault
        self._patience = _PATIENCE.get(phase, 3)
        self._armed = False
        self._looks: Counter[str] = Counter()
        self._ahead = self._network_ahead = 0.0
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def clock(self) -> float:
        """Seconds on the clock of the client's engine."""
        return time.monotonic() + self._ahead

    def network_clock(self) -> float:
        """Seconds on the clock by which the client ends an exchange."""
        return time.monotonic() + self._network_ahead

    def arm(self, first: str) -> None:
        """Begin to be hostile. `first` is the first phase of what comes next."""
        self._armed = True
        if self._refuses and self._phase == first:
            self._stop_listening()

    def heal(self) -> None:
        """Behave from here on."""
        self._armed = False
        if self._listener is None:
            self._listen()

    def refused(self) -> None:
        """Note that the client could not connect."""
        self._meet()
        if self.met >= self._patience:
            self.heal()

    # --- sockets

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop_listening()

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # `close` alone leaves a thread in `accept`, and the port open
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.settimeout(20)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (request := read_request(connection)) is not None:
                self._answer(connection, request)

    # --- what is said

    def _answer(self, connection: socket.socket, request: Request) -> None:
        place = self._place(request)
        right = self._script.right(place.phase, place.prompt, self.url)
        self._count(place, request)
        if place.phase == "stream" and self._phase == "status":
            connection.sendall(_NO_STREAM.content)
        elif self._armed and not self._refuses and (place.phase, place.prompt) == (self._phase, FOX):
            self._meet()
            FAULTS[self._fault].act(
                Exchange(
                    connection=connection, script=self._script, phase=place.phase, url=self.url + request.path,
                    right=right, wait_out=self._pass_deadline,
                )
            )  # fmt: skip
        else:
            self._send_right(connection, place, right)

    def _send_right(self, connection: socket.socket, place: Place, right: Response) -> None:
        """Send the right response; where the next request shall be refused, the last thing before the server closes."""
        if self._refuses:
            right = Response(right.status, right.body, {**right.headers, "Connection": "close"})
            if self._armed and self._comes_next(place):
                self._stop_listening()
        connection.sendall(right.content)
        if self._refuses:
            connection.close()

    def _comes_next(self, place: Place) -> bool:
        """Whether the phase to refuse follows this response."""
        before = {"put": ("upload",), "submit": ("put",), "status": ("submit",), "result": ("status", "stream"),
                  "download": ("result",)}  # fmt: skip
        return place.prompt == FOX and place.phase in before.get(self._phase, ())

    def _place(self, request: Request) -> Place:
        """What a request is about. Where status and result are one request, the second of a run is the result."""
        place = self._script.place(request)
        if place.phase != "status" or "stream" in self._script.phases:
            return place
        with self._lock:
            self._looks[place.prompt] += 1
            later = self._looks[place.prompt] > 1 and self._phase != "status"
        return Place(phase="result" if later else "status", prompt=place.prompt)

    def _count(self, place: Place, request: Request) -> None:
        with self._lock:
            if place.phase == "submit":
                self.submits[place.prompt] += 1
            needless = place.phase in ("put", "download")
            if needless and self._script.key in "".join(request.headers.values()) + request.path:
                self.leaks.append(f"{request.method} {request.path}")

    def start_run(self) -> None:
        """Forget how often each status was asked for: a new process begins."""
        self._looks.clear()

    # --- time

    @property
    def _refuses(self) -> bool:
        return self._fault == "connection refused"

    def _meet(self) -> None:
        """Note that the fault was met; the last time, the deadline passes before the response to it is there."""
        with self._lock:
            self.met += 1
            if self.met == self._patience and self._phase != "stream":
                self._ahead += 3600.0

    def _pass_deadline(self) -> None:
        """Let the deadline of the present exchange pass; that of a stream is 15 s, less than the job's."""
        seconds = 20.0 if self._phase == "stream" else 3600.0
        self._ahead += seconds
        self._network_ahead += seconds
