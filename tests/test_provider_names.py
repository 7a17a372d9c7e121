"""No file of the package knows a provider by name, but for the provider's own and the list of those built in."""

import re
from pathlib import Path

import flux2cli
from flux2cli.providers import registry

ROOT = Path(flux2cli.__file__).parent
HOMES = ("providers", "sandbox")
LIST = ("providers/registry.py: from flux2cli.providers import ", "providers/registry.py: _BUILT_IN: ")
"""The two lines that list what is built in."""


def test_a_provider_is_named_in_its_own_packages_only() -> None:
    found = []
    for info in registry.infos():
        words = "|".join(sorted({re.escape(info.name), re.escape(info.title)}))
        name = re.compile(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])", re.IGNORECASE)
        own = [ROOT / home / info.name for home in HOMES]
        for file in sorted(ROOT.rglob("*.py")):
            if any(file.is_relative_to(folder) for folder in own):
                continue
            lines = file.read_text().splitlines()
            found += [f"{file.relative_to(ROOT)}: {line.strip()}" for line in lines if name.search(line)]

    assert [line for line in found if not line.startswith(LIST)] == []
