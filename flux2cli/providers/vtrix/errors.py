"""Translates Vtrix' error responses and failed tasks into problems. Codes from its API pages; the shapes vary."""

from collections.abc import Mapping

from flux2cli.providers.error_text import sentence, words
from flux2cli.wire import HttpResponse, JsonObject, Problem

ENDED_BADLY = ("failed", "error", "canceled", "cancelled")
"""Statuses of a task that ended without an image."""

_MODERATED = ("moderat", "content_policy", "sensitive", "nsfw")
_KEY_HINT = "check it with `flux2 keys list`; a new one comes from https://vtrix.ai/settings?tab=api-keys"
_SHAPE_HINT = (
    "if it is the shape of the request: `flux2 config set vtrix.body flat` takes the other one, "
    "and `wrapped` goes back; nothing was sent twice"
)


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response or a failed task reports."""
    data = response.json()
    if response.status == 200 and isinstance(data, Mapping):
        if str(data.get("status")).lower() in ENDED_BADLY or data.get("error"):
            return failed(data)
        return Problem(code="provider_failed", message="Vtrix' reply names no image.", transient=True)
    is_own = isinstance(data, Mapping) and bool(data.get("error"))
    return _by_status(response.status, error_text(data), is_own=is_own)


def failed(task: JsonObject) -> Problem:
    """The problem that a failed task reports."""
    if str(task.get("status")).lower() in ("canceled", "cancelled"):
        return Problem(code="cancelled", message=sentence("The job was cancelled", error_text(task)), final=True)
    error = task.get("error")
    code = str(error.get("code") or "") if isinstance(error, Mapping) else ""
    text = error_text(task)
    if any(word in f"{code} {text}".lower() for word in _MODERATED):
        return Problem(
            code="moderated",
            message=sentence("Vtrix' moderation refused this", text or code),
            hint="change the prompt or the reference images, or permit more with --safety-tolerance",
            final=True,
        )
    shown = f"{text} ({code})" if text and code else text or code
    return Problem(
        code="provider_failed",
        message=sentence("Vtrix failed the job", shown),
        hint="the job cannot be continued; run the command again to submit a new one",
        final=True,
    )


def error_text(data: object) -> str | None:
    """The error text of a response: in `error` (text or object), `message`, `status` (as an object) or `detail`."""
    if not isinstance(data, Mapping):
        return None
    status = data.get("status")
    places = (data.get("error"), data.get("message"), status if isinstance(status, Mapping) else None,
              data.get("detail"))  # fmt: skip
    return next((text for text in map(words, places) if text), None)


def _by_status(status: int, text: str | None, *, is_own: bool) -> Problem:
    """`is_own`: the response has the `error` that all of Vtrix' own have; a proxy's JSON has none."""
    match status:
        case 401:
            return Problem(code="auth", message=sentence("Vtrix rejected the key", text), hint=_KEY_HINT)
        case 402:
            return Problem(code="balance", message=sentence("Vtrix refused the job for lack of credits", text),
                           hint="add credits at https://vtrix.ai")  # fmt: skip
        case 403:
            return Problem(
                code="balance",
                message=sentence("Vtrix refused this key: its balance is too low, or it has no permission", text),
                hint="look at credits and permissions at https://vtrix.ai",
            )
        case 404 | 410:
            message = sentence(f"Vtrix answers {status}: it does not know this", text)
            return Problem(code="missing", message=message, final=is_own)
        case 429:
            return Problem(code="rate_limited", message=sentence("Vtrix takes no more requests for now", text),
                           transient=True)  # fmt: skip
    if status >= 500 or status == 408:
        return Problem(code="provider_failed", message=sentence(f"Vtrix answers {status}", text), transient=True)
    if 300 <= status < 400:
        return Problem(code="provider_failed", message=f"Vtrix answers {status}, a redirect, which is not followed.",
                       hint="check FLUX2_VTRIX_URL and the proxy settings: `flux2 config show`")  # fmt: skip
    if status >= 400:
        hint = _SHAPE_HINT if status in (400, 422) else None
        return Problem(code="usage", message=sentence(f"Vtrix refused the request with {status}", text), hint=hint,
                       final=is_own)  # fmt: skip
    return Problem(code="provider_failed", message=f"Vtrix' reply ({status}) cannot be read.", transient=True)
