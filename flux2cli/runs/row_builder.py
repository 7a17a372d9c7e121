"""Builds a validated row from a raw row and the flags, which are defaults for every row."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from flux2cli.app import App
from flux2cli.catalog import PARAMETERS, VARIANTS, Mode
from flux2cli.catalog.model import Values
from flux2cli.core.batch.row import RawRow, Row
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.request.data_uri import is_data_uri
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.output_path import Output, parse_output
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.route import check_provider, choose_route
from flux2cli.core.request.templates import filled
from flux2cli.errors import UsageError
from flux2cli.redact import redact_text
from flux2cli.runs.inputs import read_references
from flux2cli.runs.request_builder import request_of
from flux2cli.wire import JsonObject

_REMEMBERED = 1024
"""Reference images whose hashes are cached, so that a file that many rows name is read once."""


@dataclass(kw_only=True)
class RowBuilder:
    """Makes rows. `output` is the run's, `suffix` the image format that its name implies; `parameters` are by name.

    `variant` is a subcommand's name, which includes `outpaint`.
    """

    app: App
    variant: str | None
    provider: str
    parameters: Values
    output: Output
    suffix: str | None = None
    label: str | None = None
    extra: JsonObject | None = None

    def make(self, raw: RawRow, number: int, keys: RowKeys) -> Row:
        """The row, with a key from `keys`; UsageError about the first column that is wrong."""
        values = raw.values
        variant, mode = self._variant(values.get("variant"))
        provider = self._provider(values.get("provider"))
        given = {name: value for name, value in self.parameters.items() if name not in values}
        given |= {name: value for name, value in values.items() if name in PARAMETERS}
        references = self._references(given.pop("image", []), provider, typed="image" not in values)
        output, suffix = self._output(values.get("output"), number)
        route = choose_route(variant, provider, mode or ("edit" if references else "text"), given)
        request = request_of(self.app, route, given, references, suffix=suffix, extra=self.extra)
        if output.explicit and request.count > 1:
            raise UsageError(
                f"`{output.name}` is one file, and the row asks for {request.count} images.",
                hint="a template with {index}, or a directory, holds several",
                about="output",
            )
        row_id = _text(values.get("id"))
        return Row(
            number=number,
            file=raw.file,
            line=raw.line,
            key=keys.key(request.key, row_id),
            request=request,
            output=output,
            id=row_id,
            label=_text(values.get("label")) or self.label,
            meta={name[5:]: redact_text(str(value)) for name, value in values.items() if name.startswith("meta.")},
        )

    def _variant(self, given: object) -> tuple[str, Mode | None]:
        name = _text(given) or self.variant
        if name is None:
            raise UsageError("There is no variant.", hint="give -m VARIANT, or a column `variant`", about="variant")
        if name == "outpaint":
            return "pro", "outpaint"
        if name not in VARIANTS:
            raise UsageError(
                f"There is no variant `{name}`.", hint=suggest(name, [*VARIANTS, "outpaint"]), about="variant"
            )
        return name, None

    def _provider(self, given: object) -> str:
        name = _text(given) or self.provider
        check_provider(name)
        return name

    def _references(self, given: object, provider: str, *, typed: bool) -> list[Reference]:
        images = cast("list[object]", given)
        found = []
        for image in images:
            if not isinstance(image, str):
                raise UsageError(f"`{image}` is neither a path nor an address.", about="image")
            if image == "-" and not typed:
                raise UsageError("A row cannot read an image from stdin.", hint="give a file", about="image")
            found.append(self._reference(image, provider))
        return found

    def _reference(self, image: str, provider: str) -> Reference:
        if is_data_uri(image):  # its bytes are in memory, too many to keep for many rows
            return read_references(self.app, [image], provider)[0]
        known = self._known.get((image, provider))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            known = self._known[image, provider] = read_references(self.app, [image], provider)[0]
        return known

    @cached_property
    def _known(self) -> dict[tuple[str, str], Reference]:
        return {}

    def _output(self, given: object, number: int) -> tuple[Output, str | None]:
        """The row's output and the image format that its name implies. A row's own output is below the run's."""
        output, suffix = self.output, self.suffix
        text = _text(given)
        if text is not None:
            root = self.output.directory
            if text == "-" or text.startswith(("/", "~")) or ".." in text.split("/"):
                raise UsageError(
                    f"`{text}` is not a place below the output directory.",
                    hint="give a name relative to the directory of -o",
                    about="output",
                )
            output, suffix = parse_output(
                text, cwd=root, overwrite=output.overwrite, is_directory=lambda _: text.endswith("/")
            )
        if not output.explicit:
            numbers = {"row": str(number), "row0": str(number - 1)}
            output = replace(output, name=filled(output.name, numbers))
        return output, suffix


def _text(value: object) -> str | None:
    return None if value is None else str(value)
