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
    from flux2cli.core.settings import all_settings
    from flux2cli.providers import registry
    from flux2cli.providers.plugins import load_plugins

    try:
        modules, origin = app.config.plugins()
        reserved = {name.partition(".")[0] for name in all_settings()}
        found = load_plugins(modules, origin=origin, reserved=reserved)
    except UsageError as error:
        if warn is None:
            raise
        warn(error.message)
        found = []
    with registry.plugged_in(found):
        yield
