"""The queue between the engine's threads, which put events, and the one thread that shows them."""

import queue
from collections.abc import Iterator

from flux2cli.events import Event


class EventQueue:
    """Events in the order in which they happened, then the end of the work. Any thread puts, one thread gets.

    Made before the engine, which takes `put` as its listener; `supervise` gets from it. It serves one piece of work
    after another, never two at a time.
    """

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def put(self, event: Event) -> None:
        """Add an event."""
        self._items.put(event)

    def end(self) -> None:
        """Add the end of the work, after all its events."""
        self._items.put(None)

    def get(self, timeout: float | None = None) -> Event | None:
        """Wait for the next event; None at the end of the work. TimeoutError after `timeout` seconds without either."""
        try:
            return self._items.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None

    def rest(self) -> Iterator[Event]:
        """Take all events that are in the queue now, those of interrupted work."""
        while not self._items.empty():
            event = self._items.get()
            if event is not None:
                yield event
