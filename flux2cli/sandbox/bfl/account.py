"""The account at Black Forest Labs: the credits that are left. 100 credits are a US dollar."""

from flux2cli.sandbox.bfl import errors
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.state import SandboxState

_ENDLESS = 100_000.0


def credits_left(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """The balance in credits; an account without a limit has 100,000."""
    refusal = errors.check_key(state, request)
    if refusal is not None:
        return refusal
    left = state.balance.amount
    return json_response({"credits": _ENDLESS if left is None else float(left * 100)})
