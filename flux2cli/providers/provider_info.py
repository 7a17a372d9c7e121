"""The facts about a provider, as its package states them. Every start that needs a provider's name loads this."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderSetting:
    """A setting of one provider: `PROVIDER.name` in the settings, passed to it as `Target.options[name]`."""

    name: str
    summary: str
    choices: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderInfo:
    """Facts about a provider that need neither its routes nor its wire functions.

    `name` is for command lines, settings and records, `title` for messages.
    """

    name: str
    title: str
    key_variables: tuple[tuple[str, ...], ...]
    """Environment variables that may hold the key, in the order in which they are tried; several are joined by `:`."""
    key_page: str
    """The URL of the page where keys are made."""
    key_hosts: tuple[str, ...]
    """The hosts that the key may go to, by https: exact names, or `*.example.com` for every host below one."""
    uploads: bool
    """Whether local images are uploaded first; otherwise they are sent inside the request."""
    upload_limit: int
    """The most bytes that a local image may have."""
    upload_lifetime: str | None = None
    """How long the URL of an uploaded image works, in words such as `for a day`; None when that is not known."""
    most_active: int | None = None
    """The most unfinished jobs of one account; None when the provider states no number."""
    settings: tuple[ProviderSetting, ...] = ()
    """Its own settings, beside the base URL that every provider has."""
    emulator: str | None = None
    """The dotted name of the module that emulates the provider for sandbox runs (see `flux2cli.sandbox.emulator`)."""
