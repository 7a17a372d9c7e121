"""`flux2 sandbox`: serves the emulator of the providers; `reset` clears the sandbox."""

from flux2cli.commands.sandbox import reset_sandbox, serve_sandbox
from flux2cli.options.help_screens import Commands

app = Commands()
app.callback(invoke_without_command=True, no_args_is_help=False, subcommand_metavar="[COMMAND]")(serve_sandbox.serve)
app.command("reset")(reset_sandbox.reset)
