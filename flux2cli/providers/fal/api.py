"""fal's queue on the wire: builds requests from values and parses responses into values. No I/O.

Protocol: https://fal.ai/docs/inference-api/queue/submit and its siblings; fal-client 1.0.3; @fal-ai/client 1.10.1.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.catalog.seed import stated_seed
from flux2cli.providers import body as wire_body
from flux2cli.providers.fal import errors
from flux2cli.providers.fal.calls import HOSTS, call
from flux2cli.providers.fal.calls import trusts as trusts
from flux2cli.providers.fal.calls import url_at as url_at
from flux2cli.providers.fal.info import INFO as INFO
from flux2cli.providers.fal.price_queries import price_queries as price_queries
from flux2cli.providers.fal.price_queries import stated_prices as stated_prices
from flux2cli.providers.key_verdict import by_status
from flux2cli.wire import (
    Accepted,
    HistoryEntry,
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
    UploadPlace,
)

UPLOAD_SECONDS = 86400
"""How long fal stores an uploaded reference: a day is enough for any queue."""


def body(
    route: Route,
    values: Values,
    images: list[JsonValue],
    extra: JsonObject,
    target: Target,  # noqa: ARG001 - part of the protocol
) -> JsonObject:
    """The JSON body: given parameters by their wire names. `images` are URLs, in a plan what stands for them."""
    return wire_body.fields(route, values, images, extra)


def submit(endpoint: str, payload: JsonObject, target: Target, query: Mapping[str, str] | None = None) -> HttpRequest:
    """The one request that costs money. It uses a new connection, so that a failure shows whether it was sent."""
    return call(
        "POST",
        url_at(target, "queue", f"/{endpoint}") + (f"?{urlencode(query)}" if query else ""),
        target,
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        headers={"Content-Type": "application/json"},
        fresh=True,
    )


def accepted(response: HttpResponse, endpoint: str, target: Target) -> Accepted | None:
    """The job named in the response to a submit, or None when it names none.

    Follow-up URLs outside fal are replaced by those that the protocol implies, so that no key is sent to another host.
    """
    data = response.json()
    if not isinstance(data, dict) or not _usable_id(data.get("request_id")):
        return None
    request_id = str(data["request_id"])
    follow, warnings = lookup(endpoint, request_id), []
    for name in follow:
        given = data.get(f"{'response' if name == 'result' else name}_url")
        if isinstance(given, str) and trusts(given, target):
            follow[name] = _shorten(given, target)
        elif given is not None:
            warnings.append(f"fal's reply points elsewhere for `{name}`; that address is not followed")
    return Accepted(request_id=request_id, follow=follow, warnings=tuple(warnings))


def _usable_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable() and "/" not in value


def lookup(endpoint: str, request_id: str) -> dict[str, str]:
    """Follow-up references for a request id alone. Only with owner and app of the endpoint, as in fal's clients."""
    parts = endpoint.split("/")
    keep = 3 if parts[0] in ("workflows", "comfy") else 2
    root = f"queue/{'/'.join(parts[:keep])}/requests/{quote(request_id, safe='')}"
    return {"status": f"{root}/status", "result": root, "cancel": f"{root}/cancel"}


def _shorten(url: str, target: Target) -> str:
    """The URL relative to the base, so that it is valid for a later sandbox on another port; other URLs stay whole."""
    for host in HOSTS:
        start = url_at(target, host, "/")
        if url.startswith(start):
            return f"{host}/{url[len(start) :]}"
    return url


def _expand(reference: str, target: Target) -> str:
    host, _, path = reference.partition("/")
    return url_at(target, host, f"/{path}") if host in HOSTS else reference


def unseen(response: HttpResponse) -> bool:
    """Whether an error response to a submit proves that the queue did not see it: a 503 without a request id."""
    return response.status == 503 and "x-fal-request-id" not in response.headers


def named_request(response: HttpResponse) -> str | None:
    """The request id in an error response to a submit; such a job may exist and has to be looked up."""
    value = response.headers.get("x-fal-request-id")
    return value if _usable_id(value) else None


