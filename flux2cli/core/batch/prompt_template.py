"""`--prompt-template`: makes the prompt of a row from its columns, `A ${colour} ${thing}`."""

import json
import re
from dataclasses import dataclass

from flux2cli.catalog.model import Values
from flux2cli.core.batch.columns import column_named, is_secret, meta_name, shown
from flux2cli.errors import UsageError

_FIELD = re.compile(r"\$\{([^{}]*)\}")
_EXAMPLE = "--prompt-template 'A ${colour} fox'"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTemplate:
    """A template; `columns` are those that it names, as rows have them: `prompt`, `meta.colour`."""

    text: str
    columns: tuple[str, ...]

    def fill(self, values: Values) -> str:
        """The prompt of a row; UsageError about the first column that is empty."""
        return _FIELD.sub(lambda found: _cell(values, found[1]), self.text)


def parse_template(text: str) -> PromptTemplate:
    """The template; UsageError when it names no column, as after a shell has replaced `${...}` in double quotes."""
    names = [found[1] for found in _FIELD.finditer(text)]
    for name in names:
        if _column(name) is None:
            raise UsageError(f"`--prompt-template` has `${{{name}}}`, which names no column.", hint=f"as in {_EXAMPLE}")
    if not names:
        loose = re.search(r"(?<!\$)\{([\w -]+)\}", text)
        hint = f"a column is written ${{{loose[1]}}}" if loose else f"in single quotes? {_EXAMPLE}"
        raise UsageError(f"`--prompt-template {text}` names no column.", hint=hint)
    return PromptTemplate(text=text, columns=tuple(dict.fromkeys(filter(None, map(_column, names)))))


def _column(name: str) -> str | None:
    return None if is_secret(name) else column_named(name) or meta_name(name)


def _cell(values: Values, name: str) -> str:
    column = (_column(name) or "").lower()
    value = next((value for known, value in values.items() if known.lower() == column), None)
    if value is None:
        raise UsageError(
            f"The prompt template needs `{shown(name)}`, and the row has none.",
            hint="fill the cell, or leave the row out",
            about=shown(name),
        )
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
