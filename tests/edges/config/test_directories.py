"""Where settings, the ledger and the cache are kept."""

import os
from pathlib import Path

import pytest

from flux2cli.edges.config import Directories

# Where things live


def test_variables_move_the_directories(tmp_path: Path) -> None:
    environ = {"FLUX2_CONFIG_DIR": "/a/config", "FLUX2_STATE_DIR": "state", "FLUX2_CACHE_DIR": "../cache"}

    found = Directories.resolve(environ, cwd=tmp_path)

    assert (found.config, found.state) == (Path("/a/config"), tmp_path / "state")
    assert found.cache == tmp_path / "../cache"


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="the usual places differ")
def test_without_them_the_usual_places_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"/x/{name}")

    found = Directories.resolve({"FLUX2_STATE_DIR": "", "FLUX2_CACHE_DIR": "/c"}, cwd=tmp_path)

    assert found == Directories(config=Path("/x/CONFIG/flux2"), state=Path("/x/STATE/flux2"), cache=Path("/c"))
