"""Prepares a validated request: its JSON body, HTTP request and price. Sends nothing."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux2cli.catalog.pricing import planned_outputs
from flux2cli.core.money.job_cost import Cost, estimate
from flux2cli.core.request.extended_canvas import sent_values
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.providers.body import query
from flux2cli.providers.registry import provider_named
from flux2cli.redact import redact_object, redact_url
from flux2cli.wire import HttpRequest, JsonObject, JsonValue, Secret, Target

if TYPE_CHECKING:
    from flux2cli.providers.interface import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request ready to be sent. `payload` is the body as recorded, without secrets; `call` is what is sent."""

    request: Request
    provider: "Provider"
    target: Target
    payload: JsonObject
    call: HttpRequest
    estimate: Cost

    @property
    def shown_url(self) -> str:
        """The URL of the request, for people: a webhook's secrets are blotted out."""
        return redact_url(self.call.url)


def expected_cost(request: Request) -> Cost:
    """What a request may cost by the catalogue's price."""
    sizes = [reference.size for reference in request.references]
    return estimate(request.route, outputs=planned_outputs(request.route, request.values, sizes), inputs=sizes)


def prepare_request(request: Request, target: Target) -> PreparedRequest:
    """Make the body, the HTTP request and the price of a request.

    The recorded body has local images as their hash, and the webhook's secret and those in URLs as `***`; the sent body
    has the images, if they were read or uploaded, and the secrets.
    """
    route, values = request.route, sent_values(request)
    provider = provider_named(route.provider)
    shown = {name: str(value) for name, value in request.delivery.items()}
    real = {name: v.reveal() if isinstance(v, Secret) else v for name, v in request.delivery.items()}
    recorded = provider.body(route, {**values, **shown}, [_shown(r) for r in request.references], request.extra, target)
    sent = provider.body(route, {**values, **real}, [_content(r) for r in request.references], request.extra, target)
    return PreparedRequest(
        request=request,
        provider=provider,
        target=target,
        payload=redact_object(recorded),
        call=provider.submit(route.endpoint, sent, target, query(route, real)),
        estimate=expected_cost(request),
    )


def _shown(reference: Reference) -> JsonValue:
    """A reference in the recorded body: its URL, else hash, length and name of its content."""
    return reference.url or {"sha256": reference.sha256, "bytes": reference.length, "name": reference.name}


def _content(reference: Reference) -> JsonValue:
    """A reference in the sent body: its URL, else its bytes in base64 without a `data:` prefix.

    A file that was not read yet, as in a dry run, is represented as in the recorded body.
    """
    if reference.url or reference.data is None:
        return _shown(reference)
    return base64.b64encode(reference.data).decode()
