"""Settings and keys of this machine: directories, TOML files, key store. The only home of platformdirs and tomlkit."""

from flux2cli.edges.config.directories import Directories
from flux2cli.edges.config.keys import KEY_VARIABLES, Key, Keys
from flux2cli.edges.config.settings import Config

__all__ = ["KEY_VARIABLES", "Config", "Directories", "Key", "Keys"]
