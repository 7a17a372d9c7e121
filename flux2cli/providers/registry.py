"""The registry of providers, in order, with their routes. Imports wire functions at their first use."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from flux2cli.catalog.model import Route
from flux2cli.errors import UsageError
from flux2cli.providers import bfl, fal, vtrix
from flux2cli.providers.provider_info import ProviderInfo

if TYPE_CHECKING:
    from flux2cli.providers.interface import Provider, ProviderPackage

_BUILT_IN: "tuple[ProviderPackage, ...]" = (fal, vtrix, bfl)


_plugins: "list[ProviderPackage]" = []


@contextmanager
def plugged_in(plugins: "Sequence[ProviderPackage]") -> Iterator[None]:
    """Add the providers of plug-ins after the built-in ones, until the block ends."""
    _plugins.extend(plugins)
    _forget()
    try:
        yield
    finally:
        del _plugins[len(_plugins) - len(plugins) :]
        _forget()


def _forget() -> None:
    for cached in (packages, infos, routes):
        cached.cache_clear()


def plugins() -> "tuple[ProviderPackage, ...]":
    """The providers of plug-ins."""
    return tuple(_plugins)


@cache
def packages() -> "Mapping[str, ProviderPackage]":
    """Every provider by name."""
    return {package.INFO.name: package for package in (*_BUILT_IN, *_plugins)}


def names() -> tuple[str, ...]:
    """The providers' names."""
    return tuple(packages())


@cache
def infos() -> tuple[ProviderInfo, ...]:
    """The facts about each provider."""
    return tuple(package.INFO for package in packages().values())


def default() -> str:
    """The provider of requests that name none, unless the settings say otherwise."""
    return _BUILT_IN[0].INFO.name


def info(provider: str) -> ProviderInfo:
    """The facts about a provider; UsageError for an unknown name."""
    return _package(provider).INFO


def provider_named(provider: str) -> "Provider":
    """The wire functions of a provider; UsageError for an unknown name, and for a plug-in that cannot load them."""
    package = _package(provider)
    if package not in _plugins:
        return package.load_api()
    try:
        api = package.load_api()
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and no traceback helps its user
        raise _unusable(package, f"{type(error).__name__}: {error}") from None
    if missing := _missing_functions(api):
        raise _unusable(package, f"its wire functions lack `{missing[0]}`")
    return api


def _unusable(package: "ProviderPackage", why: str) -> UsageError:
    return UsageError(
        f"The plug-in `{package.__name__}` cannot be used: {why}.", hint="update it, or take it out of `plugins`"
    )


def _missing_functions(api: "Provider") -> list[str]:
    from flux2cli.providers.interface import Provider

    names = [name for name in vars(Provider) if not name.startswith("_")]
    return [name for name in names if not callable(getattr(api, name, None))]


def _package(provider: str) -> "ProviderPackage":
    found = packages().get(provider)
    if found is None:
        raise UsageError(
            f"There is no provider `{provider}`.",
            hint=f"known: {', '.join(names())}; the provider of a plug-in is there while `plugins` names its module",
        )
    return found


@cache
def routes() -> tuple[Route, ...]:
    """The routes of all providers, in the order of the catalogue."""
    return tuple(route for package in packages().values() for route in package.load_routes())


def by_endpoint(provider: str, endpoint: str) -> Route | None:
    """The route with this endpoint id at this provider, or None."""
    return next((r for r in routes() if r.provider == provider and r.endpoint == endpoint), None)


def routes_of(variant: str, provider: str | None = None) -> tuple[Route, ...]:
    """The routes of a variant, at one provider or at all of them, in the order of the catalogue."""
    return tuple(r for r in routes() if r.variant == variant and provider in (None, r.provider))
