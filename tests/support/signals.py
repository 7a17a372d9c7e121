"""Signals that a test run inherits: `nohup` ignores SIGHUP, a shell's background ignores SIGINT and SIGQUIT."""

import signal


def heed_ignored_signals() -> None:
    """Put a handler that does nothing in the place of ignored signals.

    This process outlives them as before, and the processes that it starts heed them again: a handler becomes the
    default when a program is started, while an ignored signal stays ignored.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
