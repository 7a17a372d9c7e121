"""The emulator for sandbox runs and for `flux2 sandbox`: the providers that it has, its faults and its latency."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, cast

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.providers import registry

if TYPE_CHECKING:
    from flux2cli.sandbox.emulator import Emulator
    from flux2cli.sandbox.faults import FaultKind, Faults
    from flux2cli.sandbox.job_store import Latency
    from flux2cli.sandbox.server import Sandbox

_FAULT_VARIABLE = "FLUX2_SANDBOX_FAULT"
_LATENCY_VARIABLE = "FLUX2_SANDBOX_LATENCY"
_PARTS = ("NAME", "KEY_HEADER", "FAULTS", "RULES", "find_image")
"""What an emulator has: the names in `Emulator`."""


def emulators() -> "tuple[Emulator, ...]":
    """The emulators of the providers that have one, in the order of the registry.

    UsageError for that of a plug-in when it cannot be imported or is none.
    """
    modules = ((info.name, info.emulator) for info in registry.infos())
    return tuple(_emulator(provider, module) for provider, module in modules if module is not None)


def _emulator(provider: str, module: str) -> "Emulator":
    if provider not in [package.INFO.name for package in registry.plugins()]:
        return cast("Emulator", import_module(module))
    try:
        found = import_module(module)
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and no traceback helps its user
        raise _unusable(provider, f"cannot be imported: {type(error).__name__}: {error}") from None
    if missing := [name for name in _PARTS if not hasattr(found, name)]:
        raise _unusable(provider, f"cannot be used: `{module}` has no {missing[0]}")
    return cast("Emulator", found)


def _unusable(provider: str, why: str) -> UsageError:
    return UsageError(f"The emulator of `{provider}` {why}.", hint="update the plug-in, or take it out of `plugins`")


def fault_kinds() -> "dict[str, FaultKind]":
    """Every fault by name; its summary ends with the providers that have it, where not all do."""
    from flux2cli.sandbox.faults import KINDS

    owners = {name: [e.NAME for e in emulators() if name in e.FAULTS] for name in KINDS}
    return {
        name: replace(kind, summary=f"{kind.summary} ({', '.join(owners[name])})") if owners[name] else kind
        for name, kind in KINDS.items()
    }


def sandbox_server(
    app: App,
    *,
    faults: "Faults",
    latency: "Latency",
    port: int = 0,
    balance: Decimal | None = None,
    log: Callable[[str], None] | None = None,
) -> "Sandbox":
    """The emulator on the state directory of sandbox runs. It is not started yet."""
    from flux2cli.sandbox.server import Sandbox

    return Sandbox(
        emulators=emulators(),
        routes=registry.routes(),
        directory=app.private_state(sandbox=True),
        port=port,
        faults=faults,
        latency=latency,
        balance=balance,
        log=log,
    )


def faults_from(environ: Mapping[str, str]) -> "Faults":
    """The faults in `FLUX2_SANDBOX_FAULT`, separated by commas."""
    return parse_faults([part for part in environ.get(_FAULT_VARIABLE, "").split(",") if part], _FAULT_VARIABLE)


def parse_faults(specs: Sequence[str], origin: str) -> "Faults":
    """The sandbox's faults by their specs; UsageError that names the flag or variable that they come from."""
    from flux2cli.sandbox.faults import KINDS, Faults, UnknownFaultError

    try:
        return Faults.parse(specs)
    except UnknownFaultError as error:
        raise UsageError(f"`{origin}`: {str(error).rstrip('.')}.", hint=f"known: {', '.join(KINDS)}") from None


def latency_from(environ: Mapping[str, str]) -> "Latency":
    """How long an emulated job takes by `FLUX2_SANDBOX_LATENCY`; half a second when that is unset or empty."""
    return parse_latency(environ.get(_LATENCY_VARIABLE) or "0.5", _LATENCY_VARIABLE)


def parse_latency(text: str, origin: str) -> "Latency":
    """How long an emulated job takes, in seconds; UsageError that names the flag or variable that it comes from."""
    from flux2cli.sandbox.job_store import Latency

    try:
        return Latency.of(float(text))
    except ValueError:
        raise UsageError(f"`{origin}`: `{text}` is no number of seconds.", hint="for example 0.1") from None
