"""When a request is sent again: pure functions from a failure to the seconds to wait, or None to give up.

All rules and numbers of retries are in this module. A submit is paid: it is sent again only when it certainly was not
accepted (`after_unsent`, `after_limit`). All other requests are free (`after_free`, `poll_interval`, `download_wait`).
`attempt` counts from 1; `jitter` is in 0..1 and spreads waits by a quarter.
"""

from collections.abc import Mapping
from typing import Literal

from flux2cli.wire import HttpFailure

CONNECT_WINDOW = 30.0
"""Seconds during which a submit that did not reach the provider is retried."""
STREAM_PATIENCE = 15.0
"""Seconds without an event after which a stream counts as stalled."""
STREAM_FAILURES = 2
"""How often the event stream of a job may stall or break before the job is polled instead."""
MISSING_GRACE = 5.0
"""Seconds after a submit during which "no such job" may only mean "not yet"."""

FreeRequest = Literal["cancel", "lookup", "upload"]
"""Cancel a job; look up the request id that an error response named; upload an image."""

_ATTEMPTS: Mapping[FreeRequest, int] = {"cancel": 4, "lookup": 3, "upload": 5}
EMPTY_RESULTS = 4
"""How often a finished job's result may come without images before that is taken for its end."""
_SHORTEST_LOOK = 0.1
"""Seconds that a request and its response take at least."""
_YEAR = 365 * 86400.0
_HOPELESS = ("unresolvable", "certificate", "local")
_DOWNLOAD_WAITS = (0.5, 2.0, 6.0, 12.0)
"""Seconds before the second to the fifth attempt: about 20 s of waiting, 30 s with the attempts themselves."""


def backoff(attempt: int, jitter: float, *, first: float = 0.5, cap: float = 10.0) -> float:
    """Seconds before attempt `attempt + 1`: `first`, doubled with each attempt up to `cap`."""
    return float(min(cap, first * 2 ** min(attempt - 1, 16)) * (0.875 + 0.25 * jitter))


def hides_outcome(status: int) -> bool:
    """Whether a submit with this response status may have been accepted all the same: it must not be sent again.

    Behind a 302 or 303 the request may have been dealt with, and the `Location` names what came of it.
    """
    return status >= 500 or status in (302, 303, 408)


def is_temporary(status: int) -> bool:
    """Whether a free request with this response status is worth another attempt.

    A 407 is the word of a proxy, which has passed nothing on: as good as no connection.
    """
    return status in (407, 408, 429) or status >= 500


def after_unsent(failure: HttpFailure, attempt: int, elapsed: float, jitter: float) -> float | None:
    """Seconds before a submit that did not reach the provider is sent again, `elapsed` seconds after the first try.

    None when the window has passed. None at once for a name that does not resolve, a certificate that is refused or a
    request that could not be made on this machine: half a minute does not change those.
    """
    if failure.kind in _HOPELESS:
        return None
    wait = backoff(attempt, jitter)
    return wait if elapsed + wait <= CONNECT_WINDOW else None


def after_limit(
    headers: Mapping[str, str], attempt: int, left: float | None, now: float, jitter: float
) -> float | None:
    """Seconds before a submit that the provider turned away for now (429) is sent again.

    `left` is seconds until the job's deadline, None for no deadline; `now` is seconds since 1970. None when the wait
    would pass the deadline.
    """
    wait = retry_after(headers, now)
    if wait is None:
        wait = backoff(attempt, jitter, first=1.0, cap=30.0)
    return None if left is not None and wait > left else wait


def after_free(request: FreeRequest, attempt: int, left: float | None, jitter: float) -> float | None:
    """Seconds before a free request that failed is sent again; None after its last attempt.

    `left` is seconds until the deadline, None for no deadline. None, too, when the wait would pass the deadline.
    """
    wait = backoff(attempt, jitter)
    return None if attempt >= _ATTEMPTS[request] or (left is not None and wait > left) else wait


def after_result(attempt: int, left: float | None, jitter: float) -> float | None:
    """Seconds before a finished job's result is read again; None to leave it for `jobs fetch`.

    `left` is seconds until the job's deadline, None for no deadline.
    """
    return before_deadline(backoff(attempt, jitter), left)


def before_deadline(wait: float, left: float | None) -> float | None:
    """Seconds before a running or finished job is looked at again, which would be `wait` without a deadline.

    Less near the deadline, so that the last look has time for its response: a second, or a quarter of what is left.
    None when there is no time for another look.
    """
    if left is None:
        return wait
    return None if left < _SHORTEST_LOOK else min(wait, max(left - 1.0, left * 0.75))


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that `Retry-After` or `retry-after-ms` ask for, from 0 to a year; None without a usable header."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return min(milliseconds / 1000, _YEAR)
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is None and text:
        seconds = _seconds_until(text, now)
    return None if seconds is None else min(max(0.0, seconds), _YEAR)


def _number(text: str) -> float | None:
    digits = text.replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdecimal() else None


def _seconds_until(date: str, now: float) -> float | None:
    from email.utils import parsedate_to_datetime  # 30 ms of imports, for a header that is nearly always a number

    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None


def poll_interval(polls: int) -> float:
    """Seconds before the next poll of a running job, after `polls` of them: half a second, growing to five."""
    return float(min(5.0, 0.5 * 1.3 ** min(polls, 12)))


def download_wait(attempt: int, *, lasting: bool) -> float | None:
    """Seconds before the next attempt at a download; None to leave it for `jobs fetch`.

    `lasting`: the server responded, and with something else than the image (404, 410, HTML): one more try is enough.
    """
    limit = 2 if lasting else 1 + len(_DOWNLOAD_WAITS)
    return None if attempt >= limit else _DOWNLOAD_WAITS[attempt - 1]
