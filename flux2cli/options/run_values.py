"""What the flags of a run mean, for every command that submits."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from flux2cli.app import App
from flux2cli.core.job.job import Output
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.output_path import parse_output
from flux2cli.errors import UsageError
from flux2cli.providers import registry


def provider_of(app: App, flag: str | None) -> str:
    """The provider that was asked for, else that of the settings."""
    if flag is not None and flag not in registry.names():
        raise UsageError(f"There is no provider `{flag}`.", hint=suggest(flag, registry.names()))
    return str(app.config.get("provider", flag).value)


def extra_of(items: list[str]) -> dict[str, object]:
    """The fields of `--param KEY=JSON`, by their names on the wire."""
    found: dict[str, object] = {}
    for item in items:
        key, equals, text = item.partition("=")
        if not equals or not key:
            raise UsageError(f"`--param {item}` is not KEY=JSON.", hint="for example --param style='\"ink\"'")
        try:
            found[key] = json.loads(text)
        except ValueError:
            raise UsageError(
                f"`--param {key}`: the value is not JSON.", hint=f"text needs quotes: --param {key}='\"{text}\"'"
            ) from None
    return found


def timeout_of(app: App, text: str | None) -> float | None:
    """Seconds to wait for a job, None for ever."""
    value = app.config.get("timeout", text).value
    seconds = float(Decimal(str(value)))
    return seconds or None


def output_of(app: App, run: Mapping[str, Any]) -> tuple[Output, str | None]:
    """Where images go, by `-o` or the settings, and the format that the name asks for."""
    text = run["output"] if run["output"] is not None else app.config.get("output").value
    return parse_output(
        None if text is None else str(text),
        cwd=str(app.cwd),
        overwrite=run["overwrite"],
        is_directory=lambda path: Path(path).is_dir(),
    )


def output_of_many(app: App, run: Mapping[str, Any]) -> tuple[Output, str | None]:
    """Where the images of many requests go; UsageError for a single place."""
    output, suffix = output_of(app, run)
    if output.stdout or output.explicit:
        what = "stdout" if output.stdout else f"`{output.name}`, one file,"
        raise UsageError(
            f"Many images cannot go to {what} at once.", hint="use -o DIR/ or a template such as -o 'out/{id}.{ext}'"
        )
    return output, suffix
