"""How long the engine waits for what it cannot hurry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Times in seconds; tests set short ones."""

    grace: float = 5.0
    """How long a first Ctrl-C waits for a submit whose response is still out, so as not to make an unknown."""
    look: float = 0.5
    """The time between two looks at rows that another process works on."""
    tick: float = 0.2
    """The time between two calls of `tick`, which draws the progress again."""
