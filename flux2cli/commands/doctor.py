"""`flux2 doctor`: what is configured and what can be reached. Costs nothing and shows no key."""

import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from flux2cli import __version__
from flux2cli.app import App
from flux2cli.core import health
from flux2cli.core.health import Check
from flux2cli.core.job.job import UNSETTLED
from flux2cli.errors import AuthError, Flux2Error, UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.output.columns import table, width_of
from flux2cli.providers import registry
from flux2cli.wire import HttpFailure, KeyVerdict, Secret, Target

_LIBRARIES = ("typer", "rich", "httpx", "pydantic", "platformdirs", "pillow", "tomlkit")
_DIRECTORIES = (
    ("config", "FLUX2_CONFIG_DIR", True),
    ("state", "FLUX2_STATE_DIR", True),
    ("cache", "FLUX2_CACHE_DIR", False),
)

app = Commands()


@app.command()
def doctor(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask the providers nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check keys, settings, directories and books; exit 1 when something keeps runs from working."""
    host: App = context.obj
    found = []
    for check in checks(host, offline=offline):
        found.append(check)
        if not json:
            show(host, check)
    failed = any(check.status == "failed" for check in found)
    if json:
        host.out_json({"ok": not failed, "schema": "flux2cli/doctor/1", "checks": [check.record() for check in found]})
    if failed:
        raise typer.Exit(1)


def show(host: App, check: Check) -> None:
    """One check: how it went, what it is about, what was found, and what to do."""
    from flux2cli.edges.terminal import clean

    rows = [(f"{check.status:<7}", f"{check.name:<13}", clean(check.message))]
    if check.hint:
        rows.append(("", "", f"hint: {clean(check.hint)}"))
    for line in table(rows, width_of(host)):
        host.out(line)


def checks(host: App, *, offline: bool) -> Iterator[Check]:
    """Every check, from what needs nothing to what needs the network."""
    yield versions()
    try:
        host.config.all()
    except UsageError as error:  # nothing that depends on a setting can be told
        yield Check(name="settings", status="failed", message=error.message, hint=error.hint)
        yield from _directories(host)
        return
    yield _settings(host)
    sandboxed = host.config.get("sandbox")
    if sandboxed.value:
        yield Check(name="sandbox", status="warning", message=f"every run goes to the emulator ({sandboxed.origin})")
    yield from _directories(host)
    yield _file_system(host)
    yield _ledger(host)
    yield from _network(host)
    for provider in registry.names():
        yield _key(host, provider, offline=offline, needed=_needed(host, provider))


def versions() -> Check:
    """This tool, Python and the libraries."""
    said = [f"flux2 {__version__}", f"Python {platform.python_version()} on {platform.system()}"]
    missing = []
    for name in _LIBRARIES:
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(name="versions", status="failed", message=f"not installed: {', '.join(missing)}",
                     hint="install flux2cli anew")  # fmt: skip
    return Check(name="versions", status="ok", message=", ".join(said))


def _settings(host: App) -> Check:
    files = [str(f) for f in (host.config.file, host.config.project_file) if f is not None and f.is_file()]
    return Check(name="settings", status="ok", message=", ".join(files) or "no files; defaults and environment")


def _directories(host: App) -> Iterator[Check]:
    for name, variable, private in _DIRECTORIES:
        path: Path = getattr(host.directories, name)
        yield health.directory(f"{name} folder", _place(path), variable=variable, private=private)


def _place(path: Path) -> health.FolderState:
    nearest = next(p for p in (path, *path.parents) if p.exists() or p == p.parent)
    mode = path.stat().st_mode & 0o777 if nearest == path else None
    if not nearest.is_dir():
        return health.FolderState(path=str(path), mode=mode, blocked=f"{nearest} is not a directory")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return health.FolderState(path=str(path), mode=mode, blocked=f"{nearest} is not writable for you")
    return health.FolderState(path=str(path), mode=mode)


def _file_system(host: App) -> Check:
    from flux2cli.edges.ledger import network_mount
    from flux2cli.edges.ledger.mounts import mounts_of_this_machine

    return health.file_system(network_mount(Path(os.path.realpath(host.directories.state)), mounts_of_this_machine()))


def _ledger(host: App) -> Check:
    from flux2cli.edges.ledger.integrity import damage, ledger_file

    file = ledger_file(host.directories.state)
    if not file.exists():
        return Check(name="ledger", status="ok", message="no jobs yet")
    try:
        jobs = host.ledger(sandbox=False).jobs(states=UNSETTLED)
    except Flux2Error as error:
        return Check(name="ledger", status="failed", message=error.message, hint=error.hint)
    return health.ledger(str(file), [job.state for job in jobs], damage(host.directories.state))


def _network(host: App) -> Iterator[Check]:
    from flux2cli.edges.http import proxy_for

    used: dict[str, list[str]] = {}
    for provider in registry.names():
        url = host.config.get(f"{provider}.url")
        if url.value is not None:
            yield health.override(provider, str(url.value), url.origin)
        proxy = proxy_for(registry.provider_named(provider).check_key(_target(host, provider)).url, host.environ)
        if proxy is not None:
            used.setdefault(proxy, []).append(provider)
    for proxy, providers in used.items():
        yield health.proxy(providers, proxy)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if path := host.environ.get(name):
            yield _certificates(name, path)


def _certificates(name: str, path: str) -> Check:
    if Path(path).exists():
        return Check(name="certificates", status="ok", message=f"from {path} ({name})")
    return Check(name="certificates", status="failed", message=f"{path} ({name}) is not there", hint=f"unset {name}")


def _target(host: App, provider: str) -> Target:
    base = host.config.get(f"{provider}.url").value
    return Target(base=None if base is None else str(base))


def _needed(host: App, provider: str) -> bool:
    """Whether a run without `--provider` and `--sandbox` goes there."""
    return bool(host.config.get("provider").value == provider and not host.config.get("sandbox").value)


def _key(host: App, provider: str, *, offline: bool, needed: bool) -> Check:
    try:
        found = host.keys.find(provider)
    except AuthError as error:
        return Check(name=f"{provider} key", status="failed", message=error.message, hint=error.hint)
    info = registry.info(provider)
    if found is None:
        variable = info.key_variables[0][0]
        hint = f"get one at {info.key_page}; then `flux2 keys set {provider}`, or export {variable}=..."
        return health.no_key(provider, hint, needed=needed)
    verdict = None if offline else _verdict(host, provider, found.value)
    check = health.key(provider, found.source, verdict, key_page=info.key_page)
    if found.warning and check.status == "ok":
        return Check(name=check.name, status="warning", message=check.message, hint=found.warning)
    return check


def _verdict(host: App, provider: str, key: Secret) -> KeyVerdict | HttpFailure:
    """What the provider says about a key."""
    module = registry.provider_named(provider)
    response = host.http.send(module.check_key(replace(_target(host, provider), key=key)))
    return response if isinstance(response, HttpFailure) else module.key_verdict(response)
