"""Checks that the `meta.NAME` fields of a batch's templates are columns of its rows."""

from collections.abc import Iterator

from flux2cli.core.batch.row import RawRow, Row
from flux2cli.core.request.synonyms import meant
from flux2cli.core.request.templates import meta_names
from flux2cli.errors import UsageError


class MetaFields:
    """The `meta.NAME` fields of all templates, each with the first row that has it, and the columns of all rows."""

    def __init__(self) -> None:
        self._wanted: dict[str, tuple[RawRow, str]] = {}
        self._there: set[str] = set()

    def add(self, row: Row, raw: RawRow) -> None:
        """Take note of the row's template and columns. An output that is one file has no template."""
        self._there.update(row.meta)
        if not row.output.explicit and "{meta." in row.output.name:  # every row comes here, and few have one
            for name in meta_names(row.output.name):
                self._wanted.setdefault(name, (raw, row.output.name))

    def missing(self) -> Iterator[tuple[RawRow, UsageError]]:
        """The fields for which no row at all has a value. Where only some rows have none, the job id stands for it."""
        for name, (raw, template) in self._wanted.items():
            if name not in self._there:
                near = meant(name, sorted(self._there))
                hint = f"did you mean `{{meta.{near}}}`?" if near else f"it needs a column `meta.{name}`"
                what = f"The template `{template}` has `{{meta.{name}}}`, and no row has a value for it."
                yield raw, UsageError(what, hint=hint, about="output")
