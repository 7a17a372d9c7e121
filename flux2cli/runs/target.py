"""Resolves where a run's requests go (provider, a user's base URL, or sandbox) and the key that is sent along."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.providers import registry
from flux2cli.providers.urls import bound_key
from flux2cli.wire import Secret, Target

SANDBOX_KEY = "sandbox:sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a run sends requests: `url` is the sandbox's base URL, None for providers; `keyless` plans need no key."""

    url: str | None = None
    keyless: bool = False

    DRY_RUN: ClassVar["Destination"]

    @property
    def is_sandbox(self) -> bool:
        """Whether all requests of this run go to the emulator."""
        return self.url is not None


Destination.DRY_RUN = Destination(keyless=True)


@contextmanager
def destination_of(app: App, *, sandbox: bool) -> Iterator[Destination]:
    """The destination of this run. Starts the sandbox inside this process, and stops it at the end."""
    if not sandbox:
        yield Destination()
        return
    from flux2cli.runs.sandbox import faults_from, latency_from, sandbox_server

    with sandbox_server(app, faults=faults_from(app.environ), latency=latency_from(app.environ)) as server:
        yield Destination(url=server.url)


def target_for(app: App, provider: str, destination: Destination) -> tuple[Target, str | None]:
    """Base URL and key for a provider, and a warning about the key store's permissions, or None.

    AuthError when a needed key is missing; UsageError for the sandbox when the provider has no emulator.
    """
    info = registry.info(provider)
    options = {row.name: str(app.config.get(f"{provider}.{row.name}").value) for row in info.settings}
    if destination.url is not None:
        if info.emulator is None:
            raise UsageError(
                f"The sandbox does not emulate `{provider}`.", hint="its plug-in brings no emulator; see --dry-run"
            )
        key = bound_key(info, Secret(SANDBOX_KEY), destination.url)
        return Target(base=destination.url, key=key, options=options), None
    url = app.config.get(f"{provider}.url").value
    base = None if url is None else str(url)
    if destination.keyless:
        return Target(base=base, options=options), None
    found = app.keys.find(provider)
    if found is None:
        raise app.keys.missing(provider)
    return Target(base=base, key=bound_key(info, found.value, base), options=options), found.warning
