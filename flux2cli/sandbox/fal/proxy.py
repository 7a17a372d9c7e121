"""A proxy as fal's browser client calls it: one URL for all requests, the target in the header `x-fal-target-url`."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from flux2cli.sandbox.emulator import Handler, Rule
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.state import SandboxState

_PREFIXES = {"queue.fal.run": "/queue", "fal.run": "/run", "rest.fal.ai": "/rest", "api.fal.ai": "/api"}


def forward_to(rules: Sequence[Rule]) -> Handler:
    """The handler that passes a request on to the rule for its target."""

    def forward(state: SandboxState, request: ServerRequest) -> ServerResponse:
        target = urlsplit(request.headers.get("x-fal-target-url", ""))
        prefix = _PREFIXES.get(target.hostname or "")
        path = f"{prefix}{unquote(target.path)}"
        query = {name: tuple(values) for name, values in parse_qs(target.query, keep_blank_values=True).items()}
        for rule in rules if prefix else ():
            found = rule.pattern.fullmatch(path) if rule.method == request.method else None
            if found:
                parts = {name: value for name, value in found.groupdict().items() if value is not None}
                return rule.handle(state, replace(request, path=path, query=query, parts=parts))
        return json_response({"detail": "x-fal-target-url names nothing that the sandbox serves"}, 404)

    return forward
