"""Black Forest Labs' API on the wire: builds requests from values and parses responses into values. No I/O.

Protocol: https://api.bfl.ai/openapi.json and https://docs.bfl.ai.
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.catalog.seed import stated_seed
from flux2cli.providers import body as wire_body
from flux2cli.providers.bfl import errors
from flux2cli.providers.bfl.calls import call
from flux2cli.providers.bfl.calls import trusts as trusts
from flux2cli.providers.bfl.calls import url_at as url_at
from flux2cli.providers.bfl.credits import CREDITS_PER_DOLLAR, dollars
from flux2cli.providers.bfl.info import INFO as INFO
from flux2cli.providers.bfl.price_queries import price_queries as price_queries
from flux2cli.providers.bfl.price_queries import stated_prices as stated_prices
from flux2cli.providers.key_verdict import by_status
from flux2cli.providers.unsupported import cancel as cancel
from flux2cli.providers.unsupported import history as history
from flux2cli.providers.unsupported import listed as listed
from flux2cli.providers.unsupported import put as put
from flux2cli.providers.unsupported import stream as stream
from flux2cli.providers.unsupported import too_late as too_late
from flux2cli.providers.unsupported import upload as upload
from flux2cli.providers.unsupported import uploaded as uploaded
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


def body(
    route: Route,
    values: Values,
    images: list[JsonValue],
    extra: JsonObject,
    target: Target,  # noqa: ARG001 - part of the protocol
) -> JsonObject:
    """The JSON body, without a wrapper: given parameters only, images in numbered fields."""
    return wire_body.fields(route, values, images, extra)


def submit(
    endpoint: str,
    payload: JsonObject,
    target: Target,
    query: Mapping[str, str] | None = None,  # noqa: ARG001 - BFL takes none
) -> HttpRequest:
    """The one request that costs money."""
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return call("POST", url_at(target, f"v1/{endpoint}"), target, content)


def accepted(response: HttpResponse, endpoint: str, target: Target) -> Accepted | None:
    """The job named in the response to a submit, with its cost; None when it names none.

    A polling URL outside BFL is not followed, since the key would be sent along, and the response to a request with a
    webhook has no polling URL. Both jobs are polled by id, which may miss a job in another region: such a follow-up
    reference is marked as a `guess`, and "not found" proves nothing.
    """
    data = response.json()
    if not isinstance(data, dict) or not _usable_id(data.get("id")):
        return None
    job_id, given = str(data["id"]), data.get("polling_url")
    follow, warnings = lookup(endpoint, job_id), []
    if isinstance(given, str) and trusts(given, target):
        follow = {"status": _shorten(_with_id(given, job_id), target)}
    elif given is not None:
        warnings.append(
            "the reply names a polling address that is not Black Forest Labs' own; it is not followed and gets no key. "
            f"Job {job_id} is looked for at the usual address"
        )
    return Accepted(request_id=job_id, follow=follow, warnings=tuple(warnings), reported_cost=dollars(data.get("cost")))


def _usable_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def lookup(endpoint: str, request_id: str) -> dict[str, str]:  # noqa: ARG001 - part of the protocol
    """Follow-up references for a bare id. The region that runs the job is not known."""
    return {"status": f"v1/get_result?id={quote(request_id, safe='')}", "guess": "region"}


def _with_id(url: str, job_id: str) -> str:
    parts = urlsplit(url)
    if "id" in parse_qs(parts.query):
        return url
    return parts._replace(query=f"{parts.query}&id={quote(job_id, safe='')}".lstrip("&")).geturl()


def _shorten(url: str, target: Target) -> str:
    """The URL relative to the base, so that it is valid for a later sandbox on another port; other URLs stay whole."""
    return url.removeprefix(url_at(target, ""))


def unseen(response: HttpResponse) -> bool:  # noqa: ARG001 - part of the protocol
    """False: an error response proves that no job was made only by its status, which the caller checks."""
    return False


def named_request(response: HttpResponse) -> str | None:  # noqa: ARG001 - part of the protocol
    """None: error responses name no job."""
    return None


def poll(follow: Mapping[str, str], target: Target, *, logs: bool = False) -> HttpRequest:  # noqa: ARG001 - it has no logs
    """Requests the job's status."""
    reference = follow["status"]
    return call("GET", reference if "://" in reference else url_at(target, reference), target)


def polled(response: HttpResponse) -> Status | None:
    """The job's status, None when the response has none. An unknown status counts as running."""
    data = response.json()
    word = errors.status_of(data)
    problem = errors.ended(response)
    if problem is not None:
        return Status(state="failed", problem=problem)
    if response.status != 200 or word is None or word == errors.NOT_FOUND:
        return None
    if word == "ready":
        return Status(state="done")
    return Status(state="queued" if word == "pending" else "running")


def result(follow: Mapping[str, str], target: Target) -> HttpRequest:
    """Requests the status, which holds the result, too; each response has an image URL valid for ten minutes."""
    return poll(follow, target)


def outputs(response: HttpResponse) -> Result | None:
    """The finished job's image, or None when the job is not ready."""
    data = response.json()
    if response.status != 200 or not isinstance(data, dict) or errors.status_of(data) != "ready":
        return None
    made = data.get("result")
    if not isinstance(made, dict) or not isinstance(made.get("sample"), str) or not made["sample"]:
        return Result(images=())
    seed, prompt = made.get("seed"), made.get("prompt")
    timings = {name: made[name] for name in ("start_time", "end_time", "duration") if name in made}
    return Result(
        images=(RemoteImage(url=made["sample"]),),
        seed=stated_seed(seed),
        prompt=prompt if isinstance(prompt, str) and prompt else None,
        timings=timings,
        reported_cost=dollars(data.get("cost")),
    )


def check_key(target: Target) -> HttpRequest:
    """Requests the account's credits."""
    return call("GET", url_at(target, "v1/credits"), target)


def key_verdict(response: HttpResponse) -> KeyVerdict:
    """The verdict by the response's status, with the remaining credits."""
    verdict = by_status(response)
    data = response.json()
    left = data.get("credits") if isinstance(data, dict) else None
    if verdict.kind != "accepted" or isinstance(left, bool) or not isinstance(left, int | float):
        return verdict
    return KeyVerdict(kind="accepted", detail=f"{left:g} credits left (${left / CREDITS_PER_DOLLAR:.2f})")


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response reports."""
    return errors.explain(response)
