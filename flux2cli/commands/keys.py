"""`flux2 keys set | list | remove`: API keys, one per provider. Prints where keys are, never the keys."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.request.messages import suggest_provider
from flux2cli.errors import AuthError, UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.providers import registry
from flux2cli.runs.key_input import read_key

app = Commands(summary="API keys, one per provider: from the environment, else from a file that only you can read.")

_Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help=f"One of: {', '.join(registry.names())}.")]
_SET_HELP = f"Store a key: typed at a hidden prompt, or from stdin (`flux2 keys set {registry.default()} < file`)."
_Nothing = Annotated[list[str] | None, typer.Argument(hidden=True)]
_Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


# A word that looks like a flag is an argument, too: Typer's error message would repeat a key that starts with a dash.
@app.command("set", context_settings={"ignore_unknown_options": True}, help=_SET_HELP)
def set_key(context: typer.Context, provider: _Provider, extra: _Nothing = None) -> None:
    """Store a key, from a hidden prompt or from stdin."""
    host: App = context.obj
    check_provider(provider)
    if extra:
        raise UsageError(
            "A key is not taken as an argument: other users and the shell's history would see it.",
            hint=f"type it at the prompt of `flux2 keys set {provider}`, or: `flux2 keys set {provider} < file`",
        )
    if host.keys.set(provider, read_key(host, provider)):
        host.terminal.styled("warning", f"{host.keys.file.parent} was open to others; now it is yours alone")
    host.err(f"stored the {provider} key in {host.keys.file}")
    _warn_of_environment(host, provider, "is used instead of the stored key")


@app.command("list")
def list_keys(context: typer.Context, *, json: _Json = False) -> None:
    """Show for each provider where its key comes from."""
    host: App = context.obj
    found = {provider: host.keys.find(provider) for provider in registry.names()}
    if json:
        rows = [(provider, key.source if key else None) for provider, key in found.items()]
        host.out_json([{"provider": name, "set": source is not None, "source": source} for name, source in rows])
    else:
        for provider, key in found.items():
            host.out_line(f"{provider:<6} {key.source if key else 'not set'}")
    for text in dict.fromkeys(key.warning for key in found.values() if key and key.warning):
        host.terminal.styled("warning", text)


@app.command("remove")
def remove_key(context: typer.Context, provider: _Provider) -> None:
    """Take a key out of the store."""
    host: App = context.obj
    check_provider(provider)
    removed = host.keys.remove(provider)
    host.err(f"removed the {provider} key from {host.keys.file}" if removed else f"no {provider} key was stored")
    _warn_of_environment(host, provider, "is still used")


def check_provider(name: str) -> None:
    """UsageError for an unknown provider. Does not repeat the word, which may be a key in the wrong place."""
    if name not in registry.names():
        raise UsageError("That is no provider.", hint=suggest_provider(name))


def _warn_of_environment(host: App, provider: str, what: str) -> None:
    try:
        key = host.keys.in_environment(provider)
    except AuthError as error:
        host.terminal.styled("warning", error.message)
        return
    if key is not None:
        host.terminal.styled("warning", f"the key in the {key.source} {what}")
