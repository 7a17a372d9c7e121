"""Vtrix' tasks on the wire: builds requests from values and parses responses into values. No I/O.

Protocol: the model page of `flux_2_max` and VtrixAI/vtrix-cli (internal/generation); nothing was seen live.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote

from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.catalog.seed import stated_seed
from flux2cli.providers import body as wire_body
from flux2cli.providers.amounts import amount_of
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
from flux2cli.providers.vtrix import errors
from flux2cli.providers.vtrix.info import INFO as INFO
from flux2cli.wire import (
    Accepted,
    HttpRequest,
    HttpResponse,
    JsonObject,
    JsonValue,
    KeyVerdict,
    Problem,
    RemoteImage,
    Result,
    Status,
    Target,
)

HOME = "https://cloud.vtrix.ai"
_CREATE = "model/v1/generation"
_DONE = ("completed", "done", "succeeded")


def url_at(target: Target, path: str) -> str:
    """The URL of `path` at Vtrix, or under the user's base URL."""
    return f"{target.base or HOME}/{path}"


def trusts(url: str, target: Target) -> bool:
    """Whether the key may be sent to this URL: https under vtrix.ai, or under the base URL that the user set."""
    if target.base is not None and url.startswith(target.base + "/"):
        return True
    return is_https_at(url, INFO.key_hosts)


def body(route: Route, values: Values, images: list[JsonValue], extra: JsonObject, target: Target) -> JsonObject:
    """The JSON body. The model page lists `model` beside the fields; Vtrix' own client wraps the fields.

    The wrong one of the two gets an error response and costs nothing; the other is never tried by itself.
    """
    fields = wire_body.fields(route, values, images, extra)
    if target.options.get("body") == "flat":
        return {"model": route.endpoint, **fields}
    return {"model": route.endpoint, "input": [{"params": fields}]}


def submit(
    endpoint: str,  # noqa: ARG001 - the body names it
    payload: JsonObject,
    target: Target,
    query: Mapping[str, str] | None = None,  # noqa: ARG001 - Vtrix takes none
) -> HttpRequest:
    """The one request that costs money."""
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return _call("POST", url_at(target, _CREATE), target, content)


def _call(method: str, url: str, target: Target, content: bytes | None = None) -> HttpRequest:
    auth = None
    if target.key is not None and trusts(url, target):
        auth = ("Authorization", "Bearer", target.key)
    headers = {"Accept": "application/json"}
    if content is not None:
        headers["Content-Type"] = "application/json"
    return HttpRequest(method=method, url=url, headers=headers, body=content, auth=auth, fresh=content is not None)


def accepted(response: HttpResponse, endpoint: str, target: Target) -> Accepted | None:  # noqa: ARG001 - part of the protocol
    """The task named in the response to a submit, or None when it names none. It is polled at the host of the POST."""
    data = response.json()
    task_id = data.get("id") if isinstance(data, dict) else None
    if not isinstance(task_id, str) or not 0 < len(task_id) <= 200 or not task_id.isprintable():
        return None
    return Accepted(request_id=task_id, follow=lookup(endpoint, task_id))


def lookup(endpoint: str, request_id: str) -> dict[str, str]:  # noqa: ARG001 - part of the protocol
    """Follow-up references for a task id alone."""
    return {"status": f"{_CREATE}/task/{quote(request_id, safe='')}"}


def unseen(response: HttpResponse) -> bool:  # noqa: ARG001 - part of the protocol
    """False: an error response proves that no task was made only by its status, which the caller checks."""
    return False


def named_request(response: HttpResponse) -> str | None:  # noqa: ARG001 - part of the protocol
    """None: error responses name no task."""
    return None


def poll(follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:  # noqa: ARG001 - it has no logs
    """Requests the task's status."""
    return _call("GET", url_at(target, follow["status"]), target)


def polled(response: HttpResponse) -> Status | None:
    """The task's status, None when the response has none. An unknown status counts as running."""
    data = response.json()
    if response.status != 200 or not isinstance(data, dict):
        return None
    word = data.get("status")
    if not isinstance(word, str):
        return None
    if word.lower() in errors.ENDED_BADLY:
        return Status(state="failed", problem=errors.failed(data))
    if word.lower() in _DONE:
        return Status(state="done")
    return Status(state="queued" if word.lower() in ("pending", "queued") else "running")


def result(follow: Mapping[str, str], target: Target) -> HttpRequest:
    """Requests the task, which holds the result, too."""
    return poll(follow, target)


def outputs(response: HttpResponse) -> Result | None:
    """The finished task's images: every URL in `output[].content[]`, in order, whatever its `type`; None before."""
    data = response.json()
    if response.status != 200 or not isinstance(data, dict) or str(data.get("status")).lower() not in _DONE:
        return None
    images = [RemoteImage(url=item["url"]) for group in _list(data.get("output")) for item in _contents(group)]
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Result(
        images=tuple(images),
        seed=stated_seed(data.get("seed")),
        reported_cost=str(usage["cost"]) if amount_of(usage.get("cost")) is not None else None,
        usage={name: usage[name] for name in ("cost", "discount", "quantity", "unit_price") if name in usage},
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _contents(group: object) -> list[dict[str, str]]:
    items = _list(group.get("content")) if isinstance(group, dict) else []
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("url"), str) and item["url"]]


def check_key(target: Target) -> HttpRequest:
    """Requests a task that does not exist."""
    return _call("GET", url_at(target, f"{_CREATE}/task/flux2-doctor"), target)


def key_verdict(response: HttpResponse) -> KeyVerdict:
    """The verdict: accepted for 404, rejected for 401."""
    return KeyVerdict(kind="accepted") if response.status == 404 else by_status(response)


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response reports."""
    return errors.explain(response)
