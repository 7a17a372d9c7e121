"""`flux2 help [COMMAND|TOPIC]`: a page of the manual or a command's help, paged on a terminal."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from flux2cli.app import App
from flux2cli.errors import UsageError
from flux2cli.manual import page, topics
from flux2cli.options.help_screens import Commands, summary_of, write_flags, write_rows

app = Commands()


@app.command("help")
def show_help(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND|TOPIC]", help="What to explain: `money`, `flash`, `jobs list`."),
    ] = None,
) -> None:
    """Show a page of the manual, or a command's help; alone, a list of both."""
    host: App = context.obj
    if not words:
        host.out_paged(_overview(context))
    elif len(words) == 1 and words[0] in topics():
        _show_page(host, context.find_root(), words[0])
    else:
        host.out_paged(_find(context.find_root(), words).get_help())


def _overview(context: Any) -> str:
    formatter = context.make_formatter()
    with formatter.section("Commands"):
        write_rows(
            formatter, ((name, summary_of(found)) for name, found in context.find_root().command.commands.items())
        )
    with formatter.section("Topics"):
        write_rows(formatter, topics().items())
    return f"{formatter.getvalue().strip()}\n\n`flux2 help NAME` explains one of them."


def _find(context: Any, words: Sequence[str], **settings: Any) -> Any:
    """The context of the command that the words name, starting at the root's. UsageError for an unknown word."""
    for word in words:
        known = getattr(context.command, "commands", {})
        if word not in known:
            raise _unknown(word, context, known)
        context = known[word].make_context(word, [], parent=context, resilient_parsing=True, **settings)
    return context


def _unknown(word: str, context: Any, known: Iterable[str]) -> UsageError:
    from flux2cli.core.request.messages import suggest

    is_root = context.parent is None
    if is_root and word in topics():
        return UsageError(f"`{word}` is a page, and takes no more words.", hint=f"see `flux2 help {word}`")
    names = dict.fromkeys([*known, *(topics() if is_root else ())])
    what = "command or topic" if is_root else f"`{context.command_path}` command"
    return UsageError(f"There is no {what} `{word}`.", hint=suggest(word, names) if names else None)


def _show_page(host: App, root: Any, topic: str) -> None:
    """Show a page, then the flags of the command with its name if there is one; in a pipe the Markdown itself."""
    from flux2cli.output.markdown import render
    from flux2cli.output.text_layout import width_of

    width = width_of(host)
    text = page(topic).rstrip("\n")
    if topic in root.command.commands:
        found = _find(root, [topic], terminal_width=width - 4)  # code is indented
        formatter = found.make_formatter()
        write_flags(found.command, found, formatter)
        text += f"\n\n## Flags of `flux2 {topic}`\n\n```text\n{formatter.getvalue().strip()}\n```"
    if host.stdout_is_terminal:
        text = "\n".join(render(text, width, color=host.colors_stdout))
    host.out_paged(text)
