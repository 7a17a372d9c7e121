"""Reads the prompt and the reference images that the command line names."""

import shlex
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.request.data_uri import decode_data_uri, is_data_uri
from flux2cli.core.request.prompt_text import MOST_BYTES, decode
from flux2cli.core.request.reference import Reference, from_url, is_url
from flux2cli.errors import UsageError
from flux2cli.providers import registry

_HINT = 'give one: flux2 flash "a fox in the snow"'


def read_prompt(app: App, argument: str | None, file: str | None, variant: str) -> str:
    """The prompt: the argument, or from a file, or from stdin (`-`, or no argument when stdin is not a terminal).

    `variant` is for hints.
    """
    if argument is not None and file is not None:
        raise UsageError("There are two prompts: the argument and --prompt-file.", hint="give one of them")
    if file is not None and file != "-":
        return _one_prompt(decode(_read(app.cwd / Path(file).expanduser()), file), file, variant)
    if argument is not None and argument != "-":
        if not argument.strip():
            raise UsageError("The prompt is empty.", hint=_HINT)
        _check_text(argument)
        return argument
    if argument is None and file is None and app.stdin_is_terminal:
        raise UsageError("There is no prompt.", hint=f"{_HINT}, or `-` to type it")
    if app.stdin is None:
        raise UsageError("The prompt should come from stdin, and stdin is closed.", hint=_HINT)
    try:
        data = app.stdin.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"Stdin cannot be read: {error}.", hint=_HINT) from None
    return _one_prompt(decode(data, "stdin"), "stdin", variant)


def _one_prompt(text: str, origin: str, variant: str) -> str:
    """The text; UsageError when it plainly is a list of prompts. An argument is not asked: it was typed as a prompt."""
    from flux2cli.core.batch.other_formats import in_prompt

    found = in_prompt(text)
    if found is None:
        return text
    hint = "to send it as it is, give it as the argument"
    if found.format is not None:
        way = f"flux2 batch {_batch_file(origin)} -m {variant} --input-format {found.format}"
        hint = f"{way} makes an image of each row; {hint}"
    raise UsageError(f"The prompt from {origin} is {found.what}.", hint=hint)


def _batch_file(origin: str) -> str:
    return "-" if origin == "stdin" else shlex.quote(origin)


def notes_about(prompt: str, argument: str | None, file: str | None, variant: str) -> tuple[str, ...]:
    """What to say about a prompt of several lines that was read from a file or stdin: `batch` makes one each."""
    lines = sum(1 for line in prompt.splitlines() if line.strip())
    if lines < 2 or argument not in (None, "-"):
        return ()
    origin = "stdin" if file in (None, "-") else file
    way = f"flux2 batch {_batch_file(origin)} -m {variant}"
    return (f"the {lines} lines of {origin} are one prompt; an image of each: {way}",)


def _check_text(argument: str) -> None:
    try:
        argument.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"The prompt is not UTF-8 (character {error.start}).", hint="set LANG to a UTF-8 locale"
        ) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:  # which may be a pipe, or a device without an end
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"The prompt file `{path}` cannot be read: {error.strerror}.") from None


def read_references(app: App, given: object, provider: str) -> list[Reference]:
    """The given reference images in order: URLs as they are; files, stdin and `data:` URIs read and checked."""
    if not given:
        return []
    from flux2cli.edges import reference_files

    limit = registry.info(provider).upload_limit if provider in registry.names() else 0
    references = []
    for text in given if isinstance(given, list) else []:
        if is_url(text):
            references.append(from_url(text))
        elif text == "-":
            references.append(reference_files.from_bytes(_stdin(app, limit), source="-", name="stdin", limit=limit))
        elif is_data_uri(text):
            data = decode_data_uri(text)
            references.append(reference_files.from_bytes(data, source="data:", name="data", limit=limit))
        else:
            references.append(reference_files.read_file(text, app.cwd, limit=limit))
    return references


def _stdin(app: App, limit: int) -> bytes:
    if app.stdin is None or app.stdin_is_terminal:
        raise UsageError(
            "`-i -` reads an image from stdin, and nothing is piped in.",
            hint="flux2 ... -i - < photo.jpg",
            about="image",
        )
    from flux2cli.edges.reference_files import read_within

    return read_within(app.stdin, "-", limit)


def check_stdin(argument: str | None, file: str | None, images: list[str]) -> None:
    """UsageError when stdin is named more than once."""
    asks = [argument == "-" or (argument is None and file is None), file == "-", *(text == "-" for text in images)]
    if sum(asks) > 1:
        raise UsageError("Stdin can be read only once.", hint="give the prompt as an argument, or the image as a file")
