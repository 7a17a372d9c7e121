"""The values that providers and the network exchange: requests, responses, failures. No I/O, no provider knowledge."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]
"""A JSON object: a request's body, or what a provider states beside the images."""

FailureKind = Literal["unresolvable", "certificate", "connect", "timeout", "broken", "local"]
"""No address for the host, no trusted certificate, no connection, no response in time, a connection that broke, or
something on this machine that kept the request from being made."""

Sent = Literal["no", "yes"]
"""Whether the whole request body was written to the connection."""


class Secret:
    """A key or token. Prints as `***` everywhere; `reveal()` is called only where the request is written."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key or token as text."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


class ApiKey(Secret):
    """A provider's key, and where it may be sent.

    `hosts` are exact names, or `*.example.com` for every host below one, each by https; `base` is the user's base URL,
    or None: the key may be sent to any path on its server. `owner` is the provider's name in messages.
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
    """Use a new connection: on an idle one that the server just closed, a POST fails as if its response were lost."""


def content_coding(headers: Mapping[str, str]) -> str:
    """The content coding of a body in lower case, empty for none; with commas for several, one on top of the other."""
    coding = headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """One HTTP response. Header names are lower case. `at` is seconds since the job began, on the engine's clock."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    at: float = 0.0
    truncated: bool = False
    """The body was longer than the limit; `body` holds its beginning."""

    @property
    def from_sandbox(self) -> bool:
        """Whether the emulator sent it and no provider."""
        return "x-flux2-sandbox" in self.headers

    @property
    def undecoded(self) -> str | None:
        """The content coding that `body` is still in, as the server names it; None for gzip, which is decoded."""
        coding = content_coding(self.headers)
        return None if coding in ("", "gzip") else coding

    def json(self) -> object:
        """The body as JSON that can be stored, or None when it is empty, cut off or not JSON.

        NaN, infinite numbers, whole numbers of more than 100 digits and what is nested deeper than 50 levels read as
        None, halves of surrogate pairs as U+FFFD: no ledger row and no sidecar can hold them.
        """
        if self.truncated:
            return None
        try:
            return storable(json.loads(self.body, parse_constant=lambda _: None, parse_int=_whole_number))
        except (ValueError, RecursionError):
            return None


_MOST_DIGITS = 100
"""Digits of a whole number that are read. Python refuses 4,300 of them, and the whole body with them."""


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


_DEEPEST = 50
"""Levels of nesting that are read; responses of the providers have five."""


def storable(value: object, levels: int = _DEEPEST) -> object:
    """The JSON value without what cannot be encoded in UTF-8 again, or is nested deeper than so many levels."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [storable(item, levels - 1) for item in value] if levels else None
    if isinstance(value, dict):
        return {storable(k, 1): storable(item, levels - 1) for k, item in value.items()} if levels else None
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFailure:
    """A request without a response, and the reason."""

    kind: FailureKind
    sent: Sent
    message: str
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a provider's requests are sent, and the key that is sent along.

    `base` is None for the provider's own URLs, else the one base URL that replaces them all.
    """

    base: str | None = None
    key: Secret | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The provider's own settings by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A submit that the provider accepted: its id for the job and the follow-up references by name.

    `follow` has the key `guess` when the references may miss the job. `reported_cost` is US dollars as decimal text, if
    the provider states it in this response.
    """

    request_id: str
    follow: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reported_cost: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A job's status. `problem` is set for `failed`; `position` is 0-based; `logs` are lines of the model's log."""

    state: Literal["queued", "running", "done", "failed"]
    position: int | None = None
    logs: tuple[str, ...] = ()
    problem: "Problem | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteImage:
    """One image of a result: its URL and what the provider states about it (sizes in pixels; None when it does not).

    The ledger stores no `url`, since it expires, and, once the image is saved, measured values instead of stated ones.
    """

    url: str | None = None
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    nsfw: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a finished job. `reported_cost` is US dollars as decimal text; `billable_units` is as received.

    `usage` is what else the provider states about the price, as received.
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
    """A request in the provider's history: its id, the time of its submit (ISO 8601) and its body."""

    request_id: str
    sent_at: str
    body: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPlace:
    """The URL to upload a file to, and the URL under which the provider reads it afterwards."""

    put_url: str
    file_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVerdict:
    """Whether a provider accepts the key; `undecided` when its response does not show it. `detail` is for messages."""

    kind: Literal["accepted", "no-balance", "rejected", "undecided"]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceQuery:
    """A free request for the prices of endpoints: of one image of `size` pixels.

    `references` is the number of reference images, each of that size.
    """

    endpoints: tuple[str, ...]
    request: HttpRequest
    size: tuple[int, int]
    references: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPrice:
    """The price of a query's request at one endpoint, as the provider states it: US dollars as decimal text.

    `other` is what it states in place of such a price, in words; then `amount` is None.
    """

    endpoint: str
    amount: str | None = None
    other: str = ""


ProblemCode = Literal[
    "auth", "balance", "usage", "rate_limited", "moderated", "provider_failed", "cancelled", "missing", "running"
]
"""The code words of `flux2cli.errors`; `missing`: the provider has no such job; `running`: the job has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a provider's error response means: its code, one sentence, and what to do.

    `transient`: the same request may work in a moment. `final`: the job itself has ended. `wait`: the seconds to wait
    that the response's body states. `foreign`: something between here and the provider sent the response. `reply` is
    the shape of the response (see `providers.reply_shape`), empty where none is known.
    """

    code: ProblemCode
    message: str
    hint: str | None = None
    transient: bool = False
    final: bool = False
    wait: float | None = None
    foreign: bool = False
    reply: str = ""
