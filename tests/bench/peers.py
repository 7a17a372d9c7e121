"""Where the measured commands are: one virtual environment each, filled from the package index when asked to."""

import os
import platform
import subprocess
import sys
import venv
from importlib.metadata import distributions
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
PEERS = {
    "gallery-dl": ("gallery-dl", "gallery-dl"),
    "llm": ("llm", "llm"),
    "fal": ("fal", "fal"),
    "hf": ("hf", "huggingface_hub[cli]"),
    "httpie": ("http", "httpie"),
    "flux-pro-cli": ("flux", "flux-pro-cli"),
}
"""By the name of the environment: the command in it, and what is installed for it."""


def install(folder: Path) -> None:
    """Make the environments that are missing. Downloads some 200 MB."""
    for name, (_, package) in PEERS.items():
        if not (folder / name).exists():
            _environment(folder / name, package)


def ours(folder: Path) -> Path:
    """The `flux2` of this checkout as users have it: installed by pip, with its modules compiled."""
    home = folder / "flux2"
    if home.exists():
        _pip(home, "--force-reinstall", "--no-deps", str(CHECKOUT))
    else:
        _environment(home, str(CHECKOUT))
    return home / "bin" / "flux2"


def command(folder: Path, name: str) -> Path | None:
    """A peer's command, None where it is not installed."""
    file = folder / name / "bin" / PEERS[name][0]
    return file if file.exists() else None


def version(folder: Path, name: str, package: str) -> str:
    """The version of a package in an environment."""
    site = next((folder / name / "lib").glob("python*/site-packages"))
    found = (d.version for d in distributions(path=[str(site)]) if d.name.lower().replace("_", "-") == package)
    return next(found, "not installed")


def versions(folder: Path) -> dict[str, str]:
    """Of what is measured and what it stands on, by package."""
    ours = {package: version(folder, "flux2", package) for package in ("flux2cli", "typer", "pydantic", "httpx")}
    packages = {name: package.partition("[")[0].replace("_", "-") for name, (_, package) in PEERS.items()}
    return ours | {p: version(folder, name, p) for name, p in packages.items() if (folder / name).exists()}


def machine() -> str:
    """Processor, cores, system and Python, in words."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return (
        f"{next(models, platform.machine())}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"CPython {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end"
    )


def _environment(home: Path, package: str) -> None:
    venv.create(home, with_pip=True, symlinks=True)
    _pip(home, package)


def _pip(home: Path, *what: str) -> None:
    ran = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *what]
    subprocess.run(ran, check=True, stdout=sys.stderr)
