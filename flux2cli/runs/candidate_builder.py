"""Makes several candidates of each row, in place of the row."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flux2cli.core.batch.candidate import FOLDER, candidate_row
from flux2cli.core.batch.preflight import Raw
from flux2cli.core.batch.row import RawRow, Row
from flux2cli.core.batch.row_keys import RowKeys
from flux2cli.core.batch.selection import Selection
from flux2cli.core.request.output_path import Output
from flux2cli.runs.row_builder import RowBuilder


class CandidateBuilder:
    """Makes `count` candidates of each raw row; the rows come as often from `repeated`. Others stay as they are."""

    def __init__(self, rows: RowBuilder, count: int, selection: Selection) -> None:
        self._rows = rows
        self._count = count
        self._selection = selection
        self.parameters = rows.parameters

    @property
    def output(self) -> Output:
        """The output root of candidates is a folder below that of rows."""
        return replace(self._rows.output, directory=f"{self._rows.output.directory}/{FOLDER}")

    def repeated(self, raws: Iterable[Raw]) -> Iterator[Raw]:
        """Each row as often as it has candidates."""
        for raw in raws:
            for _ in range(self._count if isinstance(raw, RawRow) else 1):
                yield raw

    def make(self, raw: RawRow, number: int, keys: RowKeys) -> Row:
        """A candidate; UsageError as for the row itself."""
        row = self._rows.make(raw, (number - 1) // self._count + 1, keys)
        if not self._selection.has(row.id):
            return replace(row, number=number, id=None, output=self.output)
        return replace(candidate_row(row, self._rows.output.directory, (number - 1) % self._count), number=number)
