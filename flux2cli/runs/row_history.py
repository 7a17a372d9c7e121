"""What earlier runs recorded about a batch's rows, in the ledger and in the output folder."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from flux2cli.app import App
from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.batch.row import Row
from flux2cli.core.job.job import Job
from flux2cli.edges import files
from flux2cli.edges.ledger import Ledger
from flux2cli.providers import registry


class RowHistory:
    """Decides the action for a row. `ledger` is None in a dry run without a ledger file.

    Sandbox images count as done in sandbox runs, and for a provider whose base URL is replaced, but not in real runs.
    """

    def __init__(self, app: App, ledger: Ledger | None, root: str, retry: RetryChoice, *, sandbox: bool) -> None:
        self._ledger = ledger
        self._root = root
        self._retry = retry
        replaced = (name for name in registry.names() if app.config.get(f"{name}.url").value is not None)
        self._accepts_sandbox = frozenset(registry.names() if sandbox else replaced)
        self._folder: dict[str, bool] | None = None

    def look(self, row: Row) -> tuple[Action, RecordedRow | Job | None]:
        """The action for a row and the job that counts for it, None if it is done or has none."""
        action, known = self._look(row)
        if action == "send" and known is None and row.former_key is not None:
            return self._look(replace(row, key=row.former_key))
        return action, known

    def _look(self, row: Row) -> tuple[Action, RecordedRow | Job | None]:
        known: RecordedRow | Job | None = None
        action: Action = "send"
        recorded = self._ledger.recorded_row(self._root, row.key) if self._ledger else None
        if recorded is not None and _is_done(recorded):
            if self._counts(row, sandbox=recorded.sandbox):
                return "skip", None
            known = self._ledger.row(self._root, row.key) if self._ledger else None
        elif recorded is not None:
            known = recorded
            if self._counts(row, sandbox=recorded.sandbox):
                action = self._decided(recorded)
        if action in ("await", "collect"):  # the ledger counts, not the folder: the job may have images that it lacks
            return action, known
        found = self._found().get(row.key)
        return ("skip", None) if found is not None and self._counts(row, sandbox=found) else (action, known)

    def _counts(self, row: Row, *, sandbox: bool) -> bool:
        return not sandbox or row.request.route.provider in self._accepts_sandbox

    def _decided(self, known: RecordedRow) -> Action:
        alive = known.owner is not None and self._ledger is not None and self._ledger.owner_alive(known.owner)
        return decide(known.state, error_code=known.error_code, present=False, alive=alive, retry=self._retry)

    def _found(self) -> dict[str, bool]:
        """The rows in the folder that are not in the ledger. Scans the folder at the first row that needs it."""
        if self._folder is None:
            found = files.saved_rows(Path(self._root), _SavedPaths(self._ledger, self._root))
            self._folder = {row.key: row.sandbox for row in found if row.index == 0}
        return self._folder


class _SavedPaths:
    """The paths of images that the ledger lists as saved and that are there. Reads it when the first path is looked up.

    A folder without sidecars needs none of it.
    """

    def __init__(self, ledger: Ledger | None, root: str) -> None:
        self._ledger = ledger
        self._root = root

    @cached_property
    def _sizes(self) -> dict[str, int]:
        rows = self._ledger.rows_of(self._root) if self._ledger else ()
        return {path: size for row in rows if row.state == "saved" for path, size, _ in row.files}

    def __contains__(self, path: object) -> bool:
        size = self._sizes.get(str(path))
        return size is not None and files.is_present(str(path), size)


def _is_done(row: RecordedRow) -> bool:
    """Whether a row is saved and has all the images that the ledger lists."""
    present = (files.is_present(path, size) for path, size, _ in row.files)
    return row.state == "saved" and bool(row.files) and all(present)
