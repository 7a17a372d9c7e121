"""Where a run's requests go: the provider, an address of the user's, or the sandbox; and the key that goes along."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.wire import Secret, Target

if TYPE_CHECKING:
    from flux2cli.sandbox.faults import Faults
    from flux2cli.sandbox.job_store import Latency

SANDBOX_KEY = "sandbox:sandbox"
_FAULT, _LATENCY = "FLUX2_SANDBOX_FAULT", "FLUX2_SANDBOX_LATENCY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`url` is the sandbox's address, None for the real providers; `keyless` plans without a key."""

    url: str | None = None
    keyless: bool = False

    DRY_RUN: ClassVar["Destination"]

    @property
    def is_sandbox(self) -> bool:
        """Whether everything of this run goes to the emulator."""
        return self.url is not None


Destination.DRY_RUN = Destination(keyless=True)


@contextmanager
def place_of(app: App, *, sandbox: bool) -> Iterator[Destination]:
    """The place of this run. The sandbox is started inside this process and stopped at the end."""
    if not sandbox:
        yield Destination()
        return
    from flux2cli.sandbox.server import Sandbox

    specs = [part for part in app.environ.get(_FAULT, "").split(",") if part]
    faults, latency = parse_faults(specs, _FAULT), latency_from(app.environ)
    with Sandbox(state=app.private_state(sandbox=True), faults=faults, latency=latency) as server:
        yield Destination(url=server.url)


def parse_faults(specs: Sequence[str], origin: str) -> "Faults":
    """The sandbox's faults by their specs; UsageError that names where they came from."""
    from flux2cli.sandbox.faults import KINDS, Faults, UnknownFaultError

    try:
        return Faults.parse(specs)
    except UnknownFaultError as error:
        raise UsageError(f"`{origin}`: {str(error).rstrip('.')}.", hint=f"known: {', '.join(KINDS)}") from None


def latency_from(environ: Mapping[str, str]) -> "Latency":
    """How long an emulated job takes by `FLUX2_SANDBOX_LATENCY`; half a second where that is unset or empty."""
    return parse_latency(environ.get(_LATENCY) or "0.5", _LATENCY)


def parse_latency(text: str, origin: str) -> "Latency":
    """How long an emulated job takes, from a number of seconds; UsageError that names where it came from."""
    from flux2cli.sandbox.job_store import Latency

    try:
        return Latency.of(float(text))
    except ValueError:
        raise UsageError(f"`{origin}`: `{text}` is no number of seconds.", hint="for example 0.1") from None


def target_for(app: App, provider: str, place: Destination) -> Target:
    """The base address and key for a provider; AuthError when there is no key and one is needed."""
    flat = provider == "vtrix" and app.config.get("vtrix.body").value == "flat"
    if place.url is not None:
        return Target(base=place.url, key=Secret(SANDBOX_KEY), flat=flat)
    base = app.config.get(f"{provider}.url").value
    if place.keyless:
        return Target(base=None if base is None else str(base), flat=flat)
    found = app.keys.find(provider)
    if found is None:
        raise app.keys.missing(provider)
    if found.warning and not app.quiet:
        app.terminal.styled("warning", found.warning)
    return Target(base=None if base is None else str(base), key=found.value, flat=flat)
