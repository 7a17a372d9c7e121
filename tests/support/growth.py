"""Measures how the time of a call grows with its input: by the ratio of two times, whatever the machine."""

import time
from collections.abc import Callable
from typing import Any

FACTOR = 4
"""How much longer an input is than the one before."""
MOST = 9.0
"""How much longer it may take: four times if the time is linear, sixteen times if it is quadratic."""
_FAST = 0.002
"""Seconds below which a call is not worth measuring."""


def growth(call: Callable[[Any], object], make: Callable[[int], object], size: int) -> float:
    """How many times as long a call takes for an input that is FACTOR times as long, up to `size`; 1 if it is fast.

    Shorter inputs come first, so that one of quadratic time is found before the longest takes minutes.
    """
    ratio = 1.0
    for length in (size // FACTOR, size):
        ratio = _ratio(call, make(length // FACTOR), make(length))
        if ratio > MOST:
            break
    return ratio


def _ratio(call: Callable[[Any], object], small: object, large: object) -> float:
    """Other processes disturb single measurements: the least ratio of several counts."""
    if _seconds(call, large) < _FAST:
        return 1.0
    for _ in range(4):
        large_time = min(_seconds(call, large) for _ in range(2))
        ratio = large_time / min(_seconds(call, small) for _ in range(3))
        if ratio <= MOST or large_time > 1.0:
            break
    return ratio


def _seconds(call: Callable[[Any], object], given: object) -> float:
    """The time of the processor, so that waiting for it does not count."""
    began = time.thread_time()
    call(given)
    return time.thread_time() - began
