"""Where the value of a setting comes from: flag, environment, project file, user file or default."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.settings.table import Setting
from flux2cli.quotes import shown

_LONGEST_QUOTE = 60
"""Characters of a value that a message shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The source of a value; `path` is the file's, for values from files."""

    kind: Literal["flag", "environment", "project", "user", "default"]
    path: str = ""

    @property
    def is_file(self) -> bool:
        """Whether values have TOML types; from other sources they are text."""
        return self.kind in ("project", "user")

    def origin(self, row: Setting) -> str:
        """The source as `flux2 config show` prints it."""
        return f"environment {row.variable}" if self.kind == "environment" else self.path or self.kind

    def quote(self, row: Setting, raw: object) -> str:
        """The value as a message quotes it, in the syntax of its source: `--timeout x`, `FLUX2_TIMEOUT=x`."""
        return self._in_syntax(row, shown(str(raw), _LONGEST_QUOTE))

    def point_at(self, row: Setting) -> str:
        """Like `quote`, with `...` for a value that may hold a secret."""
        return self._in_syntax(row, "...")

    def _in_syntax(self, row: Setting, text: str) -> str:
        match self.kind:
            case "flag" if row.flag:
                return f"`{row.flag} {text}`"
            case "environment":
                return f"`{row.variable}={text}`"
            case "project" | "user":
                return f"`{row.name} = {text}` in {self.path}"
            case _:
                return f"`{row.name} {text}`"
