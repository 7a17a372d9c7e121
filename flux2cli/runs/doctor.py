"""The checks of `flux2 doctor`: what is configured and what can be reached. Costs nothing and shows no key."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flux2cli import __version__
from flux2cli.app import App
from flux2cli.core import health
from flux2cli.core.health import Check
from flux2cli.core.job.job import UNSETTLED
from flux2cli.core.money.budget import DayUse
from flux2cli.errors import AuthError, Flux2Error, KeyDestinationError, NetworkSettingError
from flux2cli.providers import registry
from flux2cli.providers.intermediary import foreign
from flux2cli.runs.limits import day_use
from flux2cli.runs.network_checks import network_checks
from flux2cli.runs.target import Destination, target_for
from flux2cli.wire import HttpFailure, KeyVerdict

_SECONDS = 30.0
"""How long a provider may take to answer."""
_LIBRARIES = ("typer", "rich", "httpx", "pydantic", "platformdirs", "pillow", "tomlkit")
_DIRECTORIES = (
    ("config", "FLUX2_CONFIG_DIR", True),
    ("state", "FLUX2_STATE_DIR", True),
    ("cache", "FLUX2_CACHE_DIR", False),
)


def checks(app: App, *, offline: bool) -> Iterator[Check]:
    """Every check; those that need the network come last."""
    yield versions()
    wrong = app.config.problems()
    if wrong:  # nothing that depends on a setting can be checked
        for error in wrong:
            yield Check(name="settings", status="failed", message=error.message, hint=error.hint)
        yield from _directories(app)
        return
    yield _settings(app)
    if registry.plugins():
        yield _plugins(app)
    yield from sandbox_check(app)
    yield from _directories(app)
    yield _file_system(app)
    yield _ledger(app)
    yield from _budget(app)
    yield from network_checks(app)
    for provider in registry.names():
        yield _key(app, provider, offline=offline, needed=_needed(app, provider))


def versions() -> Check:
    """The versions of this tool, Python and the libraries."""
    found = [f"flux2 {__version__}", f"Python {platform.python_version()} on {platform.system()}"]
    missing = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(name="versions", status="failed", message=f"not installed: {', '.join(missing)}",
                     hint="install flux2cli anew")  # fmt: skip
    return Check(name="versions", status="ok", message=", ".join(found))


def _settings(app: App) -> Check:
    files = [str(f) for f in (app.config.file, app.config.project_file) if f is not None and f.is_file()]
    return Check(name="settings", status="ok", message=", ".join(files) or "no files; defaults and environment")


def _plugins(app: App) -> Check:
    _, origin = app.config.plugins()
    names = ", ".join(f"{package.INFO.name} ({package.__name__})" for package in registry.plugins())
    return Check(name="plug-ins", status="ok", message=f"{names}, from {origin}")


def sandbox_check(app: App) -> Iterator[Check]:
    """A warning where the settings send every run to the emulator."""
    setting = app.config.get("sandbox")
    if setting.value:
        yield Check(name="sandbox", status="warning", message=f"every run goes to the emulator ({setting.origin})")


def _directories(app: App) -> Iterator[Check]:
    for name, variable, private in _DIRECTORIES:
        path: Path = getattr(app.directories, name)
        yield health.directory(f"{name} folder", _place(path), variable=variable, private=private)


def _place(path: Path) -> health.FolderState:
    nearest = next(p for p in (path, *path.parents) if p.exists() or p == p.parent)
    mode = path.stat().st_mode & 0o777 if nearest == path else None
    if not nearest.is_dir():
        return health.FolderState(path=str(path), mode=mode, blocked=f"{nearest} is not a directory")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return health.FolderState(path=str(path), mode=mode, blocked=f"{nearest} is not writable for you")
    return health.FolderState(path=str(path), mode=mode)


def _file_system(app: App) -> Check:
    from flux2cli.edges.ledger import network_mount
    from flux2cli.edges.ledger.mounts import mounts_of_this_machine

    return health.file_system(network_mount(Path(os.path.realpath(app.directories.state)), mounts_of_this_machine()))


def _ledger(app: App) -> Check:
    """The ledger that `flux2 jobs` uses: the sandbox's where the settings say so."""
    from flux2cli.edges.ledger.integrity import examine, ledger_file

    sandbox = bool(app.config.get("sandbox").value)
    directory = app.state(sandbox=sandbox)
    file = ledger_file(directory)
    if not file.exists():
        return Check(name="ledger", status="ok", message="no jobs yet")
    try:
        unsettled = app.ledger(sandbox=sandbox).count(UNSETTLED)
    except Flux2Error as error:
        return Check(name="ledger", status="failed", message=error.message, hint=error.hint)
    found = examine(directory)
    return health.ledger(str(file), unsettled, found.damage, whole=found.whole, sandbox=sandbox)


def todays_budget(app: App) -> DayUse | None:
    """What is used of the day's budget; None when none is set, or settings or ledger cannot be read."""
    try:
        return day_use(app)
    except Flux2Error:
        return None  # the checks of the settings and the ledger say why


def _budget(app: App) -> Iterator[Check]:
    use = todays_budget(app)
    if use is not None:
        yield health.budget(use)


def _needed(app: App, provider: str) -> bool:
    """Whether a run without `--provider` and `--sandbox` goes there."""
    return bool(app.config.get("provider").value == provider and not app.config.get("sandbox").value)


def _key(app: App, provider: str, *, offline: bool, needed: bool) -> Check:
    try:
        found = app.keys.find(provider)
    except AuthError as error:
        return Check(name=f"{provider} key", status="failed", message=error.message, hint=error.hint)
    info = registry.info(provider)
    if found is None:
        variable = info.key_variables[0][0]
        ways = f"get one at {info.key_page}; then `flux2 keys set {provider}`, or export {variable}=..."
        return health.no_key(provider, app.keys.unread_hint(provider) or ways, needed=needed)
    try:
        verdict = None if offline else _verdict(app, provider)
    except KeyDestinationError as error:
        return Check(name=f"{provider} key", status="failed", message=error.message, hint=error.hint)
    check = health.key(provider, found.source, verdict, key_page=info.key_page)
    if found.warning and check.status == "ok":
        return Check(name=check.name, status="warning", message=check.message, hint=found.warning)
    return check


def _verdict(app: App, provider: str) -> KeyVerdict | HttpFailure:
    """The provider's verdict about the key."""
    module = registry.provider_named(provider)
    target, _ = target_for(app, provider, Destination())
    try:
        response = app.http.send(module.check_key(target), seconds=_SECONDS)
    except NetworkSettingError as error:
        return HttpFailure(kind="local", sent="no", message=error.message.rstrip("."))
    if isinstance(response, HttpFailure):
        return response
    answered = foreign(module.INFO.title, response) if response.status < 500 else None
    if answered is not None:  # for the key as good as no response
        return HttpFailure(kind="broken", sent="yes", message=answered)
    return module.key_verdict(response)
