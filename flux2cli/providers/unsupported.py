"""Wire functions for what a provider lacks: event stream, cancellation, history, uploads, prices.

Its `api` imports them.
"""

from collections.abc import Mapping, Sequence

from flux2cli.catalog import Route
from flux2cli.wire import HistoryEntry, HttpRequest, HttpResponse, PriceQuery, StatedPrice, Target, UploadPlace


def stream(follow: Mapping[str, str], target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: there is no event stream."""
    return None


def cancel(follow: Mapping[str, str], target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: the provider documents no cancellation."""
    return None


def too_late(response: HttpResponse) -> bool:  # noqa: ARG001 - part of the protocol
    """False: nothing can be cancelled."""
    return False


def history(endpoint: str, since: str, target: Target) -> HttpRequest | None:  # noqa: ARG001 - part of the protocol
    """None: the provider documents no history."""
    return None


def listed(response: HttpResponse) -> tuple[HistoryEntry, ...] | None:  # noqa: ARG001 - part of the protocol
    """None: there is no history."""
    return None


def upload(name: str, media_type: str, target: Target) -> HttpRequest:
    """Never called: `ProviderInfo.uploads` is False, so images are sent inside the request."""
    raise NotImplementedError


def uploaded(response: HttpResponse, target: Target) -> UploadPlace | None:
    """Never called, as `upload`."""
    raise NotImplementedError


def put(place: UploadPlace, media_type: str, data: bytes) -> HttpRequest:
    """Never called, as `upload`."""
    raise NotImplementedError


def price_queries(routes: Sequence[Route], target: Target) -> tuple[PriceQuery, ...]:  # noqa: ARG001 - part of the protocol
    """None: the provider documents no request for prices."""
    return ()


def stated_prices(response: HttpResponse, query: PriceQuery) -> tuple[StatedPrice, ...] | None:  # noqa: ARG001 - part of the protocol
    """None: there are no prices."""
    return None
