"""When to try again: pure functions from what happened to seconds to wait, or None to give up. Decided only here."""

from collections.abc import Mapping

from flux2cli.wire import HttpFailure

CONNECT_WINDOW = 30.0
"""Seconds for which a submit that never reached the provider is tried again."""

_HOPELESS = ("unresolvable", "certificate")
_DOWNLOAD_WAITS = (0.5, 2.0, 6.0, 12.0)
"""Seconds before the second to the fifth attempt: about 20 s of waiting, 30 s with the attempts themselves."""


def backoff(attempt: int, jitter: float, *, first: float = 0.5, cap: float = 10.0) -> float:
    """Seconds before attempt `attempt + 1` (1-based), doubling up to `cap`; `jitter` in 0..1 spreads by a quarter."""
    return float(min(cap, first * 2 ** min(attempt - 1, 16)) * (0.875 + 0.25 * jitter))


def after_unsent(failure: HttpFailure, attempt: int, elapsed: float, jitter: float) -> float | None:
    """A submit did not reach the provider: wait this long and send it again, or None.

    A name that does not resolve or a certificate that is refused will not mend itself in half a minute.
    """
    if failure.kind in _HOPELESS:
        return None
    wait = backoff(attempt, jitter)
    return wait if elapsed + wait <= CONNECT_WINDOW else None


def after_limit(
    headers: Mapping[str, str], attempt: int, left: float | None, now: float, jitter: float
) -> float | None:
    """The provider said "not now" (429): wait this long, or None when that is longer than the time left.

    `left` is seconds until the job's deadline, None for no deadline; `now` is seconds since the epoch.
    """
    wait = retry_after(headers, now)
    if wait is None:
        wait = backoff(attempt, jitter, first=1.0, cap=30.0)
    return None if left is not None and wait > left else wait


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that `Retry-After` or `retry-after-ms` ask for, None when there is neither; never negative."""
    milliseconds = headers.get("retry-after-ms", "")
    if milliseconds.replace(".", "", 1).isdigit():
        return float(milliseconds) / 1000
    text = headers.get("retry-after", "").strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # 30 ms of imports, for a header that is nearly always a number

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def poll_interval(polls: int) -> float:
    """Seconds before the next look at a running job: half a second, growing to five."""
    return float(min(5.0, 0.5 * 1.3 ** min(polls, 12)))


def download_wait(attempt: int, *, lasting: bool) -> float | None:
    """Seconds before the next attempt at a download (attempt is 1-based), or None to leave it for later.

    `lasting`: the server answered and the answer was wrong (404, 410, not an image): one more try is enough.
    """
    limit = 2 if lasting else 1 + len(_DOWNLOAD_WAITS)
    return None if attempt >= limit else _DOWNLOAD_WAITS[attempt - 1]
