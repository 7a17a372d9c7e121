"""The events that the engine emits while it runs jobs, as frozen values. Imports nothing else of the package."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


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
    """The job is in the provider's queue; `position` is 0-based, None when the provider does not state it."""

    job_id: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Event):
    """The provider is running the job; `logs` are lines of the model's log: all so far, or only new ones."""

    job_id: str
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying(Event):
    """A request is sent again after `wait` seconds because of `reason`."""

    what: Literal["submit", "status", "result", "upload", "download"]
    reason: str
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Event):
    """A warning for the user; the job goes on."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """A note for the user about something that is right, but perhaps unexpected."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Event):
    """An image and its sidecar are on disk; a `path` of `-` is stdout.

    `seed` is that of the request, which all its `count` images share; `index` counts them from 0. `cost` is the image's
    share of the request's, in US dollars, None when unknown.
    """

    job_id: str
    path: str
    seed: int | None
    cost: Decimal | None
    cost_source: str
    index: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IdenticalJob(Event):
    """An earlier job with the same request is still at the provider, or waits to be collected."""

    state: str
