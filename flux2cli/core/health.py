"""The checks of `flux2 doctor`: turns findings (values) into report lines. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from flux2cli.core.job.job import State
from flux2cli.core.money.budget import DayUse
from flux2cli.errors import NetworkSettingError
from flux2cli.wire import HttpFailure, KeyVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report. `warning` needs attention; `failed` keeps runs from working."""

    name: str
    status: Literal["ok", "warning", "failed"]
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """A directory on disk. `mode` is None when it does not exist yet; `blocked` says why it cannot be used."""

    path: str
    mode: int | None
    blocked: str | None = None


def no_key(provider: str, hint: str | None, *, needed: bool) -> Check:
    """The check of a provider without a key. Only the provider that requests go to needs one."""
    if needed:
        return Check(name=f"{provider} key", status="failed", message="not set, and requests go to it", hint=hint)
    return Check(name=f"{provider} key", status="ok", message="not set, and not needed")


def key(provider: str, source: str, found: KeyVerdict | HttpFailure | None, *, key_page: str) -> Check:
    """A key and the provider's verdict on it, or why there is none; None: the provider was not asked."""
    name = f"{provider} key"
    if found is None:
        return Check(name=name, status="ok", message=f"set, not checked ({source})")
    if isinstance(found, HttpFailure):
        return Check(name=name, status="failed", message=f"not checked: {found.message} ({source})",
                     hint="check the network and proxies; --offline leaves these questions out")  # fmt: skip
    match found.kind:
        case "no-balance":
            return Check(name=name, status="warning", message=f"accepted, but no balance is left ({source})",
                         hint=f"see {key_page}")  # fmt: skip
        case "accepted":
            return Check(name=name, status="ok", message=f"accepted{_and(found.detail)} ({source})")
        case "rejected":
            return Check(name=name, status="failed", message=f"rejected by {provider} ({source})",
                         hint=f"make a new one at {key_page}, then `flux2 keys set {provider}`")  # fmt: skip
        case _:
            return Check(name=name, status="warning", message=f"not checked: {provider} answered {found.detail}",
                         hint="try again in a while")  # fmt: skip


def _and(detail: str) -> str:
    return f", {detail}" if detail else ""


def directory(name: str, place: FolderState, *, variable: str, private: bool) -> Check:
    """The check of one of the program's directories: usable, and, when `private`, accessible to its owner only."""
    if place.blocked is not None:
        return Check(name=name, status="failed", message=f"{place.path}: {place.blocked}",
                     hint=f"make it yours, or set {variable} to another directory")  # fmt: skip
    if place.mode is None:
        return Check(name=name, status="ok", message=f"{place.path}, not made yet")
    if private and place.mode & 0o077:
        return Check(name=name, status="warning", message=f"{place.path} is open to others on this machine",
                     hint=f"chmod 700 '{place.path}'")  # fmt: skip
    return Check(name=name, status="ok", message=place.path)


def file_system(kind: str | None) -> Check:
    """The check of the state directory's file system; `kind` is None for a local one."""
    if kind is None:
        return Check(name="file system", status="ok", message="local")
    return Check(name="file system", status="failed", message=f"the state directory is on a network one ({kind})",
                 hint="set FLUX2_STATE_DIR to a directory on a local disk")  # fmt: skip


def ledger(path: str, unsettled: Mapping[State, int], damage: str | None, *, whole: bool, sandbox: bool) -> Check:
    """The check of the ledger. `unsettled` holds the number of jobs by state, `damage` is None for a sound file.

    `whole` says that all of the file was checked, `sandbox` that it is the sandbox's.
    """
    if damage is not None:
        return Check(name="ledger", status="failed", message=f"{path} is damaged: {damage}",
                     hint=f"salvage what is left: sqlite3 '{path}' .recover | sqlite3 new.sqlite3")  # fmt: skip
    count, unknown = sum(unsettled.values()), unsettled.get("unknown", 0)
    text = f"{'the sandbox, ' if sandbox else ''}{count or 'no'} unsettled {'job' if count == 1 else 'jobs'}"
    if unknown:
        return Check(name="ledger", status="warning", message=f"{text}, {unknown} of unknown outcome",
                     hint="`flux2 jobs list --state unknown`")  # fmt: skip
    if not whole:
        return Check(name="ledger", status="ok", message=f"{text}; a large file, its newest jobs were checked",
                     hint=f"all of it: sqlite3 '{path}' 'PRAGMA quick_check'")  # fmt: skip
    return Check(name="ledger", status="ok", message=text, hint="`flux2 jobs fetch`" if count else None)


def budget(use: DayUse) -> Check:
    """The check of the day's budget: a warning when nothing is left of it."""
    spent = use.used.total >= use.limit
    return Check(name="budget", status="warning" if spent else "ok", message=use.text(),
                 hint="`flux2 config show` says who set it" if spent else None)  # fmt: skip


def override(provider: str, url: str, origin: str) -> Check:
    """The check of a base URL that replaces a provider's own; `origin` says which setting it comes from."""
    return Check(name=f"{provider} address", status="warning", message=f"requests go to {url} ({origin})",
                 hint=f"undo: `flux2 config unset {provider}.url`, `unset FLUX2_{provider.upper()}_URL`")  # fmt: skip


def broken_network(name: str, error: NetworkSettingError) -> Check:
    """The check of a proxy or of certificates that cannot be used."""
    return Check(name=name, status="failed", message=error.message, hint=error.hint)


def proxy(providers: Sequence[str], url: str) -> Check:
    """The check of the proxy used for these providers. Omits a user name and password in its URL."""
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return Check(name="proxy", status="ok", message=f"{shown} for {', '.join(providers)}")
