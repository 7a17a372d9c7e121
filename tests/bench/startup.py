"""How long flux2 takes to start, beside its peers: `python tests/bench/startup.py --peers DIR [--install]`.

DIR holds a virtual environment for each peer (`--install` makes those that are missing, from the package index) and
one for this checkout, which is installed into it anew. Every command runs once in each round; shown are medians.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import peers
from completing import Tab, static_tab, typer_tab
from measuring import Command, Run, interleaved, milliseconds, ratio
from reporting import arguments, report

_VERSION, _HELP, _PLAN = "flux2 --version", "flux2 --help", 'flux2 flash "a fox" --dry-run'
_NOTHING = 'python -c "import re, sys"'
_LIBRARIES = 'python -c "import typer, pydantic"'
_TYPER_APP = "a Typer app of one option, run"
_ONE_OPTION = """
import typer
app = typer.Typer(add_completion=False, rich_markup_mode=None)
@app.command()
def main(name: str, seed: int = 1) -> None: print(name)
app()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours against theirs, and how many times as long ours may take; None where it is only shown."""

    ours: str
    theirs: str
    most: float | None


COMPARISONS = (
    Comparison(ours=_VERSION, theirs=_NOTHING, most=1.3),
    Comparison(ours=_HELP, theirs="gallery-dl --help", most=1.2),
    *(Comparison(ours=_HELP, theirs=f"{name} --help", most=1 / 3) for name in ("llm", "fal", "hf", "http")),
    Comparison(ours=_PLAN, theirs=_LIBRARIES, most=1.3),
    Comparison(ours=_PLAN, theirs=_TYPER_APP, most=None),
)


def commands(folder: Path, scratch: Path) -> list[Command]:
    """Everything that is measured and is installed."""
    flux2 = peers.ours(folder)
    python = str(flux2.parent / "python")
    option = scratch / "one_option.py"
    option.write_text(_ONE_OPTION)
    argvs = {
        _NOTHING: [python, "-c", "import re, sys"],
        _VERSION: [str(flux2), "--version"],
        _LIBRARIES: [python, "-c", "import typer, pydantic"],
        _PLAN: [str(flux2), "flash", "a fox", "--dry-run"],
        _TYPER_APP: [python, str(option), "a fox"],
        _HELP: [str(flux2), "--help"],
    }
    for name in peers.PEERS:
        found = peers.command(folder, name)
        if found and name != "flux-pro-cli":
            argvs[f"{found.name} --help"] = [str(found), "--help"]
    homes = {f"FLUX2_{kind}_DIR": str(scratch / kind.lower()) for kind in ("STATE", "CONFIG", "CACHE")}
    return [Command(name=name, argv=argv, environ=homes) for name, argv in argvs.items()]


def rows(runs: Mapping[str, Sequence[Run]]) -> list[list[str]]:
    """A row of the table for each comparison whose peer is installed."""
    found = []
    for comparison in COMPARISONS:
        if comparison.theirs not in runs:
            continue
        ours, theirs = runs[comparison.ours], runs[comparison.theirs]
        times = ratio(ours, theirs)
        target = "" if comparison.most is None else f"≤ {comparison.most:.2f} ×"
        met = "" if comparison.most is None else "yes" if times <= comparison.most else "no"
        found.append(
            [f"`{comparison.ours}`", f"{milliseconds(ours):.0f} ms", f"`{comparison.theirs}`",
             f"{milliseconds(theirs):.0f} ms", f"{times:.2f} ×", target, met]
        )  # fmt: skip
    return found


def tab_row(ours: Tab, theirs: Tab) -> list[str]:
    """The row of a TAB: static means that it offers the same when no program can be started."""
    static = bool(ours.offered) and ours.offered_without_programs == ours.offered
    return [
        "a TAB in bash", f"{ours.milliseconds:.1f} ms", "Typer's own, for an app of one command",
        f"{theirs.milliseconds:.0f} ms", f"{ours.milliseconds / theirs.milliseconds:.3f} ×",
        "no program started", "yes" if static else "no",
    ]  # fmt: skip


def main() -> None:
    """Measure and report."""
    given = arguments(__doc__)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        runs = interleaved(commands(given.peers, scratch), rounds=given.rounds, cwd=scratch)
        lines = [*rows(runs), tab_row(static_tab(), typer_tab(given.peers / "flux2" / "bin" / "python", scratch))]
    report(given, lines, runs)


if __name__ == "__main__":
    main()