def poll(follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:
    """Requests the job's status."""
    return call("GET", _expand(follow["status"], target) + ("?logs=1" if logs else ""), target)


def stream(follow: Mapping[str, str], target: Target) -> HttpRequest | None:
    """Opens the stream of status objects, one per event, which closes after COMPLETED."""
    url = _expand(follow["status"], target)
    return call("GET", f"{url}/stream?logs=1", target, headers={"Accept": "text/event-stream"})


def polled(response: HttpResponse) -> Status | None:
    """The job's status, None when the response has none. fal sends 202 while the job waits or runs, then 200."""
    data = response.json()
    if response.status not in (200, 202) or not isinstance(data, dict):
        return None
    return status_of(data)


def status_of(data: JsonObject) -> Status | None:
    """One status object, from a poll or from the event stream."""
    logs = _logs(data.get("logs"))
    match data.get("status"):
        case "IN_QUEUE":
            position = data.get("queue_position")
            return Status(state="queued", position=position if isinstance(position, int) else None, logs=logs)
        case "IN_PROGRESS":
            return Status(state="running", logs=logs)
        case "COMPLETED" if data.get("error") or data.get("error_type"):
            return Status(state="failed", logs=logs, problem=errors.failed(data))
        case "COMPLETED":
            return Status(state="done", logs=logs)
        case _:
            return None


def _logs(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    return tuple(str(item["message"]) for item in items if isinstance(item, dict) and "message" in item)


def result(follow: Mapping[str, str], target: Target) -> HttpRequest:
    """Fetches the result, or the error that the job ended with."""
    return call("GET", _expand(follow["result"], target), target)


def cancel(follow: Mapping[str, str], target: Target) -> HttpRequest | None:
    """Requests cancellation. fal may finish and bill work that has begun."""
    return call("PUT", _expand(follow["cancel"], target), target)


def too_late(response: HttpResponse) -> bool:
    """Whether the job had ended before it could be cancelled."""
    data = response.json()
    return isinstance(data, dict) and data.get("status") == "ALREADY_COMPLETED"


def history(endpoint: str, since: str, target: Target) -> HttpRequest | None:
    """Requests the last hundred requests to an endpoint, with their bodies. An ordinary API key suffices."""
    asked = urlencode({"endpoint_id": endpoint, "start": since, "expand": "payloads", "limit": 100})
    return call("GET", url_at(target, "api", f"/v1/models/requests/by-endpoint?{asked}"), target)


def listed(response: HttpResponse) -> tuple[HistoryEntry, ...] | None:
    """The requests in a history response, None when it is not one."""
    data = response.json()
    items = data.get("items") if isinstance(data, dict) else None
    if response.status != 200 or not isinstance(items, list):
        return None
    return tuple(
        HistoryEntry(request_id=item["request_id"], sent_at=str(item.get("sent_at")), body=item["json_input"])
        for item in items
        if isinstance(item, dict) and _usable_id(item.get("request_id")) and isinstance(item.get("json_input"), dict)
    )


def outputs(response: HttpResponse) -> Result | None:
    """The finished job's images, or None when the response has no `images`. Requires only `images[].url`."""
    data = response.json()
    listed = data.get("images") if isinstance(data, dict) else None
    if response.status != 200 or not isinstance(data, dict) or not isinstance(listed, list):
        return None
    flags = data.get("has_nsfw_concepts")
    images = []
    for index, item in enumerate(listed):
        if isinstance(item, dict) and isinstance(item.get("url"), str):
            flag = flags[index] if isinstance(flags, list) and index < len(flags) else None
            images.append(_image(item, flag))
    seed, prompt, timings = data.get("seed"), data.get("prompt"), data.get("timings")
    return Result(
        images=tuple(images),
        seed=stated_seed(seed),
        prompt=prompt if isinstance(prompt, str) and prompt else None,
        timings=timings if isinstance(timings, dict) else {},
        billable_units=response.headers.get("x-fal-billable-units"),
    )


def _image(item: JsonObject, flag: object) -> RemoteImage:
    width, height, kind = item.get("width"), item.get("height"), item.get("content_type")
    return RemoteImage(
        url=str(item["url"]),
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
        media_type=kind if isinstance(kind, str) else None,
        nsfw=flag if isinstance(flag, bool) else None,
    )


def upload(name: str, media_type: str, target: Target) -> HttpRequest:
    """Requests an upload URL for a file, which fal deletes after a day. The only upload request with the key."""
    return call(
        "POST",
        url_at(target, "rest", "/storage/upload/initiate?storage_type=fal-cdn-v3"),
        target,
        body=json.dumps({"content_type": media_type, "file_name": name}).encode(),
        headers={
            "Content-Type": "application/json",
            "X-Fal-Object-Lifecycle": json.dumps({"expiration_duration_seconds": UPLOAD_SECONDS}),
        },
    )


def uploaded(response: HttpResponse, target: Target) -> UploadPlace | None:
    """The upload URL in the response; None when it has none that is safe to use."""
    data = response.json()
    if not isinstance(data, dict):
        return None
    put_url, file_url = data.get("upload_url"), data.get("file_url")
    if not isinstance(put_url, str) or not isinstance(file_url, str):
        return None
    own = target.base is not None and put_url.startswith(target.base + "/")
    return UploadPlace(put_url=put_url, file_url=file_url) if own or put_url.startswith("https://") else None


def put(place: UploadPlace, media_type: str, data: bytes) -> HttpRequest:
    """Sends the file's bytes, without the key."""
    return HttpRequest(method="PUT", url=place.put_url, headers={"Content-Type": media_type}, body=data)


def check_key(target: Target) -> HttpRequest:
    """Requests the price of a model: https://fal.ai/docs/platform-apis/v1/models/pricing."""
    return call("GET", url_at(target, "api", "/v1/models/pricing?endpoint_id=fal-ai/flux-2"), target)


def key_verdict(response: HttpResponse) -> KeyVerdict:
    """The verdict by the response's status."""
    return by_status(response)


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response reports."""
    return errors.explain(response)
