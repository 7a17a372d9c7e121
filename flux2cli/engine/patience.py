"""The engine's waiting times that do not depend on a provider."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Times in seconds; tests use short ones."""

    submit: float = 2.0
    """The least time that a submit gets, whatever is left until the deadline: a response that is cut off for a moment
    makes a job of unknown outcome."""
    grace: float = 5.0
    """How long a first Ctrl-C waits for outstanding responses to submits, so that no job becomes unknown."""
    look: float = 0.5
    """The time between two checks of rows that another process works on."""
    tick: float = 0.2
    """The time between two calls of `tick`, which draws the progress again."""
