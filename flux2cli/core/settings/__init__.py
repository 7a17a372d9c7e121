"""Settings without their files: which there are, what values they take, and whose word counts. No I/O."""

from flux2cli.core.settings.addresses import base_url
from flux2cli.core.settings.origin import Source
from flux2cli.core.settings.parsing import parse
from flux2cli.core.settings.precedence import Candidate, Resolved, resolve
from flux2cli.core.settings.table import SETTINGS, Setting, Value, is_group, setting_named

__all__ = [
    "SETTINGS", "Candidate", "Resolved", "Setting", "Source", "Value", "base_url", "is_group", "parse", "resolve",
    "setting_named",
]  # fmt: skip
