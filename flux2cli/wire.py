"""The values that providers and the network exchange: requests, replies, failures. No I/O, no provider knowledge."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]
"""An object as it came from JSON or goes into it: a request's body, what a provider says beside the images."""

FailureKind = Literal["unresolvable", "certificate", "connect", "timeout", "broken"]
"""No address for the host, no trusted certificate, no connection, no response in time, or a connection that broke."""

Sent = Literal["no", "yes"]
"""Whether the whole request body was written to the connection."""


class Secret:
    """A key or token. Prints as `***` everywhere; `reveal()` is called only where the request is written."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


class ApiKey(Secret):
    """A provider's key, with the places where it may be sent.

    `hosts` are exact names, or `*.example.com` for every host below one, each by https; `base` is the user's base URL,
    None without one: the key may go anywhere on its server. `owner` is what messages call the provider.
    """

    __slots__ = ("base", "hosts", "owner")

    def __init__(self, key: Secret, *, owner: str, hosts: tuple[str, ...], base: str | None) -> None:
        super().__init__(key.reveal())
        self.owner = owner
        self.hosts = hosts
        self.base = base


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request. `auth` is a header's name, the scheme before the key (may be empty) and the key itself."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    auth: tuple[str, str, Secret] | None = None
    fresh: bool = False
    """Use a new connection: on an idle one that the server just closed, a POST fails as if its reply were lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """One HTTP reply. Header names are lower case. `at` is seconds since the job began, on the engine's clock."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    at: float = 0.0
    truncated: bool = False
    """The body was longer than the reader takes; `body` holds its beginning."""

    def json(self) -> object:
        """The body as JSON, or None when it is empty, cut off or not JSON."""
        if self.truncated:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFailure:
    """A request that got no response, and why."""

    kind: FailureKind
    sent: Sent
    message: str
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a provider's requests go and the key that goes with them.

    `base` is None for the provider's own addresses, else the one base URL that replaces them all.
    """

    base: str | None = None
    key: Secret | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The provider's own settings by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A submit that the provider took: its id for the job and the follow-up references by name.

    `follow` has a `guess` where the references may miss the job. `reported_cost` is US dollars as decimal text, where
    the provider tells it right away.
    """

    request_id: str
    follow: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reported_cost: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a job stands. `problem` comes with `failed`; `position` is 0-based; `logs` are lines of the model's log."""

    state: Literal["queued", "running", "done", "failed"]
    position: int | None = None
    logs: tuple[str, ...] = ()
    problem: "Problem | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteImage:
    """One image of a result: where it lies and what the provider says about it (pixels; None when it does not).

    The ledger keeps no `url`, since it expires, and once the image is saved what was measured in place of the words.
    """

    url: str | None = None
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    nsfw: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a finished job gave. `billable_units` is raw; `reported_cost` is US dollars as decimal text.

    `usage` is what the provider says about the price beside it, as it says it.
    """

    images: tuple[RemoteImage, ...]
    seed: int | None = None
    prompt: str | None = None
    timings: JsonObject = field(default_factory=dict)
    billable_units: str | None = None
    reported_cost: str | None = None
    usage: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A request in the provider's history: its id, when it was sent (ISO 8601) and the body as it arrived."""

    request_id: str
    sent_at: str
    body: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPlace:
    """Where a file's bytes go, and the address under which the provider finds them afterwards."""

    put_url: str
    file_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVerdict:
    """Whether a provider takes the key; `undecided` when its response does not say. `detail` is for people."""

    kind: Literal["accepted", "no-balance", "rejected", "undecided"]
    detail: str = ""


ProblemCode = Literal[
    "auth", "balance", "usage", "rate_limited", "moderated", "provider_failed", "cancelled", "missing", "running"
]
"""The code words of `flux2cli.errors`; `missing`: the provider knows no such thing; `running`: it is not over yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a provider's error reply means: its code, one sentence, and what to do.

    `transient`: the same request may work in a moment. `final`: the job itself is over. `wait`: seconds that the
    reply's body asks for.
    """

    code: ProblemCode
    message: str
    hint: str | None = None
    transient: bool = False
    final: bool = False
    wait: float | None = None
