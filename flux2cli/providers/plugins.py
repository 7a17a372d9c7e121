"""Imports and checks plug-ins: modules outside this package, named by the user, that add providers."""

import re
import sys
from collections.abc import Collection, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from types import ModuleType
from typing import cast, get_args

from flux2cli.catalog import PARAMETERS, VARIANTS, Field, Price, Route
from flux2cli.catalog.model import RouteMode
from flux2cli.errors import UsageError
from flux2cli.providers import registry
from flux2cli.providers.interface import INTERFACE, ProviderInfo, ProviderPackage

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


def load_plugins(modules: Sequence[str], *, origin: str, reserved: Collection[str] = ()) -> list[ProviderPackage]:
    """The providers of these modules. `origin` says which setting names them; `reserved` names cannot be providers'.

    UsageError for a module that cannot be imported, was made for another interface, or has no usable provider.
    """
    found: list[ProviderPackage] = []
    for name in modules:
        try:
            found.append(_checked(_imported(name), reserved, found))
        except _UnusableError as error:
            raise UsageError(
                f"The plug-in `{name}` ({origin}) {error}.", hint=f"update it, or take it out of `plugins` ({origin})"
            ) from None
    return found


class _UnusableError(Exception):
    """A plug-in that cannot be used; the text is a clause that says why."""


def _imported(name: str) -> ModuleType:
    """The module. What it prints goes to stderr: stdout has data only."""
    try:
        with redirect_stdout(sys.stderr):
            return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise _UnusableError("is not installed where flux2 is") from None
        raise _UnusableError(f"needs `{error.name}`, which is not installed where flux2 is") from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything, and no traceback helps its user
        raise _UnusableError(f"cannot be imported: {type(error).__name__}: {str(error) or 'no message'}") from None


def _checked(module: ModuleType, reserved: Collection[str], before: Sequence[ProviderPackage]) -> ProviderPackage:
    version = getattr(module, "INTERFACE", None)
    if version is None:
        raise _UnusableError("is no provider: it has no INTERFACE")
    if version != INTERFACE:
        raise _UnusableError(f"was made for interface {version}, and this version of flux2 has interface {INTERFACE}")
    info = getattr(module, "INFO", None)
    has_loaders = all(callable(getattr(module, name, None)) for name in ("load_routes", "load_api"))
    if not isinstance(info, ProviderInfo) or not has_loaders:
        raise _UnusableError("is no provider: INFO, load_routes() or load_api() is missing")
    package = cast("ProviderPackage", module)
    _check_info(info, reserved, [*registry.infos(), *(other.INFO for other in before)])
    _check_routes(package)
    return package


def _check_info(info: ProviderInfo, reserved: Collection[str], others: Sequence[ProviderInfo]) -> None:
    if not isinstance(info.name, str) or not _NAME.fullmatch(info.name):
        raise _UnusableError(f"calls its provider `{info.name}`: a name has a-z, 0-9 and `_` and starts with a letter")
    if info.name in [other.name for other in others]:
        raise _UnusableError(f"calls its provider `{info.name}`, and there is one of that name")
    if info.name in reserved:
        raise _UnusableError(f"calls its provider `{info.name}`, which is the name of a setting")
    if not _is_texts(info.key_hosts):
        raise _UnusableError("has INFO whose `key_hosts` is no tuple of texts")
    if not isinstance(info.key_variables, tuple) or not all(map(_is_texts, info.key_variables)):
        raise _UnusableError("has INFO whose `key_variables` is no tuple of tuples")
    own = {variable for names in info.key_variables for variable in names}
    for other in others:
        if taken := own & {variable for names in other.key_variables for variable in names}:
            raise _UnusableError(f"asks for {min(taken)}, the key of {other.name}; a plug-in gets its own key only")
    if not info.key_variables or not all(info.key_variables):
        raise _UnusableError("names no variable for its key")


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(text, str) for text in value)


def _check_routes(package: ProviderPackage) -> None:
    try:
        routes = tuple(package.load_routes())
    except Exception as error:  # noqa: BLE001 - as above
        raise _UnusableError(f"cannot list its routes: {type(error).__name__}: {error}") from None
    for route in routes:
        if not isinstance(route, Route) or route.provider != package.INFO.name:
            raise _UnusableError(f"has a route that is not of its provider `{package.INFO.name}`")
        if route.variant not in VARIANTS:
            raise _UnusableError(f"has a route for `{route.variant}`, and flux2 knows no such variant")
        if strange := [name for name in (*route.fields, *route.selectors) if name not in PARAMETERS]:
            raise _UnusableError(f"has a route with `{strange[0]}`, and flux2 knows no such parameter")
        if route.mode not in get_args(RouteMode):
            raise _UnusableError(
                f"has a route of mode `{route.mode}`, which is none of {', '.join(get_args(RouteMode))}"
            )
        if wrong := [name for name, field in route.fields.items() if not isinstance(field, Field)]:
            raise _UnusableError(f"has a route whose `{wrong[0]}` is no Field")
        if not isinstance(route.price, Price | None):
            raise _UnusableError(f"has a route `{route.endpoint}` whose price is no Price")
    if not routes or len({route.endpoint for route in routes}) != len(routes):
        raise _UnusableError("has no routes, or two with the same endpoint")
