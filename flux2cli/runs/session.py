"""The session of one run: real or sandbox, its ledger and its targets. The only place that builds engines."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from flux2cli.app import App
from flux2cli.events import Event, Warned
from flux2cli.runs.target import Destination, destination_of, target_for
from flux2cli.wire import Target

if TYPE_CHECKING:
    from flux2cli.edges.files import ImageCache
    from flux2cli.edges.ledger import Ledger
    from flux2cli.engine import Engine, EventQueue

T = TypeVar("T")


class Listener(Protocol):
    """Shows or counts the events of a run. Both methods are called in the main thread."""

    def show(self, event: Event) -> None:
        """Handle an event."""

    def tick(self) -> None:
        """Called a few times a second while no event arrives, so that a live line can be redrawn."""


class Silent:
    """A listener that shows nothing."""

    def show(self, event: Event) -> None:
        """Drop the event."""

    def tick(self) -> None:
        """Nothing to draw."""


SILENT = Silent()


class Session:
    """One run, real or in the sandbox; a context manager, which stops the sandbox's emulator at its end.

    It starts the emulator inside this process at the first use of a target. UsageError on entering when a variable of
    the sandbox has no meaning.
    """

    def __init__(self, app: App, *, sandbox: bool, listener: Listener = SILENT) -> None:
        self.app = app
        self.sandbox = sandbox
        self.listener = listener
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self.sandbox:
            from flux2cli.runs.sandbox import check_variables

            check_variables(self.app.environ)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @cached_property
    def ledger(self) -> "Ledger":
        """The ledger of real runs, or that of the sandbox."""
        return self.app.ledger(sandbox=self.sandbox)

    @cached_property
    def images(self) -> "ImageCache":
        """The cache of batch rows' images; the sandbox has one of its own."""
        from flux2cli.edges.files import ImageCache

        limit = self.app.config.get("cache.images").value
        directory = self.app.directories.cache / ("sandbox" if self.sandbox else "images")
        return ImageCache(directory, limit if isinstance(limit, int) else 0)

    @cached_property
    def destination(self) -> Destination:
        """The destination of this run's requests."""
        return self._stack.enter_context(destination_of(self.app, sandbox=self.sandbox))

    def check_faults(self, providers: Collection[str]) -> None:
        """UsageError when the sandbox is asked for a fault that none of the providers of a run has."""
        if self.sandbox:
            from flux2cli.runs.sandbox import check_faults

            check_faults(self.app.environ, providers)

    def target(self, provider: str) -> Target:
        """Base URL and key for a provider; AuthError when a needed key is missing."""
        target, warning = target_for(self.app, provider, self.destination)
        if warning is not None:
            self.listener.show(Warned(job_id=None, text=warning))
        return target

    def engine(
        self,
        *,
        keep: Callable[[str], bool] = lambda _: False,
        count: Callable[[Event], None] | None = None,
        cache: "ImageCache | None" = None,
    ) -> "Engine":
        """An engine for this run. `keep` returns, for a row's key, whether its images must never be replaced.

        `count` gets every event in the thread where it happens, before the listener. `cache` gets the images of rows.
        """
        from flux2cli.engine import Engine, Patience

        def listen(event: Event) -> None:
            if count is not None:
                count(event)
            self._events.put(event)

        return Engine(
            http=self.app.http,
            ledger=self.ledger,
            now=self.app.now,
            clock=self.app.clock,
            listen=listen,
            emit=self.app.copy_out,
            keep=keep,
            log=self.app.log,
            patience=self.app.patience or Patience(),
            cache=cache,
        )

    @cached_property
    def _events(self) -> "EventQueue":
        from flux2cli.engine import EventQueue

        return EventQueue()

    def supervise(
        self, engine: "Engine", work: Callable[[], T], *, listener: Listener | None = None, hint: str | None = None
    ) -> T:
        """Run work that uses the engine, and show its events meanwhile; returns its result or raises its error.

        `listener` replaces the session's own for this work.

        InterruptedRunError on Ctrl-C and similar signals; `hint` says how to go on, if not by collecting its jobs.
        """
        from flux2cli.engine import supervise

        listener = listener or self.listener
        return supervise(engine, self._events, work, listener.show, listener.tick, hint=hint)
