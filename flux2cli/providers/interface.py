"""What a provider module has to offer. The flow and the engine know providers only through this."""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from flux2cli.catalog import Route
from flux2cli.wire import (
    Accepted,
    HistoryEntry,
    HttpRequest,
    HttpResponse,
    Problem,
    Result,
    Status,
    Target,
    UploadPlace,
)


class Provider(Protocol):
    """A module in this package. Each function is described where fal implements it (`flux2cli.providers.fal`)."""

    NAME: str
    TITLE: str
    KEY_PAGE: str
    UPLOADS: bool
    """Whether local images are uploaded first; else they travel inside the request."""
    UPLOAD_LIMIT: int
    """Bytes of a local image."""
    MOST_ACTIVE: int | None
    """Jobs that the provider lets one account have unfinished at a time, None where it states no number."""

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

    def explain(self, reply: HttpResponse) -> Problem:
        """What an error reply means."""


def provider_named(name: str) -> Provider:
    """The provider module of that name; loaded only when it is used."""
    return cast("Provider", import_module(f"flux2cli.providers.{name}"))
