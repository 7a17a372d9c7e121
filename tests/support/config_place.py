"""A user's and a project's settings in directories of a test."""

from pathlib import Path

import pytest

from flux2cli.edges.config import Config, Directories
from flux2cli.errors import UsageError


class Place:
    """A git tree with a directory in it, a configuration directory, and an environment."""

    def __init__(self, root: Path) -> None:
        self.tree = root / "tree"
        self.cwd = self.tree / "deep" / "er"
        self.cwd.mkdir(parents=True)
        (self.tree / ".git").mkdir()
        self.user = root / "config" / "config.toml"
        self.project = self.tree / "flux2.toml"
        self.environ: dict[str, str] = {}

    def write_user(self, text: str) -> None:
        self.user.parent.mkdir(exist_ok=True)
        self.user.write_text(text)

    def config(self, cwd: Path | None = None) -> Config:
        folder = self.user.parent
        directories = Directories(config=folder, state=folder / "state", cache=folder / "cache")
        return Config(directories, self.environ, cwd or self.cwd)


def refused(config: Config, name: str = "provider") -> UsageError:
    with pytest.raises(UsageError) as caught:
        config.get(name)
    return caught.value
