"""What a TAB costs in bash: the static script of flux2, and the completion that Typer brings for a small app."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from measuring import clean_environment
from peers import CHECKOUT

_PRESS = """
source "$1"
COMP_WORDS=(flux2 flash --s) COMP_CWORD=2
began=$EPOCHREALTIME
for ((i = 0; i < $3; i++)); do COMPREPLY=(); "$2" flux2 --s flash; done
ended=$EPOCHREALTIME
echo "${began/./} ${ended/./} ${COMPREPLY[*]}"
"""
_TYPER_APP = """#!{python}
import typer

app = typer.Typer()


@app.callback()
def root() -> None: ...


@app.command()
def flash(prompt: str, seed: int = 1, size: str = "auto", strict: bool = False) -> None: ...


app()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A TAB after `flux2 flash --s`: milliseconds, and what was offered with and without programs to run."""

    milliseconds: float
    offered: str
    offered_without_programs: str


def static_tab() -> Tab:
    """A TAB with the script of this checkout."""
    return _tab(CHECKOUT / "completions" / "flux2.bash", "_flux2", path="/usr/bin:/bin", presses=200)


def typer_tab(python: Path, folder: Path) -> Tab:
    """A TAB with what Typer makes for a small app, called `flux2` too, in `folder`."""
    app = folder / "flux2"
    app.write_text(_TYPER_APP.format(python=python))
    app.chmod(0o755)
    environ = {**clean_environment(), "_FLUX2_COMPLETE": "source_bash"}
    script = folder / "typer.bash"
    script.write_bytes(subprocess.run([app], env=environ, capture_output=True, check=True).stdout)
    return _tab(script, "_flux2_completion", path=f"{folder}:/usr/bin:/bin", presses=10)


def _tab(script: Path, function: str, *, path: str, presses: int) -> Tab:
    milliseconds, offered = _press(script, function, path, presses)
    return Tab(
        milliseconds=milliseconds,
        offered=offered,
        offered_without_programs=_press(script, function, "/nowhere", 1)[1],
    )


def _press(script: Path, function: str, path: str, presses: int) -> tuple[float, str]:
    ran = subprocess.run(
        ["/bin/bash", "--norc", "--noprofile", "-c", _PRESS, "-", str(script), function, str(presses)],
        env={**clean_environment(), "PATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    began, ended, *offered = ran.stdout.split()
    return (int(ended) - int(began)) / 1000 / presses, " ".join(sorted(set(offered)))
