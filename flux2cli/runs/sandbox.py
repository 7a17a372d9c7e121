"""The emulator for sandbox runs and for `flux2 sandbox`: the providers that it has, its faults and its latency."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, cast

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.providers import registry

if TYPE_CHECKING:
    from flux2cli.sandbox.emulator import Emulator
    from flux2cli.sandbox.faults import Faults
    from flux2cli.sandbox.job_store import Latency
    from flux2cli.sandbox.server import Sandbox

_FAULT_VARIABLE = "FLUX2_SANDBOX_FAULT"
_LATENCY_VARIABLE = "FLUX2_SANDBOX_LATENCY"
_FAULT_LIST = "`flux2 sandbox --fault list`"
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


def fault_rows() -> list[tuple[str, str, str, str]]:
    """For every fault its name, the request that it strikes, the providers that have it, and what happens."""
    from flux2cli.sandbox.emulator import owners
    from flux2cli.sandbox.faults import KINDS

    known = emulators()
    rows: list[tuple[str, str, str, str]] = []
    for kind in KINDS.values():
        having = owners(known, kind.name)
        providers = "all" if len(having) == len(known) else ", ".join(having)
        rows.append((kind.name, kind.stage, providers, kind.sentence))
    return rows


def check_variables(environ: Mapping[str, str]) -> None:
    """UsageError when `FLUX2_SANDBOX_FAULT` or `FLUX2_SANDBOX_LATENCY` has no meaning, used or not."""
    faults_from(environ)
    latency_from(environ)


def check_faults(environ: Mapping[str, str], providers: Collection[str]) -> None:
    """UsageError for a fault in `FLUX2_SANDBOX_FAULT` that none of the providers of a run has."""
    from flux2cli.sandbox.emulator import owners

    for kind in faults_from(environ).kinds:
        having = owners(emulators(), kind.name)
        if not set(having) & set(providers):
            names, verb = " and ".join(providers), "has" if len(providers) == 1 else "have"
            raise UsageError(
                f"`{_FAULT_VARIABLE}`: {names} {verb} no fault `{kind.name}`; {' and '.join(having)} "
                f"{'has' if len(having) == 1 else 'have'} it.",
                hint=f"{_FAULT_LIST} names the providers of each",
            )


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
    from flux2cli.core.request.messages import suggest
    from flux2cli.sandbox.faults import KINDS, Faults, UnknownFaultError

    try:
        return Faults.parse(specs)
    except UnknownFaultError as error:
        if error.name is None:
            text = str(error)
            raise UsageError(f"`{origin}`: {text[0].lower()}{text[1:]}", hint=f"{_FAULT_LIST} explains each") from None
        hint = suggest(error.name, KINDS)
        raise UsageError(f"`{origin}`: there is no fault `{error.name}`.", hint=hint) from None


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
