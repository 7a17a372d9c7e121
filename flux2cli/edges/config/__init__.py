"""Settings and keys of this machine: directories, TOML files, key store. The only home of platformdirs and tomlkit."""

from flux2cli.edges.config.directories import Directories
from flux2cli.edges.config.setting_sources import Config

__all__ = ["Config", "Directories"]
