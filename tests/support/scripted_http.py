"""A network without sockets: each request gets the next scripted result, and paid requests are counted."""

import threading
from collections.abc import Callable, Generator, Iterable

from flux2cli.core.images.data_urls import OpenSink
from flux2cli.edges.http import LIMIT, Http
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse

Result = HttpResponse | HttpFailure
TAKEN = HttpResponse(status=200, body=b'{"request_id": "r-1"}')
BUSY = HttpResponse(status=429, body=b'{"detail": "Too many requests"}', headers={"retry-after": "0"})
LOST = HttpFailure(kind="broken", sent="yes", message="reset")
REFUSED = HttpFailure(kind="connect", sent="no", message="refused")
WORKING = HttpResponse(status=202, body=b'{"status": "IN_PROGRESS"}')
DONE = HttpResponse(status=200, body=b'{"status": "COMPLETED"}')


class ScriptedHttp(Http):
    """`posts` and `gets` are the results in turn, the last one for ever; `on_send` is called with each request."""

    def __init__(
        self,
        posts: Iterable[Result] = (TAKEN,),
        gets: Iterable[Result] = (WORKING,),
        *,
        events: Iterable[Result] = (),
        on_send: Callable[[HttpRequest], None] = lambda _: None,
    ) -> None:
        super().__init__({})
        self.sent: list[HttpRequest] = []
        self.seconds: list[float | None] = []
        """The time that each had."""
        self.streams: list[str] = []
        """`open` and `closed`, as it happened."""
        self._results = {"POST": list(posts), "GET": list(gets)}
        self._events = list(events)
        self._on_send = on_send
        self._guard = threading.Lock()

    @property
    def posts(self) -> int:
        """How often the paid request went out."""
        return sum(request.method == "POST" for request in self.sent)

    def send(
        self,
        request: HttpRequest,
        *,
        seconds: float | None = None,
        limit: int = LIMIT,  # noqa: ARG002
        spool: OpenSink | None = None,  # noqa: ARG002
    ) -> Result:
        with self._guard:
            self.sent.append(request)
            self.seconds.append(seconds)
            script = self._results[request.method]
            result = script.pop(0) if len(script) > 1 else script[0]
        self._on_send(request)
        return result

    def events(self, request: HttpRequest, patience: float) -> Generator[Result, None, None]:  # noqa: ARG002
        self.streams.append("open")
        try:
            yield from self._events
        finally:
            self.streams.append("closed")
