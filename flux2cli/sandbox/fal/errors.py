"""Refusals of fal: keys, balance, limits, and inputs that the schema does not allow, with a list of details."""

from collections.abc import Mapping

from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.http import ServerRequest, ServerResponse, html_response, json_response
from flux2cli.sandbox.state import SandboxState

ErrorDetail = dict[str, object]
"""An entry of fal's `detail` list: `loc` in the request, `msg`, `type`, the rejected `input`."""

APP_TOKEN = "sandbox-app-token"  # noqa: S105 - not a secret: the emulated apps accept it from every client
"""What a browser may send as `fal_jwt_token` in place of a key (official JavaScript client, its streams)."""

_NO_USER = "No user found for Key ID and Secret"
_BAD_FORMAT = "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."
_NO_HEADER = "Authorization header is required"
_NO_BALANCE = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
_NOT_BILLED = {"x-fal-billable-units": "0"}


def error_response(status: int, detail: object, headers: Mapping[str, str] | None = None) -> ServerResponse:
    """An error with that HTTP status."""
    return json_response({"detail": detail}, status, headers)


def check_key(state: SandboxState, request: ServerRequest, endpoint: str | None = None) -> ServerResponse | None:
    """401 without an API key, for a malformed one, or for one that the server does not accept; None for a good one.

    The queue and the sync calls name the app of the `endpoint` in it, storage and platform ask for the header (recorded
    from fal.run, queue.fal.run and rest.fal.ai in September 2026). An app takes a token in the query, too.
    """
    if endpoint is not None and request.parameter("fal_jwt_token") == APP_TOKEN:
        return None
    header = request.headers.get("authorization")
    if header is None and endpoint is not None:
        return error_response(
            401,
            f'Cannot access application "{app_of(endpoint)}". Authentication is required.',
        )
    if header is None:
        return error_response(401, _NO_HEADER)
    scheme, _, key = header.strip().partition(" ")
    if scheme != "Key" or not key.strip():
        return error_response(401, _BAD_FORMAT)
    if state.keys is not None and key.strip() not in state.keys:
        return error_response(401, _NO_USER)
    return None


def check_account(state: SandboxState, request: ServerRequest, endpoint: str | None = None) -> ServerResponse | None:
    """A refusal of the key, or 403 for an account without balance, which fal locks before it looks at an input."""
    return check_key(state, request, endpoint) or (no_balance() if state.balance.is_spent else None)


def app_of(endpoint: str) -> str:
    """Owner and app of an endpoint id: fal drops the rest in the URLs of a job."""
    return "/".join(endpoint.split("/")[:2])


def record_leaked_key(state: SandboxState, request: ServerRequest) -> bool:
    """Whether the request has an API key although it needs none, and remember its path; tokens are no API keys."""
    has_key = request.headers.get("authorization", "").startswith("Key")
    if has_key:
        state.leaks.append(request.path)
    return has_key


def invalid_input(details: list[ErrorDetail]) -> ServerResponse:
    """422: the schema does not allow the input. It is not billed."""
    return error_response(422, details, _NOT_BILLED)


def missing_field(loc: list[object], given: object) -> ErrorDetail:
    """A required field that the input does not have."""
    return {"loc": loc, "msg": "Field required", "type": "missing", "input": given}


def model_error(
    loc: list[object], text: str, kind: str, given: object, ctx: Mapping[str, object] | None = None
) -> ErrorDetail:
    """An error that a model finds in its input, with a link to fal's documentation of this type."""
    return {
        "loc": loc,
        "msg": text,
        "type": kind,
        "ctx": dict(ctx or {}),
        "input": given,
        "url": f"https://docs.fal.ai/errors#{kind}",
    }


def no_balance() -> ServerResponse:
    """403: the account has no balance."""
    return error_response(403, _NO_BALANCE)


def no_app(endpoint: str) -> ServerResponse:
    """404: there is no such owner or app (recorded: the app's name in quotes)."""
    return error_response(404, f'Application "{app_of(endpoint).rpartition("/")[2]}" not found', _NOT_BILLED)


def no_path(endpoint: str) -> str:
    """The text about a path below an app that the app does not have (recorded three times from results)."""
    return f"Path /{endpoint.removeprefix(app_of(endpoint)).lstrip('/')} not found"


def no_job() -> ServerResponse:
    """404: there is no job with this id."""
    return json_response({"status": "NOT_FOUND"}, 404)


def server_error(headers: Mapping[str, str] | None = None) -> ServerResponse:
    """500: the server failed."""
    return error_response(500, "Internal Server Error", headers)


def fault_response(fault: Fault | None) -> ServerResponse | None:
    """The refusal that a fault puts in place of a new job; None for other faults."""
    match fault.kind.name if fault else None:
        case "401":
            return error_response(401, _NO_USER)
        case "403-balance":
            return no_balance()
        case "422":
            return invalid_input([missing_field(["body", "prompt"], {})])
        case "429":
            wait = fault.argument if fault else None
            return error_response(429, "Too many requests", {} if wait is None else {"Retry-After": f"{wait:g}"})
        case "500":
            return server_error()
        case "502":
            return html_response("502 Bad Gateway", 502)
        case "503":
            return error_response(503, "Service Unavailable")
    return None
