"""What the engine reports while it works, as frozen values to be shown or counted. Imports nothing of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one job; `job_id` is None before there is one."""

    job_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Event):
    """The provider accepted the job: from here on it may be billed."""

    job_id: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    """The job waits at the provider; `position` is 0-based, None where the provider does not say."""

    job_id: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Event):
    """The provider works on the job; `logs` are the model's lines: all so far, or the new ones."""

    job_id: str
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying(Event):
    """A request (`submit`, `status`, `upload`, `download`) is sent again after `wait` seconds because of `reason`."""

    what: str
    reason: str
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Event):
    """Something the user should know that stops nothing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Something about the run that is in order, and that the user may not expect."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """An image and its sidecar are on disk. `cost` is in US dollars as text, None when unknown."""

    job_id: str
    path: str
    seed: int | None
    cost: str | None
    cost_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdenticalJob(Event):
    """An earlier job with the same request is still at the provider, or waits to be collected."""

    state: str
