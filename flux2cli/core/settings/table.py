"""The table of settings: name, kind, default, and what a project file may set. To add a setting, add a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from flux2cli.errors import UsageError
from flux2cli.providers import registry
from flux2cli.providers.provider_info import ProviderInfo, ProviderSetting

Value = bool | int | float | Decimal | str | tuple[str, ...] | None
"""The value of a setting: US dollars are a Decimal, seconds an int or float, modules a tuple; None means not set."""

SettingKind = Literal[
    "choice", "switch", "seconds", "dollars", "bytes", "text", "output", "base_url", "webhook", "modules"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. `flag` is the command-line flag that overrides it, None without one.

    `project` says what a project file may do: set `any` value, only `lower` the user's, set a path inside its own
    directory `tree`, or `never` set it.
    """

    name: str
    kind: SettingKind
    summary: str
    default: Value = None
    choices: tuple[str, ...] = ()
    project: Literal["any", "lower", "tree", "never"] = "any"
    flag: str | None = None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "FLUX2_" + self.name.upper().replace(".", "_")


_FIRST = (
    Setting(
        name="sandbox",
        kind="switch",
        summary="send everything to the built-in emulator",
        default=False,
        flag="--sandbox",
    ),
    Setting(name="output", kind="output", summary="directory or template for images", project="tree", flag="--output"),
    Setting(
        name="timeout", kind="seconds", summary="seconds to wait for a job, 0 for ever", default=600, flag="--timeout"
    ),
    Setting(name="label", kind="text", summary="a word for `jobs` and `cost`", flag="--label"),
    Setting(name="budget.per_day", kind="dollars", summary="US dollars per UTC day", project="lower"),
    Setting(name="budget.per_image", kind="dollars", summary="US dollars per image", project="lower"),
)
_LAST = (
    Setting(
        name="cache.images", kind="bytes", summary="size of the cache of rows' images, 0 for none",
        default=2 << 30, project="never",
    ),
    Setting(name="plugins", kind="modules", summary="Python modules that add providers", project="never"),
    Setting(name="webhook_url", kind="webhook", summary="where the provider reports a finished job",
            project="never", flag="--webhook-url"),
)  # fmt: skip


def all_settings() -> Mapping[str, Setting]:
    """Every setting by name, in the order in which they are documented. Each provider has a base URL and its own."""
    return _by_name(registry.infos())


@cache
def _by_name(providers: tuple[ProviderInfo, ...]) -> Mapping[str, Setting]:
    rows = (
        Setting(
            name="provider",
            kind="choice",
            summary="where requests go",
            default=registry.default(),
            choices=tuple(provider.name for provider in providers),
            flag="--provider",
        ),
        *_FIRST,
        *(_base_url(provider.name) for provider in providers),
        *(_own(provider.name, setting) for provider in providers for setting in provider.settings),
        *_LAST,
    )
    return {row.name: row for row in rows}


def _base_url(provider: str) -> Setting:
    summary = f"one base URL instead of {provider}'s own addresses"
    return Setting(name=f"{provider}.url", kind="base_url", summary=summary, project="never")


def _own(provider: str, setting: ProviderSetting) -> Setting:
    return Setting(
        name=f"{provider}.{setting.name}",
        kind="choice",
        summary=setting.summary,
        default=setting.default,
        choices=setting.choices,
    )


_SECRET_WORDS = ("key", "secret", "token", "password")


def setting_named(name: str, *, where: str = "") -> Setting:
    """The setting with this name; UsageError suggests the nearest. `where` is the file that contains the name."""
    row = all_settings().get(name)
    if row is not None:
        return row
    place = f" (in {where})" if where else ""
    if any(word in name.lower() for word in _SECRET_WORDS):
        raise UsageError(
            f"`{name}` is no setting{place}: keys do not belong among the settings.",
            hint="take it out and store the key with `flux2 keys set PROVIDER`",
        )
    from flux2cli.core.request.messages import suggest

    raise UsageError(f"There is no setting `{name}`{place}.", hint=suggest(name, all_settings()))


def is_group(name: str) -> bool:
    """Whether the name is a group of settings, such as `budget`, which contains `budget.per_day`."""
    return any(known.startswith(f"{name}.") for known in all_settings())
