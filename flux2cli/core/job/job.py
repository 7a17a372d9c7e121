"""A job: one paid request and what is recorded about it. Values only: the ledger stores them, the flow changes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, TypedDict

from flux2cli.catalog import Mode
from flux2cli.catalog.sizes import Pixels
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.money.job_cost import Cost
from flux2cli.core.request.output_path import Output
from flux2cli.errors import Flux2Error
from flux2cli.wire import JsonObject, Result

State = Literal[
    "submitting", "not-sent", "rejected", "unknown", "submitted",
    "ready", "failed", "moderated", "cancelled", "expired", "saved",
]  # fmt: skip

UNSETTLED: tuple[State, ...] = ("submitting", "unknown", "submitted", "ready")
"""States in which something may still have to be collected or decided."""

NEXT: Mapping[State, tuple[State, ...]] = {
    "submitting": ("not-sent", "rejected", "unknown", "submitted"),
    "not-sent": ("submitting",),  # a retry, only by the process that owns the job
    "unknown": ("submitted", "not-sent"),
    "submitted": ("ready", "failed", "moderated", "cancelled", "expired"),
    "ready": ("saved", "expired"),
    "failed": ("ready",),  # by `jobs fetch JOB`, where the provider has a result all the same
    "expired": ("ready",),
}
"""The possible transitions; a state that is not a key here is final."""

ASKED_AGAIN: tuple[State, ...] = ("failed", "expired")
"""Ends without a result about which `jobs fetch JOB` asks once more: something on the way may have reported them."""

SETTLED: tuple[State, ...] = ("not-sent", "rejected", "failed", "moderated", "cancelled", "expired", "saved")
"""States in which nothing is left to do; the job has no owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """One image of a job: the absolute path chosen for it, and whether image and sidecar are both there."""

    index: int
    path: str
    sha256: str
    bytes: int
    saved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTag:
    """The batch row of a request: its key below an output root, its id, and its `meta` fields for file names.

    `source` is the path of its prompt file relative to the root, `-` for stdin, None for rows of `--seeds`.
    """

    key: str
    root: str
    id: str | None = None
    source: str | None = None
    candidate: JsonObject | None = None
    """Of a candidate: id, key and place of the row."""
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request's images are compared with; None for what the request leaves open."""

    size: Pixels | None = None
    count: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """The error that a job ended with: its code as in `flux2cli.errors`, one sentence, and what to do.

    `reply` is the shape of the response that reported it, without any of its values; None where there was none.
    """

    code: str
    message: str
    hint: str | None = None
    reply: str | None = None

    @classmethod
    def of(cls, error: Flux2Error, reply: str = "") -> Self:
        """The error as the ledger row stores it."""
        return cls(code=error.code, message=error.message, hint=error.hint, reply=reply or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One row of the ledger.

    In a batch `row_key` is the row's identity below `row_root`, the absolute output root, `row_id` its own name, and
    `row_source` the prompt file, relative to the root. `given` holds the values by parameter name, without defaults;
    None in records of 0.1.0.
    Times are ISO 8601 in UTC. `follow` holds the follow-up URLs by name (`status`, `result`, `cancel`), relative
    to the provider's base where they lie under it. `payload` is the body as it was sent, but for the bytes of local
    images and the secrets in URLs, and `payload_sha256` is the hash of `payload` as it is recorded. `result` has no
    URLs; `cost` is what the provider stated, and final once the job is saved.
    """

    job_id: str
    state: State
    provider: str
    variant: str
    endpoint: str
    mode: Mode
    request_key: str
    created_at: str
    updated_at: str
    prompt: str | None
    seed: int | None
    payload: JsonObject
    payload_sha256: str
    output: Output
    inputs: tuple[Input, ...] = ()
    warnings: tuple[str, ...] = ()
    label: str | None = None
    row_id: str | None = None
    row_key: str | None = None
    row_root: str | None = None
    row_source: str | None = None
    given: JsonObject | None = None
    candidate: JsonObject | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None
    follow: Mapping[str, str] = field(default_factory=dict)
    estimate: Cost = field(default_factory=Cost)
    asked: Asked = field(default_factory=Asked)
    result: Result | None = None
    error: JobError | None = None
    cost: Cost | None = None
    sandbox: bool = False
    owner: str | None = None
    files: tuple[JobFile, ...] = ()

    @property
    def effective_seed(self) -> int | None:
        """The seed that the provider returned, else the one that was sent, else None."""
        returned = self.result.seed if self.result else None
        return self.seed if returned is None else returned


class JobChanges(TypedDict, total=False):
    """The fields of a job that may change; those that are left out stay."""

    state: State
    request_id: str | None
    follow: Mapping[str, str]
    result: Result | None
    error: JobError | None
    cost: Cost | None
    sandbox: bool
    warnings: tuple[str, ...]
    seed: int | None
    output: Output
