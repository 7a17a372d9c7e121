"""Chooses the route of a request by variant, provider, mode, and the parameters that select among models."""

from collections.abc import Mapping, Sequence
from functools import cache

from flux2cli.catalog import PARAMETERS, Mode, Route
from flux2cli.catalog.model import Values
from flux2cli.core.request.messages import flag_of, suggest_provider
from flux2cli.errors import UsageError
from flux2cli.providers import registry

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def choose_route(variant: str, provider: str, mode: Mode, given: Values | None = None) -> Route:
    """The route for these parameters, of which only selecting ones count. `given` is keyed by parameter names.

    UsageError, which lists the existing routes, when there is none.
    """
    check_provider(provider)
    here = _here(registry.routes(), variant, provider, mode)
    if not here:
        raise _not_here(variant, provider, mode)
    asked = selectors_in(given or {})
    matching = [r for r in here if all(r.selectors.get(name, False) == value for name, value in asked.items())]
    # A switch that was not given is off; among sizes of a model, the first in the catalogue is the default.
    plain = [r for r in matching if all(not r.selectors.get(name) for name in _switches() if name not in asked)]
    if plain:
        return plain[0]
    raise _no_such(variant, provider, mode, asked, here)


def check_provider(name: str) -> None:
    """UsageError for a provider that does not exist."""
    if name not in registry.names():
        raise UsageError(f"There is no provider `{name}`.", hint=suggest_provider(name), about="provider")


@cache
def _here(routes: tuple[Route, ...], variant: str, provider: str, mode: Mode) -> tuple[Route, ...]:
    return tuple(r for r in routes if r.variant == variant and r.provider == provider and r.serves(mode))


def selectors_in(given: Values) -> dict[str, str | bool]:
    """The selecting parameters among the given ones, with their values; a LoRA selects by its presence."""
    found: dict[str, str | bool] = {}
    for name, value in given.items():
        parameter = PARAMETERS.get(name)
        if parameter is None or value is None:
            continue
        if parameter.kind == "loras":
            found["lora"] = bool(value)
        elif parameter.selects:
            found[name] = _switch(name, value) if parameter.kind == "boolean" else str(value).strip()
    return found


def _switch(name: str, value: object) -> bool:
    text = str(value).strip().lower()
    if text in (*_YES, *_NO):
        return text in _YES
    raise UsageError(f"`{name}` is `{value}`, which is neither true nor false.", hint="give true or false")


@cache
def _switches() -> tuple[str, ...]:
    return ("lora", *(p.name for p in PARAMETERS.values() if p.selects and p.kind == "boolean"))


def _not_here(variant: str, provider: str, mode: Mode) -> UsageError:
    elsewhere = sorted({r.provider for r in registry.routes() if r.variant == variant and r.serves(mode)})
    what = "outpaint" if mode == "outpaint" else variant
    if elsewhere:
        task = " for edits" if mode == "edit" else ""
        return UsageError(
            f"`{what}` is not available at `{provider}`{task}.", hint=f"it is at: {', '.join(elsewhere)} (--provider)"
        )
    others = dict.fromkeys(r.variant for r in registry.routes() if r.serves(mode))
    return UsageError(f"`{variant}` does not take reference images.", hint=f"these do: {', '.join(others)}")


def _no_such(
    variant: str, provider: str, mode: Mode, asked: Mapping[str, str | bool], here: Sequence[Route]
) -> UsageError:
    words = " ".join(_shown(asked)) or "without a choice"
    combinations = dict.fromkeys(" ".join(_shown(r.selectors)) or f"plain {variant}" for r in here)
    elsewhere = {
        r.provider
        for r in registry.routes()
        if r.variant == variant and r.serves(mode) and all(r.selectors.get(n, False) == v for n, v in asked.items())
    }
    other = f"; `{words}` is at: {', '.join(sorted(elsewhere))} (--provider)" if elsewhere else ""
    return UsageError(
        f"There is no `{variant} {words}` at `{provider}`.",
        hint=f"at {provider} there is: {'; '.join(combinations)}{other}",
    )


def _shown(selectors: Mapping[str, str | bool]) -> list[str]:
    """Selecting parameters as flags."""
    return [flag_of(n) if v is True else f"{flag_of(n)} {v}" for n, v in selectors.items() if v is not False]


def takers(name: str, mode: Mode) -> list[str]:
    """`COMMAND on PROVIDER`, without duplicates, for every route of this mode that takes a parameter."""
    found = []
    for route in registry.routes():
        takes = name in route.fields or name in route.selectors
        # An edit is one more flag on a text command, so a text route that takes the parameter is worth naming, too.
        near = route.serves(mode) or (mode == "edit" and route.serves("text"))
        if takes and near:
            found.append(f"{route.command}{_needed(route)} on {route.provider}")
    return list(dict.fromkeys(found))


def _needed(route: Route) -> str:
    return " --base" if route.selectors.get("base") else ""
