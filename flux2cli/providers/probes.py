"""One free request per provider that tells whether a key is accepted, and what its reply means. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from flux2cli.providers.bfl import api as bfl
from flux2cli.providers.fal import api as fal
from flux2cli.providers.vtrix import api as vtrix
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse, Target

_CREDITS_PER_DOLLAR = 100
_NOBODYS_TASK = "flux2-doctor"
_AUTH = {"fal": ("Authorization", "Key"), "vtrix": ("Authorization", "Bearer"), "bfl": ("x-key", "")}
_ADDRESS: Mapping[str, Callable[[Target], str]] = {
    # The price of a model: https://fal.ai/docs/platform-apis/v1/models/pricing
    "fal": lambda target: fal.url(target, "api", "/v1/models/pricing?endpoint_id=fal-ai/flux-2"),
    # A task that there is not: 404 with a key that is accepted, 401 with one that is not.
    "vtrix": lambda target: vtrix.url(target, f"model/v1/generation/task/{_NOBODYS_TASK}"),
    "bfl": lambda target: bfl.url(target, "v1/credits"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the provider takes the key; `undecided` when its reply does not say, `unreached` without one."""

    kind: Literal["accepted", "rejected", "undecided", "unreached"]
    detail: str = ""


def address(provider: str, target: Target) -> str:
    """Where the question goes."""
    return _ADDRESS[provider](target)


def probe(provider: str, target: Target) -> HttpRequest:
    """The request. It makes nothing and costs nothing."""
    auth = None if target.key is None else (*_AUTH[provider], target.key)
    return HttpRequest(method="GET", url=address(provider, target), headers={"Accept": "application/json"}, auth=auth)


def verdict(provider: str, answer: HttpResponse | HttpFailure) -> Verdict:
    """What the answer says about the key."""
    if isinstance(answer, HttpFailure):
        return Verdict(kind="unreached", detail=answer.message)
    if answer.status in (402, 403) and b"balance" in answer.body.lower():
        return Verdict(kind="accepted", detail="no balance left")
    if answer.status in (401, 403):
        return Verdict(kind="rejected")
    if answer.status == 200:
        return Verdict(kind="accepted", detail=_credits(answer) if provider == "bfl" else "")
    if provider == "vtrix" and answer.status == 404:
        return Verdict(kind="accepted")
    return Verdict(kind="undecided", detail=f"HTTP {answer.status}")


def _credits(reply: HttpResponse) -> str:
    data = reply.json()
    left = data.get("credits") if isinstance(data, dict) else None
    if isinstance(left, bool) or not isinstance(left, int | float):
        return ""
    return f"{left:g} credits left (${left / _CREDITS_PER_DOLLAR:.2f})"
