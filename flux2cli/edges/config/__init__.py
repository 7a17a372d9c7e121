"""Settings and keys of this machine: directories, TOML files, key store. The only home of platformdirs and tomlkit."""

from flux2cli.edges.config.config import Config
from flux2cli.edges.config.directories import Directories
from flux2cli.edges.config.key_store import Key, KeyStore

__all__ = ["Config", "Directories", "Key", "KeyStore"]
