"""What the engine reports while it works: frozen values, for whoever shows or counts them. Imports nothing of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one job."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Event):
    """The provider accepted the job: from here on it may be billed."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    """The job waits at the provider; `position` is 0-based, None where the provider does not say."""

    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Event):
    """The provider works on the job; `logs` are the model's lines: all so far, or the new ones."""

    logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying(Event):
    """A request is sent again after `wait` seconds because of `reason`."""

    what: str
    reason: str
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Event):
    """Something the user should know that stops nothing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Something about the run that is as it should be, and that the user may not expect."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """An image and its sidecar are on disk. `cost` is in US dollars as text, None when unknown."""

    path: str
    seed: int | None
    cost: str | None
    cost_source: str
