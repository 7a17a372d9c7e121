"""Translates Black Forest Labs' error responses and failed jobs into problems, by its OpenAPI document and skills."""

from collections.abc import Mapping

from flux2cli.providers.amounts import amount_of
from flux2cli.providers.error_text import sentence, words
from flux2cli.wire import HttpResponse, JsonObject, Problem

NOT_FOUND = "task not found"
"""Also the status of a job of another region, and of any job for a moment after its submit."""

_ENDS = ("Request Moderated", "Content Moderated", "Error", "Failed")
_TITLE = "Black Forest Labs"
_KEY_HINT = "check it with `flux2 keys list`; a new one comes from https://dashboard.bfl.ai"
_BALANCE = ("credit", "balance", "payment")


def status_of(data: object) -> str | None:
    """The status word of a result object in lower case, None when there is none."""
    word = (data.get("status") or data.get("state")) if isinstance(data, Mapping) else None
    return word.lower() if isinstance(word, str) else None


def ended(response: HttpResponse) -> Problem | None:
    """The problem of a job that ended without an image; None for any other status.

    The status of a failed job may come with 422 or 503. A proxy's JSON has a status, too, but none of BFL's words.
    """
    data = response.json()
    word = status_of(data)
    if not isinstance(data, Mapping) or word is None or word.title() not in _ENDS:
        return None
    if response.status != 200 and data.get("status") not in _ENDS:
        return None
    code = _code(data.get("error"))
    text = _said(data)
    if word.endswith("moderated") or code == "content_policy_violation":
        where = "the request" if word == "request moderated" else "the image"
        return Problem(
            code="moderated",
            message=sentence(f"{_TITLE}' moderation refused {where}", _reasons(data) or text),
            hint="change the prompt or the reference images, or permit more with --safety-tolerance",
            final=True,
        )
    if code == "invalid_image":
        return Problem(code="usage", message=sentence(f"{_TITLE} could not use a reference image", text),
                       hint="give a PNG, JPEG or WebP image of at most 20 MB", final=True)  # fmt: skip
    return Problem(
        code="provider_failed",
        message=sentence(f"{_TITLE} failed the job", text or code),
        hint="the job cannot be continued; run the command again to submit a new one",
        final=True,
    )


def _code(error: object) -> str | None:
    """The code of an error, which is an object with a code or, in the skills repository, the code itself."""
    code = error.get("code") if isinstance(error, Mapping) else error
    return code if isinstance(code, str) else None


def _reasons(data: JsonObject) -> str | None:
    details = data.get("details")
    reasons = details.get("Moderation Reasons") if isinstance(details, Mapping) else None
    return ", ".join(str(reason) for reason in reasons) if isinstance(reasons, list) else words(reasons)


def _said(data: object) -> str | None:
    if not isinstance(data, Mapping):
        return None
    places = ("detail", "message", "error", "details", "result")
    return next((text for name in places if (text := words(data.get(name)))), None)


def explain(response: HttpResponse) -> Problem:
    """The problem that an error response or a failed job reports."""
    data = response.json()
    problem = ended(response)
    if problem is not None:
        return problem
    if status_of(data) == NOT_FOUND:
        return Problem(code="missing", message=f"{_TITLE} does not know this job.", final=True)
    if response.status == 200:
        text = words(data.get("errors")) if isinstance(data, Mapping) else None
        message = sentence(f"{_TITLE}' reply names no image", text)
        return Problem(code="provider_failed", message=message, transient=True, final=text is not None)
    return _by_status(response.status, _said(data), data)


def _by_status(status: int, text: str | None, data: object) -> Problem:
    if status == 402 or (status == 403 and any(word in (text or "").lower() for word in _BALANCE)):
        return Problem(code="balance", message=sentence(f"{_TITLE} refused the job for lack of credits", text),
                       hint="buy credits at https://dashboard.bfl.ai; waiting does not help")  # fmt: skip
    if status == 403 and "not authorized for" in (text or "").lower():
        return Problem(code="auth", message=sentence(f"{_TITLE} does not allow this key to do that", text),
                       hint="the account may lack this model: https://dashboard.bfl.ai")  # fmt: skip
    if status in (401, 403):
        return Problem(code="auth", message=sentence(f"{_TITLE} rejected the key", text), hint=_KEY_HINT)
    if status == 429:
        return Problem(
            code="rate_limited",
            message=sentence(f"{_TITLE} takes no more jobs until some are finished", text),
            hint="at most 24 may be unfinished at a time",
            transient=True,
            wait=_wait(data),
        )
    if status in (404, 410):
        message = sentence(f"{_TITLE} answers {status}: it does not know this", text)
        return Problem(code="missing", message=message, final=_is_own(data))
    if status >= 500 or status == 408:
        return Problem(code="provider_failed", message=sentence(f"{_TITLE} answers {status}", text), transient=True)
    if 300 <= status < 400:
        return Problem(code="provider_failed", message=f"{_TITLE} answers {status}, a redirect, which is not followed.",
                       hint="check FLUX2_BFL_URL and the proxy settings: `flux2 config show`")  # fmt: skip
    if status >= 400:
        message = sentence(f"{_TITLE} refused the request with {status}", text)
        return Problem(code="usage", message=message, final=_is_own(data))
    return Problem(code="provider_failed", message=f"{_TITLE}' reply ({status}) cannot be read.", transient=True)


def _is_own(data: object) -> bool:
    """Whether an error has the shape of BFL's own, which have a `detail`; a proxy's JSON, as a rule, has none."""
    return isinstance(data, Mapping) and bool(data.get("detail"))


def _wait(data: object) -> float | None:
    """Seconds that the body of a 429 asks for."""
    value = data.get("retry_after") if isinstance(data, Mapping) else None
    seconds = amount_of(value)
    return None if seconds is None else float(seconds)
