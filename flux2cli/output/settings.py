"""Prints settings, as lines and as JSON documents."""

from decimal import Decimal

from flux2cli.app import App
from flux2cli.core.settings import Resolved, Value
from flux2cli.errors import UsageError
from flux2cli.quotes import shown
from flux2cli.redact import redact_text


def setting_document(resolved: Resolved) -> dict[str, object]:
    """One setting as JSON; dollars are decimal text, and secrets in URLs are blotted out."""
    value = format(resolved.value, "f") if isinstance(resolved.value, Decimal) else resolved.value
    value = redact_text(value) if isinstance(value, str) else value
    return {"name": resolved.name, "value": value, "origin": resolved.origin, "note": resolved.note}


def setting_lines(found: list[Resolved]) -> list[str]:
    """`name = value  (origin)` for each setting, with the origins aligned."""
    left = [f"{resolved.name} = {_visible(resolved.value)}" for resolved in found]
    width = min(max(map(len, left)), 48)
    return [f"{text:<{width}}  ({resolved.origin})" for text, resolved in zip(left, found, strict=True)]


def setting_text(value: Value) -> str:
    """A value as it would be typed; empty for one that is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _visible(value: Value) -> str:
    return "(not set)" if value is None else redact_text(setting_text(value))


def confirm_setting(app: App, name: str, value: Value) -> None:
    """Say what a setting is in the user's file by now, and warn when another source counts more."""
    app.err(f"{name} is {shown(setting_text(value))} in {app.config.file}")
    warn_of_stronger(app, name, own=value)


def warn_of_stronger(app: App, name: str, *, own: Value = None) -> None:
    """Warn when another source sets another value than the user's `own`. An error in it is a warning, too."""
    try:
        resolved = app.config.get(name)
    except UsageError as error:
        app.terminal.styled("warning", error.message)
        return
    value = shown(setting_text(resolved.value))
    if resolved.source.kind in ("environment", "project") and resolved.value != own:
        app.terminal.styled("warning", f"{resolved.origin} sets {name} to {value}, and that counts")
    elif resolved.note:
        app.terminal.styled("warning", f"{name}: {resolved.note}")
