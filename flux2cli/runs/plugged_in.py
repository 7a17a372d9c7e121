"""The plug-ins of a run: named by the environment or the user's settings, and registered until the run ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flux2cli.app import App
from flux2cli.edges.plugin_setting import plugins_may_be_set
from flux2cli.errors import UsageError


@contextmanager
def plugged_in(app: App, *, warn: Callable[[str], None] | None = None) -> Iterator[None]:
    """Register the plug-ins that are set, until the block ends.

    UsageError when one cannot be used; with `warn`, which gets the message instead, the run goes on without plug-ins.
    """
    if not plugins_may_be_set(app.environ, app.cwd):
        yield
        return
    from flux2cli.providers import registry
    from flux2cli.providers.plugins import load_plugins

    try:
        modules, origin = app.config.plugins()
        found = load_plugins(modules, origin=origin, reserved=_reserved())
    except UsageError as error:
        if warn is None:
            raise
        warn(error.message)
        found = []
    with registry.plugged_in(found):
        yield


def plugin_problem(value: object, *, origin: str) -> str | None:
    """Why a module that a setting names cannot be used as a plug-in; None without one. Those of this run can be."""
    from flux2cli.providers import registry
    from flux2cli.providers.plugins import load_plugins

    known = [package.__name__ for package in registry.plugins()]
    modules = [name for name in value if name not in known] if isinstance(value, tuple) else []
    try:
        load_plugins(modules, origin=origin, reserved=_reserved())
    except UsageError as error:
        return error.message
    return None


def _reserved() -> set[str]:
    """The first words of the settings' names, which a provider's settings would collide with."""
    from flux2cli.core.settings import all_settings

    return {name.partition(".")[0] for name in all_settings()}
