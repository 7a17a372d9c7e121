"""Translates fal's error responses into problems: model errors (`detail` is a list), request errors (text), others.

Types and texts from https://fal.ai/docs/errors; the balance and key texts as seen in many public projects.
"""

import re
from collections.abc import Mapping

from flux2cli.providers.error_text import sentence
from flux2cli.wire import HttpResponse, JsonObject, Problem

_MODERATED = ("content_policy_violation",)
_SERVER_TYPES = ("internal_server_error", "generation_timeout", "downstream_service_error",
                 "downstream_service_unavailable", "no_media_generated")  # fmt: skip
_UNKNOWN = {"status": "NOT_FOUND"}
"""The status of a request that fal does not know."""
_NO_SUCH_PATH = re.compile(r"Path \S+ not found")
_RUNNER_HINT = "the job cannot be continued; run the command again to submit a new one"
_HINTS = {
    "image_load_error": "fal could not read a reference image: check that the address opens without a login",
    "file_download_error": "fal could not download a reference image: the address must open without headers or a login",
    "image_too_small": "use a larger reference image",
    "image_too_large": "use a smaller reference image or --size",
    "file_too_large": "use a smaller reference image",
    "unsupported_image_format": "use a PNG, JPEG or WebP reference",
}


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response to a submit, a poll or a result request reports."""
    data = response.json()
    detail = data.get("detail") if isinstance(data, dict) else None
    kind = data.get("error_type") if isinstance(data, dict) else None
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        return _model_error(response.status, detail[0])
    text = detail if isinstance(detail, str) and detail else _platform_text(data)
    if text and response.status in (200, 404) and _NO_SUCH_PATH.match(text):
        # The queue takes any path with 200, and the job fails at the result: a renamed endpoint looks like this.
        message = sentence("fal does not know this endpoint", text)
        return Problem(code="usage", message=message, hint="it may have a new name: update flux2", final=True)
    if text and response.status == 200:
        return Problem(code="provider_failed", message=sentence("fal failed the job", text), final=True)
    kind = kind or response.headers.get("x-fal-error-type")
    is_own = bool(text or kind) or data == _UNKNOWN
    return _request_error(response.status, text, str(kind) if kind else None, is_own=is_own)


def _platform_text(data: object) -> str | None:
    """The text of an error of fal's platform API, `{"error": {"type", "message"}}`; None for other data."""
    error = data.get("error") if isinstance(data, Mapping) else None
    text = error.get("message") if isinstance(error, Mapping) else None
    return text if isinstance(text, str) and text else None


def failed(status: JsonObject) -> Problem:
    """The problem that a COMPLETED status with an error reports; the result's response says more and comes first."""
    error, kind = status.get("error"), status.get("error_type")
    text = error if isinstance(error, str) and error else None
    return Problem(code="provider_failed", message=sentence("fal failed the job", text or str(kind)), final=True)


def _model_error(status: int, item: JsonObject) -> Problem:
    kind, text, where = str(item.get("type") or ""), str(item.get("msg") or ""), _where(item.get("loc"))
    if kind in _MODERATED:
        return Problem(
            code="moderated",
            message=sentence(f"fal's moderation refused {where or 'this'}", _with_reason(text, item.get("ctx"))),
            hint="change the prompt or the reference images; the same request is refused again",
            final=True,
        )
    if kind in _SERVER_TYPES or status >= 500:
        return Problem(code="provider_failed", message=sentence("fal failed the job", text or kind),
                       hint=_RUNNER_HINT, final=True)  # fmt: skip
    message = sentence(f"fal refused {where}" if where else "fal refused the request", text or kind)
    return Problem(code="usage", message=message, hint=_HINTS.get(kind), final=True)


def _with_reason(text: str, ctx: object) -> str:
    """A moderation's text with the reason that `ctx.extra_info` gives, if there is one."""
    extra = ctx.get("extra_info") if isinstance(ctx, Mapping) else None
    reason = extra.get("reason") if isinstance(extra, Mapping) else None
    return f"{text} ({reason})" if isinstance(reason, str) and reason else text


def _where(loc: object) -> str:
    parts = [str(p) for p in loc if p != "body"] if isinstance(loc, list) else []
    return f"`{'.'.join(parts)}`" if parts else ""


def _request_error(status: int, text: str | None, kind: str | None, *, is_own: bool) -> Problem:
    """`is_own`: the response has the shape of fal's own errors; a proxy's JSON has not, and says nothing of the job."""
    lowered = (text or "").lower()
    if "no user found" in lowered or "invalid key" in lowered or status == 401:
        return Problem(
            code="auth",
            message=sentence("fal rejected the key", text),
            hint="check it with `flux2 keys list`; a new one comes from https://fal.ai/dashboard/keys",
        )
    if status == 402 or (status == 403 and ("exhausted balance" in lowered or "locked" in lowered)):
        return Problem(
            code="balance",
            message=sentence("fal refused the job for lack of balance", text),
            hint="top up at https://fal.ai/dashboard/billing",
        )
    if status == 403:
        return Problem(code="auth", message=sentence("fal does not allow this key to do that", text),
                       hint="check the key's scope at https://fal.ai/dashboard/keys")  # fmt: skip
    if status == 429:
        return Problem(
            code="rate_limited", message=sentence("fal takes no more requests for now", text), transient=True
        )
    if status == 499:
        return Problem(code="cancelled", message="The job was cancelled.", final=is_own)
    if status == 400 and "in progress" in lowered:
        return Problem(code="running", message="The job is still running.", transient=True)
    if status in (404, 410):
        message = sentence(f"fal answers {status}: it does not know this", text)
        return Problem(code="missing", message=message, final=is_own)
    return _other(status, text, kind, is_own=is_own)


def _other(status: int, text: str | None, kind: str | None, *, is_own: bool) -> Problem:
    if status >= 500 or status == 408:
        return Problem(
            code="provider_failed",
            message=sentence(f"fal answers {status}", text or kind),
            hint=_RUNNER_HINT,
            transient=kind is None,
            final=kind is not None,
        )
    if 300 <= status < 400:
        return Problem(code="provider_failed", message=f"fal answers {status}, a redirect, which is not followed.",
                       hint="check FLUX2_FAL_URL and the proxy settings: `flux2 config show`")  # fmt: skip
    if status >= 400:
        return Problem(
            code="usage",
            message=sentence(f"fal refused the request with {status}", text or kind),
            final=is_own,
        )
    return Problem(code="provider_failed", message=f"fal's reply ({status}) cannot be read.", transient=True)
