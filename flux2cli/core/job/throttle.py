"""How fast submits may follow each other when a provider says "not now": one pace for all submits of a run.

Time is passed in, in seconds that only grow; nothing waits here.
"""

import threading

_FIRST = 0.05
_WIDEST = 5.0
_NARROWEST = 0.005
_EASING = 0.8


class SubmitThrottle:
    """Gives turns, at once until a submit is refused: each burst of refusals doubles the gap, each success eases it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0
        self._gap = 0.0
        self._widened = float("-inf")

    def turn(self, now: float) -> float:
        """0 when it is the caller's turn, which is then taken; else the seconds after which to ask again."""
        with self._lock:
            if now < self._next:
                return self._next - now
            self._next = now + self._gap
            return 0.0

    def refused(self, sent: float, now: float, hold: float | None = None) -> None:
        """A submit that went out at `sent` was turned away; nobody submits for `hold` seconds where that was asked for.

        Refusals of what was sent before the gap last grew say nothing new about it.
        """
        with self._lock:
            if sent >= self._widened:
                self._gap = min(_WIDEST, max(_FIRST, 2 * self._gap))
                self._widened = now
            self._next = max(self._next, now + (self._gap if hold is None else hold))

    def accepted(self) -> None:
        """A submit was accepted."""
        with self._lock:
            eased = self._gap * _EASING
            self._gap = eased if eased >= _NARROWEST else 0.0
