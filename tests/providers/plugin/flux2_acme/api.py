"""Acme on the wire: `POST /acme/jobs`, then `GET /acme/jobs/ID`, then the picture."""

import json
from collections.abc import Mapping

from flux2_acme.info import INFO as INFO
from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.catalog.seed import stated_seed
from flux2cli.providers import body as wire_body
from flux2cli.providers.error_text import sentence, words
from flux2cli.providers.key_verdict import by_status
from flux2cli.providers.unsupported import cancel as cancel
from flux2cli.providers.unsupported import history as history
from flux2cli.providers.unsupported import listed as listed
from flux2cli.providers.unsupported import price_queries as price_queries
from flux2cli.providers.unsupported import put as put
from flux2cli.providers.unsupported import stated_prices as stated_prices
from flux2cli.providers.unsupported import stream as stream
from flux2cli.providers.unsupported import too_late as too_late
from flux2cli.providers.unsupported import upload as upload
from flux2cli.providers.unsupported import uploaded as uploaded
from flux2cli.providers.urls import is_https_at
from flux2cli.wire import (
    Accepted,
    HttpRequest,
    HttpResponse,
    JsonObject,
    JsonValue,
    KeyVerdict,
    Problem,
    ProblemCode,
    RemoteImage,
    Result,
    Status,
    Target,
)

_HOME = "https://api.acme.example"
_CODES: dict[int, ProblemCode] = {401: "auth", 402: "balance", 404: "missing", 410: "missing", 429: "rate_limited"}


def trusts(url: str, target: Target) -> bool:
    """Whether the key may go to this URL."""
    if target.base is not None:
        return url.startswith(f"{target.base}/")
    return is_https_at(url, INFO.key_hosts)


def _call(method: str, path: str, target: Target, content: bytes | None = None) -> HttpRequest:
    url = path if "://" in path else f"{target.base or _HOME}/acme/{path}"
    auth = ("X-Acme-Token", "", target.key) if target.key is not None and trusts(url, target) else None
    headers = {"Accept": "application/json", **({} if content is None else {"Content-Type": "application/json"})}
    return HttpRequest(method=method, url=url, headers=headers, body=content, auth=auth, fresh=content is not None)


def body(route: Route, values: Values, images: list[JsonValue], extra: JsonObject, target: Target) -> JsonObject:
    """The JSON body: the model, the tier of the setting, and the fields."""
    tier = target.options.get("tier", "slow")
    return {"model": route.endpoint, "tier": tier, "input": wire_body.fields(route, values, images, extra)}


def submit(
    endpoint: str,  # noqa: ARG001 - the body names it
    payload: JsonObject,
    target: Target,
    query: Mapping[str, str] | None = None,  # noqa: ARG001 - Acme takes none
) -> HttpRequest:
    """The one request that costs money."""
    return _call("POST", "jobs", target, json.dumps(payload).encode())


def accepted(response: HttpResponse, endpoint: str, target: Target) -> Accepted | None:  # noqa: ARG001 - part of the protocol
    """The job that a response names."""
    data = response.json()
    job = data.get("job") if isinstance(data, dict) else None
    return Accepted(request_id=job, follow=lookup(endpoint, job)) if isinstance(job, str) and job else None


def lookup(endpoint: str, request_id: str) -> dict[str, str]:  # noqa: ARG001 - part of the protocol
    """Where the job is asked for."""
    return {"status": f"jobs/{request_id}"}


def unseen(response: HttpResponse) -> bool:  # noqa: ARG001 - part of the protocol
    """No error proves that there is no job."""
    return False


def named_request(response: HttpResponse) -> str | None:  # noqa: ARG001 - part of the protocol
    """Errors name no job."""
    return None


def poll(follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:  # noqa: ARG001 - it has no logs
    """Asks where the job stands."""
    return _call("GET", follow["status"], target)


def polled(response: HttpResponse) -> Status | None:
    """Where the job stands."""
    data = response.json()
    match data.get("state") if response.status == 200 and isinstance(data, dict) else None:
        case "waiting":
            return Status(state="queued")
        case "drawing":
            return Status(state="running")
        case "ready":
            return Status(state="done")
        case "broken":
            return Status(state="failed", problem=explain(response))
    return None


def result(follow: Mapping[str, str], target: Target) -> HttpRequest:
    """The status holds the result, too."""
    return poll(follow, target)


def outputs(response: HttpResponse) -> Result | None:
    """The finished job's image."""
    data = response.json()
    if not isinstance(data, dict) or not isinstance(data.get("picture"), str):
        return None
    return Result(images=(RemoteImage(url=data["picture"]),), seed=stated_seed(data.get("seed")))


def check_key(target: Target) -> HttpRequest:
    """Asks for the account."""
    return _call("GET", "account", target)


def key_verdict(response: HttpResponse) -> KeyVerdict:
    """What its status says."""
    return by_status(response)


def explain(response: HttpResponse) -> Problem:
    """What an error means."""
    text = words(response.json())
    if response.status == 200:
        return Problem(code="provider_failed", message=sentence("Acme failed the job", text), final=True)
    message = sentence(f"Acme answers {response.status}", text)
    if response.status >= 500 or response.status == 408:
        return Problem(code="provider_failed", message=message, transient=True)
    return Problem(code=_CODES.get(response.status, "usage"), message=message, transient=response.status == 429)
