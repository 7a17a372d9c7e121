"""The webhook that the provider calls when a job ends, and its secret, from flags, settings and the environment."""

from pathlib import Path

from flux2cli.app import App
from flux2cli.catalog import PARAMETERS, Route
from flux2cli.catalog.model import Values
from flux2cli.errors import UsageError

SECRET_VARIABLE = "FLUX2_WEBHOOK_SECRET"  # noqa: S105 - its name
_LONGEST = 4096


def with_webhook(app: App, route: Route, parameters: Values) -> Values:
    """The parameters, with the webhook of the settings, and the secret in place of its file's name.

    A webhook from the settings is left out if the route takes none; a typed one is then refused later.
    """
    found = dict(parameters)
    if "webhook_url" not in found and "webhook_url" in route.fields:
        known = app.config.get("webhook_url").value
        if known is not None:
            found["webhook_url"] = str(known)
    if "webhook_secret" in found:
        if "webhook_secret" in route.fields:
            found["webhook_secret"] = _read(app, str(found["webhook_secret"]))
    elif "webhook_url" in found and (secret := app.environ.get(SECRET_VARIABLE, "").strip()):
        _check_taken(route)
        found["webhook_secret"] = secret
    return found


def _check_taken(route: Route) -> None:
    if "webhook_secret" in route.fields or "webhook_url" not in route.fields:
        return
    reason = PARAMETERS["webhook_secret"].reason(route)
    raise UsageError(
        f"{SECRET_VARIABLE} is set, and {route.endpoint} takes no secret{': ' + reason if reason else ''}.",
        hint=f"run it without: `env -u {SECRET_VARIABLE} flux2 ...`",
    )


def _read(app: App, name: str) -> str:
    path = app.cwd / Path(name).expanduser()
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1).decode("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"The webhook's secret `{name}` cannot be read: {reason}.") from None
    if not text or len(text) > _LONGEST:
        raise UsageError(
            f"`{name}` holds no webhook secret: it is {'too long' if text else 'empty'}.",
            hint="put one line of text into it",
        )
    return text
