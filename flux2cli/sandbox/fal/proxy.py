"""A front for clients that can only be given a proxy's address: the real target comes in `x-fal-target-url`."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from flux2cli.sandbox.http import Answer, Incoming, Rule, as_json, rule
from flux2cli.sandbox.state import Site

_HOSTS = {"queue.fal.run": "/queue", "fal.run": "/run", "rest.fal.ai": "/rest", "api.fal.ai": "/api"}


def rules(others: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rule for `/proxy`, which passes requests on to the other rules."""

    def forward(site: Site, ask: Incoming) -> Answer:
        target = urlsplit(ask.headers.get("x-fal-target-url", ""))
        prefix = _HOSTS.get(target.hostname or "")
        path = f"{prefix}{unquote(target.path)}"
        query = {name: tuple(values) for name, values in parse_qs(target.query, keep_blank_values=True).items()}
        for other in others if prefix else ():
            found = other.pattern.fullmatch(path) if other.method == ask.method else None
            if found:
                parts = {name: value for name, value in found.groupdict().items() if value is not None}
                return other.handle(site, replace(ask, path=path, query=query, parts=parts))
        return as_json({"detail": "x-fal-target-url names nothing that the sandbox serves"}, 404)

    return (rule("fal.proxy", "*", r"/proxy", forward),)
