"""The interface between this tool and a provider. The flow and the engine know providers only through this."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from flux2cli.catalog.model import Route, Values
from flux2cli.providers.provider_info import ProviderInfo as ProviderInfo
from flux2cli.providers.provider_info import ProviderSetting as ProviderSetting
from flux2cli.wire import (
    Accepted,
    HistoryEntry,
    HttpRequest,
    HttpResponse,
    JsonObject,
    JsonValue,
    KeyVerdict,
    PriceQuery,
    Problem,
    Result,
    StatedPrice,
    Status,
    Target,
    UploadPlace,
)

INTERFACE = 1
"""The version of everything in this file, `ProviderInfo` included."""


class ProviderPackage(Protocol):
    """A provider: a package with this in its `__init__`, which imports nothing heavy."""

    __name__: str
    INFO: ProviderInfo

    def load_routes(self) -> tuple[Route, ...]:
        """The routes, in the order of the catalogue."""

    def load_api(self) -> "Provider":
        """The wire functions; imported when they are first used."""


class Provider(Protocol):
    """The wire functions of a provider: from values to requests, from responses to values, without I/O.

    A request that needs the key has `auth` with `target.key`, and only for a URL that `trusts` accepts; it is sent only
    to `ProviderInfo.key_hosts` or under the user's base URL, `target.base`, whatever the functions say. Functions that
    read responses raise nothing, whatever a server sends. `follow` are references for later requests by name, such as
    `status`; they are recorded, so those under the base URL are relative to it.
    """

    INFO: ProviderInfo

    def trusts(self, url: str, target: Target) -> bool:
        """Whether the key may be sent to this URL."""

    def body(
        self,
        route: Route,
        values: Values,
        images: list[JsonValue],
        extra: JsonObject,
        target: Target,
    ) -> JsonObject:
        """The JSON body of a submit: `values` by parameter name, under their wire names, and nothing else.

        `images` are URLs, or the base64 text of local files, or what stands for those where the body is shown.
        `extra` are fields by their wire names, from `--param`.
        """

    def submit(
        self, endpoint: str, payload: JsonObject, target: Target, query: Mapping[str, str] | None = None
    ) -> HttpRequest:
        """The request that costs money. `query` holds the parameters of its URL."""

    def accepted(self, response: HttpResponse, endpoint: str, target: Target) -> Accepted | None:
        """The job named in the response to a submit; None when it names none."""

    def unseen(self, response: HttpResponse) -> bool:
        """Whether an error response to a submit proves that no job was made."""

    def named_request(self, response: HttpResponse) -> str | None:
        """The request id in an error response to a submit; None without one."""

    def lookup(self, endpoint: str, request_id: str) -> dict[str, str]:
        """Follow-up references for a request id alone."""

    def poll(self, follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:
        """Requests the job's status."""

    def stream(self, follow: Mapping[str, str], target: Target) -> HttpRequest | None:
        """Opens the event stream of the job's status; None when the provider has none."""

    def polled(self, response: HttpResponse) -> Status | None:
        """The job's status; None when the response has none."""

    def result(self, follow: Mapping[str, str], target: Target) -> HttpRequest:
        """Fetches the result."""

    def outputs(self, response: HttpResponse) -> Result | None:
        """The finished job's images; without any where the provider states a finished job that has none.

        None for every other response, such as a page or the JSON of something on the way.
        """

    def cancel(self, follow: Mapping[str, str], target: Target) -> HttpRequest | None:
        """Requests the job's cancellation; None when the provider cannot cancel."""

    def too_late(self, response: HttpResponse) -> bool:
        """Whether the job had ended before it could be cancelled."""

    def history(self, endpoint: str, since: str, target: Target) -> HttpRequest | None:
        """Requests the account's history at an endpoint; None when the provider keeps none."""

    def listed(self, response: HttpResponse) -> tuple[HistoryEntry, ...] | None:
        """The requests in a history response; None when it is not one."""

    def upload(self, name: str, media_type: str, target: Target) -> HttpRequest:
        """Requests an upload URL for a file."""

    def uploaded(self, response: HttpResponse, target: Target) -> UploadPlace | None:
        """The upload URL in the response; None when it has none that is safe to use."""

    def put(self, place: UploadPlace, media_type: str, data: bytes) -> HttpRequest:
        """Sends the file's bytes, without the key."""

    def check_key(self, target: Target) -> HttpRequest:
        """A request that costs and makes nothing, and is refused without a valid key."""

    def key_verdict(self, response: HttpResponse) -> KeyVerdict:
        """The verdict about the key by the response to `check_key`."""

    def price_queries(self, routes: Sequence[Route], target: Target) -> tuple[PriceQuery, ...]:
        """Free requests for the prices of these routes; empty when the provider states none."""

    def stated_prices(self, response: HttpResponse, query: PriceQuery) -> tuple[StatedPrice, ...] | None:
        """The prices in the response, of endpoints of the query; None for a response that is no list of prices."""

    def explain(self, response: HttpResponse) -> Problem:
        """The problem that an error response reports."""
