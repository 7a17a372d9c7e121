"""The adaptive limit on how fast a run submits after a provider said "too many requests".

Pure: times are passed in, in seconds of a clock that only grows, and nothing waits here.
"""

import threading

_FIRST = 0.05
_WIDEST = 5.0
_NARROWEST = 0.005
_EASING = 0.8
"""The gap between two submits in seconds: after the first refusal, its maximum, and its minimum, below which it becomes
0. Each accepted submit multiplies it by `_EASING`."""


class SubmitThrottle:
    """Gives turns to all threads that submit: at once until a submit is refused, then with a gap between them.

    Each burst of refusals doubles the gap, each accepted submit narrows it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0
        self._gap = 0.0
        self._widened = float("-inf")

    def turn(self, now: float) -> float:
        """Take a turn: 0 when the caller may submit now, else the seconds after which to call again."""
        with self._lock:
            if now < self._next:
                return self._next - now
            self._next = now + self._gap
            return 0.0

    def refused(self, sent: float, now: float, hold: float | None = None) -> None:
        """Count a refusal, at `now`, of a submit that went out at `sent`.

        It doubles the gap, unless the submit was sent before the gap last grew and so belongs to the same burst. `hold`
        is the seconds without any submit, if the provider named a time.
        """
        with self._lock:
            if sent >= self._widened:
                self._gap = min(_WIDEST, max(_FIRST, 2 * self._gap))
                self._widened = now
            self._next = max(self._next, now + (self._gap if hold is None else hold))

    def accepted(self) -> None:
        """Count an accepted submit: the gap narrows."""
        with self._lock:
            eased = self._gap * _EASING
            self._gap = eased if eased >= _NARROWEST else 0.0
