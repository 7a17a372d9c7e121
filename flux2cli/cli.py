"""The `flux2` command line: the list of commands (loaded when used) and the one handler that prints errors."""

import contextlib
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Annotated, Any, TextIO

import typer
from typer import core

from flux2cli import __version__
from flux2cli.app import App
from flux2cli.errors import Flux2Error, InternalError, InterruptedRunError, UsageError
from flux2cli.options.help_screens import CONTEXT, CommandGroup
from flux2cli.runs.plugged_in import plugged_in

EXAMPLES = """\
Examples:
  flux2 flash "a fox in the snow" --sandbox   no key needed
  flux2 max "make the jacket red" -i photo.jpg
  flux2 dev - -o art/ < prompt.txt
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "dev": ("generate", "open weights, full control: steps, acceleration, LoRAs"),
    "flash": ("generate", "distilled for price: the cheapest image"),
    "turbo": ("generate", "distilled for speed, between flash and dev"),
    "flex": ("generate", "typography and fine control: steps and guidance"),
    "pro": ("generate", "high quality at a lower price than max, nothing to tune"),
    "max": ("generate", "the highest quality; edits with several references"),
    "klein": ("generate", "small and fast open weights: 4b or 9b, distilled or base"),
    "outpaint": ("outpaint", "extend an image beyond its edges"),
    "batch": ("batch", "one request per row of a prompt file; the same command again goes on"),
    "pick": ("pick", "make candidates of `batch --candidates` the images of their rows"),
    "jobs": ("jobs", "what was submitted and where it stands; collect what was paid for"),
    "models": ("models", "variants, providers, parameters with ranges and defaults, prices"),
    "cost": ("cost", "what was spent, by day, provider, variant, label"),
    "keys": ("keys", "API keys, one per provider"),
    "config": ("config", "settings, with the origin of each value"),
    "completion": ("completion", "the completion script of this version for bash, zsh or fish"),
    "doctor": ("doctor", "what is configured and what can be reached"),
    "sandbox": ("sandbox", "run the emulator of the providers as a server; `reset` clears it"),
    "help": ("help", "a page of the manual, or a command's help"),
}
"""Module and summary by command name: all that `flux2 --help` needs. A test compares it with the catalogue."""


def load_command(name: str) -> Any:
    """The Typer command with that name: made by its module's `command(name)`, or the module's `app`."""
    module = import_module(f"flux2cli.commands.{COMMANDS[name][0]}")
    command = module.command(name) if hasattr(module, "command") else typer.main.get_command(module.app)
    command.name = name
    return command


class _Lazy(core.TyperCommand):
    """A stub for a command or group, which is imported when it runs. Overrides only `make_context`."""

    def load(self) -> Any:
        """The real command."""
        return load_command(str(self.name))

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.load().make_context(info_name, args, parent=parent, **extra)


def _command_line() -> Any:
    app = typer.Typer(
        name="flux2",
        help="Make and edit images with the FLUX.2 models, with a ledger of every paid request.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings=CONTEXT,
        cls=_Group,
    )

    @app.callback()
    def flux2(
        context: typer.Context,
        *,
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> None:
        if version:
            context.obj.out(f"flux2 {__version__}")
        elif context.invoked_subcommand is None:
            context.obj.out(context.get_help())

    for name, (_, summary) in COMMANDS.items():
        app.command(name, cls=_Lazy, help=summary, add_help_option=False)(_nothing)
    return typer.main.get_command(app)


def _nothing() -> None:
    """The callback of a lazy command, never called."""


class _Group(CommandGroup):
    """The root group. Keeps the line breaks of its examples, which have comments, and knows the manual's topics."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            from flux2cli.manual import topics

            if args[0] in topics():
                raise UsageError(f"There is no command `{args[0]}`.", hint=f"see `flux2 help {args[0]}`")
            from flux2cli.options.first_word import unknown_first_word

            raise unknown_first_word(args, self.commands)
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        super().format_help_text(ctx, formatter)
        formatter.write(f"\n{EXAMPLES}")


def main(argv: Sequence[str], app: App) -> int:
    """Run one command line and return its exit code. Prints every error, once, as text or as JSON."""
    words = list(argv)
    app.json = "--json" in (words[: words.index("--")] if "--" in words else words)
    try:
        _check_cwd(app)
        with (
            contextlib.redirect_stdout(app.stdout),
            contextlib.redirect_stderr(app.stderr),
            plugged_in(app, warn=partial(_warn, app) if _needs_no_plugins(words) else None),
        ):
            code = _command_line().main(args=words, prog_name="flux2", standalone_mode=False, obj=app)
        app.stdout.flush()
        return code if isinstance(code, int) else 0
    except (BrokenPipeError, SystemExit):  # Typer turns BrokenPipeError into SystemExit
        _silence(app.stdout)
        return 141
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # a group without a command shows its help
            app.out(error.format_message())
            return 0
        return _report(app, words, error)
    except Exception as error:  # noqa: BLE001 - the last resort: printed, logged, exit 1
        return _report(app, words, error)
    except KeyboardInterrupt:
        return _report(app, words, InterruptedRunError("Interrupted; nothing was in flight."))
    finally:
        app.close()
        for stream in (app.stdout, app.stderr):
            _flush_or_silence(stream)


def _check_cwd(app: App) -> None:
    if not app.cwd.is_dir():
        raise UsageError(f"The current directory, {app.cwd}, does not exist any more.", hint="go to another: cd")


def _needs_no_plugins(words: Sequence[str]) -> bool:
    """Whether a command line works without a broken plug-in: help, and `config`, which can remove it."""
    return not words or words[0] in ("config", "help", "--help", "-h")


def _warn(app: App, text: str) -> None:
    app.terminal.styled("warning", text)


def _flush_or_silence(stream: TextIO) -> None:
    """Write out what a stream still holds; where its reader or terminal is gone, the exit code says so."""
    try:
        stream.flush()
    except (OSError, ValueError):
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Keep the interpreter's last flush of a closed stream from printing an error and exiting with 120."""
    import os

    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _report(app: App, argv: list[str], error: Exception) -> int:
    from flux2cli.output.failure import error_document, show_error

    known = _as_known(app, argv, error)
    if app.json:
        with contextlib.suppress(OSError, ValueError):
            app.out_json(error_document(known))
    show_error(app, known)
    return known.exit_code


def _as_known(app: App, argv: list[str], error: Exception) -> Flux2Error:
    if isinstance(error, Flux2Error):
        return error
    if isinstance(error, typer.TyperException):
        from flux2cli.options.usage_errors import usage_error

        return usage_error(error, getattr(error, "ctx", None), argv)
    return InternalError.unexpected(error, app.log(error))
