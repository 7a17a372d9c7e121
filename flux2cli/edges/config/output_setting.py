"""Checks the setting `output` as the flag `-o` is checked, and names the file or variable that holds it."""

import os
from pathlib import Path

from flux2cli.core.request.output_path import parse_output
from flux2cli.errors import UsageError


def check_output_setting(text: str, quoted: str, cwd: Path) -> None:
    """UsageError when no image can go to the place; `quoted` is the setting as its source has it, for the message."""
    try:
        parse_output(text, cwd=str(cwd), overwrite=False, is_directory=os.path.isdir)
    except UsageError as error:
        if error.wrong is not None:
            raise UsageError(f"{quoted} {error.wrong.clause}.", hint=error.hint) from None
        said = f"{error.message[:1].lower()}{error.message[1:]}"
        raise UsageError(f"{quoted} cannot be used: {said}", hint=error.hint) from None


def output_to_keep(text: str, cwd: Path) -> str:
    """The output as a file of settings keeps it: with a `/` behind a directory, which may not exist elsewhere."""
    is_bare = "{" not in text and text != "-" and not text.endswith("/")
    return f"{text}/" if is_bare and (cwd / Path(text).expanduser()).is_dir() else text
