"""What one image costs beside the provider's work: `python tests/bench/one_image.py --peers DIR [--install]`.

Over loopback, from a server without latency: `flux2 flash` with its download, its ledger and its sidecar, and
flux-pro-cli, which prints an address and downloads nothing. Then the memory that an image of 100 MB takes, over what
the same run takes with a small one. DIR as for `startup.py`.
"""

import shutil
import tempfile
from pathlib import Path
from statistics import median

import peers
from measuring import Command, Run, interleaved, milliseconds, one_run, ratio
from reporting import arguments, report
from zero_server import zero_server

LARGE = 5774
"""Pixels of a side whose square of noise has 100 MB."""
_OURS, _THEIRS = 'flux2 flash "a fox"', 'flux-pro-cli generate "a fox"'


def flux2(folder: Path, base: str, scratch: Path) -> Command:
    """One image: submitted, followed, downloaded, checked, entered and saved beside its sidecar."""
    homes = {f"FLUX2_{kind}_DIR": str(scratch / kind.lower()) for kind in ("STATE", "CONFIG", "CACHE")}
    return Command(
        name=_OURS,
        argv=[str(folder / "flux2" / "bin" / "flux2"), "flash", "a fox", "-o", "out/"],
        environ={**homes, "FAL_KEY": "id:secret", "FLUX2_FAL_URL": base},
    )


def flux_pro_cli(file: Path, base: str) -> Command:
    """One image: asked for in one request, its address printed."""
    environ = {"ACEDATACLOUD_API_BASE_URL": base, "ACEDATACLOUD_API_TOKEN": "token"}
    return Command(name=_THEIRS, argv=[str(file), "generate", "a fox"], environ=environ)


def timed(folder: Path, scratch: Path, rounds: int) -> dict[str, list[Run]]:
    """Runs of both in turns; of ours alone where the peer is not installed."""
    with zero_server() as base:
        ours, peer = flux2(folder, base, scratch), peers.command(folder, "flux-pro-cli")
        commands = [ours, flux_pro_cli(peer, base)] if peer else [ours]
        runs = interleaved(commands, rounds=rounds, cwd=scratch)
    made = [file for file in (scratch / "out").iterdir() if file.suffix == ".png" and _sidecar(file).exists()]
    if len(made) != rounds + 1:
        raise SystemExit(f"{len(made)} images of {rounds + 1}")
    return runs


def _sidecar(image: Path) -> Path:
    return image.with_name(f"{image.name}.json")


def memory(folder: Path, scratch: Path, side: int, rounds: int) -> tuple[float, float]:
    """The image's megabytes, and the median of the most memory that a run takes, in MiB."""
    with zero_server(side) as base:
        runs = [one_run(flux2(folder, base, scratch), scratch) for _ in range(rounds)]
    bytes_each = max(file.stat().st_size for file in (scratch / "out").glob("*.png"))
    shutil.rmtree(scratch / "out")
    return bytes_each / 1e6, median(run.memory for run in runs) / 2**20


def time_row(runs: dict[str, list[Run]]) -> list[str]:
    """The row of the time."""
    ours, theirs = runs[_OURS], runs.get(_THEIRS, [])
    if not theirs:
        return [f"`{_OURS}`, saved", f"{milliseconds(ours):.0f} ms", "flux-pro-cli", "not installed", "", "", ""]
    times = ratio(ours, theirs)
    return [
        f"`{_OURS}`, saved", f"{milliseconds(ours):.0f} ms", f"`{_THEIRS}`, nothing saved",
        f"{milliseconds(theirs):.0f} ms", f"{times:.2f} ×", "< 1 ×", "yes" if times < 1 else "no",
    ]  # fmt: skip


def memory_row(small: tuple[float, float], large: tuple[float, float]) -> list[str]:
    """The row of the memory."""
    more = large[1] - small[1]
    return [
        f"memory, an image of {large[0]:.0f} MB", f"{large[1]:.0f} MiB", f"the same with {small[0]:.1f} MB",
        f"{small[1]:.0f} MiB", f"{more:+.1f} MiB", "≤ +20 MiB", "yes" if more <= 20 else "no",
    ]  # fmt: skip


def main() -> None:
    """Measure and report."""
    given = arguments(__doc__)
    peers.ours(given.peers)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        runs = timed(given.peers, scratch, given.rounds)
        shutil.rmtree(scratch / "out")
        small, large = (memory(given.peers, scratch, side, 3) for side in (256, LARGE))
    report(given, [time_row(runs), memory_row(small, large)], runs)


if __name__ == "__main__":
    main()
