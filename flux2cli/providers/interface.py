"""The interface between this tool and a provider. The flow and the engine know providers only through this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flux2cli.catalog.model import Route
from flux2cli.wire import (
    Accepted,
    ApiKey,
    HistoryEntry,
    HttpRequest,
    HttpResponse,
    KeyVerdict,
    Problem,
    Result,
    Secret,
    Status,
    Target,
    UploadPlace,
)

INTERFACE = 1
"""The version of everything in this file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSetting:
    """A choice that only one provider offers: the setting `PROVIDER.name`, given to it as `Target.options[name]`."""

    name: str
    summary: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderInfo:
    """What is known of a provider without its routes and wire functions.

    `name` is what people type and records hold, `title` what messages say.
    """

    name: str
    title: str
    key_variables: tuple[tuple[str, ...], ...]
    """Environment variables that may hold the key, in the order in which they are tried; several are joined by `:`."""
    key_page: str
    """The URL of the page where keys are made."""
    key_hosts: tuple[str, ...]
    """The hosts that the key may go to, by https: exact names, or `*.example.com` for every host below one."""
    uploads: bool
    """Whether local images are uploaded first; else they travel inside the request."""
    upload_limit: int
    """Bytes of a local image."""
    most_active: int | None = None
    """Jobs that one account may have unfinished at a time; None where the provider states no number."""
    settings: tuple[ProviderSetting, ...] = ()
    """Its own settings, beside the base URL that every provider has."""
    emulator: str | None = None
    """The module that emulates the provider for sandbox runs, by its dotted name: see `sandbox.emulator.Emulator`."""


def bound_key(info: ProviderInfo, key: Secret, base: str | None) -> ApiKey:
    """The provider's key, which goes to the provider's hosts and to the server of the user's base URL only."""
    return ApiKey(key, owner=info.title, hosts=info.key_hosts, base=base)


class ProviderPackage(Protocol):
    """A provider: a package with this in its `__init__`, which imports nothing heavy."""

    __name__: str
    INFO: ProviderInfo

    def load_routes(self) -> tuple[Route, ...]:
        """The endpoints, in catalogue order."""

    def load_api(self) -> "Provider":
        """The wire functions; imported when they are first used."""


class Provider(Protocol):
    """The wire functions of a provider: from values to requests, from responses to values, without I/O."""

    INFO: ProviderInfo

    def trusts(self, address: str, target: Target) -> bool:
        """Whether the key may go to this address."""

    def body(
        self,
        route: Route,
        values: Mapping[str, object],
        images: list[object],
        extra: Mapping[str, object],
        target: Target,
    ) -> dict[str, object]:
        """The JSON body of a submit."""

    def submit(
        self, endpoint: str, payload: Mapping[str, object], target: Target, query: Mapping[str, str] | None = None
    ) -> HttpRequest:
        """The request that costs money. `query` is what goes into the address."""

    def accepted(self, reply: HttpResponse, endpoint: str, target: Target) -> Accepted | None:
        """The job that a submit's reply names."""

    def unseen(self, reply: HttpResponse) -> bool:
        """Whether an error reply to a submit proves that no job was made."""

    def named_request(self, reply: HttpResponse) -> str | None:
        """The request id that an error reply to a submit names."""

    def lookup(self, endpoint: str, request_id: str) -> dict[str, str]:
        """Follow-up references for a bare request id."""

    def poll(self, follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:
        """Asks where the job stands."""

    def stream(self, follow: Mapping[str, str], target: Target) -> HttpRequest | None:
        """Opens the event stream of the job's status; None where the provider has none."""

    def polled(self, reply: HttpResponse) -> Status | None:
        """Where the job stands."""

    def result(self, follow: Mapping[str, str], target: Target) -> HttpRequest:
        """Fetches the result."""

    def outputs(self, reply: HttpResponse) -> Result | None:
        """The finished job's images."""

    def cancel(self, follow: Mapping[str, str], target: Target) -> HttpRequest | None:
        """Asks to give the job up; None where the provider cannot."""

    def too_late(self, reply: HttpResponse) -> bool:
        """Whether the job was over before it could be cancelled."""

    def history(self, endpoint: str, since: str, target: Target) -> HttpRequest | None:
        """Asks for the account's requests; None where the provider keeps no list of them."""

    def listed(self, reply: HttpResponse) -> tuple[HistoryEntry, ...] | None:
        """The requests of a history's reply."""

    def upload(self, name: str, media_type: str, target: Target) -> HttpRequest:
        """Asks where a file may be put."""

    def uploaded(self, reply: HttpResponse, target: Target) -> UploadPlace | None:
        """Where the file goes."""

    def put(self, place: UploadPlace, media_type: str, data: bytes) -> HttpRequest:
        """Puts the file there, without the key."""

    def check_key(self, target: Target) -> HttpRequest:
        """A request that costs and makes nothing, and is refused without a valid key."""

    def key_verdict(self, response: HttpResponse) -> KeyVerdict:
        """What the response to `check_key` says about the key."""

    def explain(self, reply: HttpResponse) -> Problem:
        """What an error reply means."""
