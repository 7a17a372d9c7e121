"""Settings without their files: the table of settings, parsing of values, and precedence. No I/O."""

from flux2cli.core.settings.origin import Source
from flux2cli.core.settings.parsing import parse
from flux2cli.core.settings.precedence import Candidate, Resolved, resolve
from flux2cli.core.settings.table import Setting, Value, all_settings, is_group, setting_named
from flux2cli.core.settings.url_rules import base_url

__all__ = [
    "Candidate", "Resolved", "Setting", "Source", "Value", "all_settings", "base_url", "is_group", "parse", "resolve",
    "setting_named",
]  # fmt: skip
