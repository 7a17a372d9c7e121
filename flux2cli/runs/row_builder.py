"""Builds a validated row from a raw row and the flags, which are defaults for every row."""

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from flux2cli.app import App
from flux2cli.catalog import PARAMETERS, VARIANTS, Mode
from flux2cli.catalog.model import Values
from flux2cli.core.batch.plan.place import named_by_id
from flux2cli.core.batch.row import STDIN, STDIN_SOURCE, RawRow, Row
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.request.file_format import check_format
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.output_path import Output, parse_output
from flux2cli.core.request.reference import is_stream
from flux2cli.core.request.request import Request
from flux2cli.core.request.route import check_provider, choose_route
from flux2cli.core.request.templates import filled
from flux2cli.errors import UsageError
from flux2cli.providers import registry
from flux2cli.redact import redact_text
from flux2cli.runs.request_builder import request_of
from flux2cli.runs.row_references import RowReferences, as_written
from flux2cli.wire import JsonObject


@dataclass(kw_only=True)
class RowBuilder:
    """Makes rows. `output` is the run's, `suffix` the image format that its name implies; `parameters` are by name.

    `gives_way`: the output comes from the settings, so that its suffix counts only where no format is given.

    `variant` is a subcommand's name, which includes `outpaint`.
    """

    app: App
    variant: str | None
    provider: str
    parameters: Values
    output: Output
    suffix: str | None = None
    gives_way: bool = False
    label: str | None = None
    extra: JsonObject | None = None
    reads_files: bool = True
    """Whether rows come from prompt files or stdin; their source is on record then."""
    _sources: dict[str, str] = field(default_factory=dict, init=False)

    def make(self, raw: RawRow, number: int, keys: RowKeys) -> Row:
        """The row, with a key from `keys`; UsageError about the first column that is wrong."""
        values = raw.values
        variant, mode = self._variant(values.get("variant"))
        provider = self._provider(values.get("provider"))
        given = {name: value for name, value in self.parameters.items() if name not in values}
        given |= {name: value for name, value in values.items() if name in PARAMETERS}
        file = raw.file if "image" in values else None
        references = self._references.of(given.pop("image", []), provider, file=file)
        row_id = _text(values.get("id"))
        output, suffix = self._output(values.get("output"), number, row_id, has_format="format" in given)
        route = choose_route(variant, provider, mode or ("edit" if references else "text"), given)
        request = request_of(self.app, route, given, references, suffix=suffix, extra=self.extra)
        check_format(request, output.name, suffix, about="output" if "output" in values else "format")
        if output.explicit and request.count > 1:
            raise UsageError(
                f"`{output.name}` is one file, and the row asks for {request.count} images.",
                hint="a template with {index}, or a directory, holds several",
                about="output",
            )
        key, former_key = _keys(keys, request, raw)
        return Row(
            number=number,
            file=raw.file,
            line=raw.line,
            key=key,
            former_key=former_key,
            request=request,
            output=output,
            places_itself="output" in values,
            source=self._source(raw.file),
            id=row_id,
            label=_text(values.get("label")) or self.label,
            meta={name[5:]: redact_text(str(value)) for name, value in values.items() if name.startswith("meta.")},
        )

    def _source(self, file: str) -> str | None:
        """The prompt file relative to the output root, so that a copied project knows its rows."""
        if not self.reads_files:
            return None
        found = self._sources.get(file)
        if found is None:
            typed = self.app.cwd / Path(file).expanduser()
            path = os.path.join(os.path.realpath(typed.parent), typed.name)
            path = os.path.relpath(path, os.path.realpath(self.output.directory))
            found = self._sources[file] = STDIN_SOURCE if file == STDIN or is_stream(file) else Path(path).as_posix()
        return found

    def _variant(self, given: object) -> tuple[str, Mode | None]:
        typed = _text(given) or self.variant
        if typed is None:
            raise UsageError("There is no variant.", hint="give -m VARIANT, or a column `variant`", about="variant")
        name = typed.strip().lower()
        if name == "outpaint":
            return "pro", "outpaint"
        if name not in VARIANTS:
            raise UsageError(
                f"There is no variant `{typed}`.", hint=suggest(name, [*VARIANTS, "outpaint"]), about="variant"
            )
        return name, None

    def _provider(self, given: object) -> str:
        name = _text(given) or self.provider
        known = {provider.lower(): provider for provider in registry.names()}.get(name.strip().lower(), name)
        check_provider(known)
        return known

    @cached_property
    def _references(self) -> RowReferences:
        return RowReferences(self.app)

    def _output(self, given: object, number: int, row_id: str | None, *, has_format: bool) -> tuple[Output, str | None]:
        """The row's output and the image format that its name implies. A row's own output is below the run's."""
        output, suffix = self.output, None if self.gives_way and has_format else self.suffix
        text = _text(given)
        if text is not None:
            root = self.output.directory
            if text == "-" or text.startswith(("/", "~")) or ".." in text.split("/"):
                raise UsageError(
                    f"`{text}` is not a place below the output directory.",
                    hint="give a name relative to the directory of -o",
                    about="output",
                )
            if any(part.startswith(".") for part in text.split("/") if part != "."):
                raise UsageError(
                    f"`{text}` is in a hidden folder, or hidden itself: images of rows are not looked for there.",
                    hint="give a name that begins with no dot",
                    about="output",
                )
            output, suffix = parse_output(
                text, cwd=root, overwrite=output.overwrite, is_directory=lambda _: text.endswith("/")
            )
        if not output.explicit:
            name = filled(output.name, {"row": str(number), "row0": str(number - 1)})
            output = output if name == output.name else replace(output, name=name)
        return named_by_id(output, row_id), suffix


def _keys(keys: RowKeys, request: Request, raw: RawRow) -> tuple[str, str | None]:
    """The row key, and the one of 0.1.0 where that differs.

    They are made from the cells as they stand in the file: blanks around them were part of the key at first.
    """
    written = _as_written(request, raw) if raw.written else request
    row_id = _text(raw.written.get("id", raw.values.get("id")))
    former = written.former_key
    return keys.key(written.key, row_id), keys.key(former, row_id) if former else None


def _as_written(request: Request, raw: RawRow) -> Request:
    values = {name: value for name, value in raw.written.items() if name in request.values}
    references = as_written(request.references, raw.written.get("image"))
    return replace(request, values={**request.values, **values}, references=tuple(references))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
