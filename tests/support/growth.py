"""Measures how the time of a call grows with its input: by the ratio of two times, whatever the machine."""

import time
from collections.abc import Callable
from typing import Any

FACTOR = 4
"""How much longer the second input is."""
MOST = 9.0
"""How much longer it may take: four times if the time is linear, sixteen times if it is quadratic."""
_FAST = 0.002
"""Seconds below which a call is not worth measuring."""


def growth(call: Callable[[Any], object], small: object, large: object) -> float:
    """How many times as long a call takes for the large input, which is FACTOR times as long; 1 if it is fast.

    Other processes disturb single measurements: the least of several counts.
    """
    if _seconds(call, large) < _FAST:
        return 1.0
    ratio = float("inf")
    for _ in range(4):
        if ratio > MOST:
            large_time = min(_seconds(call, large) for _ in range(3))
            ratio = min(ratio, large_time / min(_seconds(call, small) for _ in range(5)))
    return ratio


def _seconds(call: Callable[[Any], object], given: object) -> float:
    """The time of the processor, so that waiting for it does not count."""
    began = time.thread_time()
    call(given)
    return time.thread_time() - began
