"""Who said what a setting is: the flag, the environment, a file, or nobody."""

from dataclasses import dataclass
from typing import Literal

from flux2cli.core.settings.table import Setting

_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`path` is the file, where it is one."""

    kind: Literal["flag", "environment", "project", "user", "default"]
    path: str = ""

    @property
    def is_file(self) -> bool:
        """Whether values come typed, as TOML has them, and not as text."""
        return self.kind in ("project", "user")

    def origin(self, row: Setting) -> str:
        """The source in the words of `flux2 config show`."""
        return f"environment {row.variable}" if self.kind == "environment" else self.path or self.kind

    def quote(self, row: Setting, raw: object) -> str:
        """How a message names a value that was given there, as it was typed."""
        text = str(raw)
        text = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
        return self._say(row, text)

    def point_at(self, row: Setting) -> str:
        """How a message names what was given there when the value itself may hold a secret."""
        return self._say(row, "...")

    def _say(self, row: Setting, text: str) -> str:
        match self.kind:
            case "flag" if row.flag:
                return f"`{row.flag} {text}`"
            case "environment":
                return f"`{row.variable}={text}`"
            case "project" | "user":
                return f"`{row.name} = {text}` in {self.path}"
            case _:
                return f"`{row.name} {text}`"
