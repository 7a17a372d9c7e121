"""What earlier runs recorded about a batch's rows, in the ledger and in the output folder."""

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
        self._done: dict[str, bool] = {}
        self._open: dict[str, RecordedRow] = {}
        self._known_paths: set[str] = set()
        self._folder: dict[str, bool] | None = None
        for known in ledger.rows_of(root) if ledger else ():
            self._remember(known)

    def look(self, row: Row) -> tuple[Action, RecordedRow | Job | None]:
        """The action for a row and the job that counts for it, None if it is done or has none."""
        known: RecordedRow | Job | None = self._open.get(row.key)
        action: Action = "send"
        if row.key in self._done:
            if self._counts(row, sandbox=self._done[row.key]):
                return "skip", None
            known = self._ledger.row(self._root, row.key) if self._ledger else None
        elif isinstance(known, RecordedRow) and self._counts(row, sandbox=known.sandbox):
            action = self._decided(known)
        if action in ("await", "collect"):  # the ledger counts, not the folder: the job may have images that it lacks
            return action, known
        found = self._found().get(row.key)
        return ("skip", None) if found is not None and self._counts(row, sandbox=found) else (action, known)

    def _remember(self, known: RecordedRow) -> None:
        present = [path for path, size, _ in known.files if known.state == "saved" and files.is_present(path, size)]
        self._known_paths.update(present)
        if present and len(present) == len(known.files):
            self._done[known.key] = known.sandbox
        else:  # an image is missing: a row is done only with all the images that the ledger lists
            self._open[known.key] = known

    def _counts(self, row: Row, *, sandbox: bool) -> bool:
        return not sandbox or row.request.route.provider in self._accepts_sandbox

    def _decided(self, known: RecordedRow) -> Action:
        alive = known.owner is not None and self._ledger is not None and self._ledger.owner_alive(known.owner)
        return decide(known.state, error_code=known.error_code, present=False, alive=alive, retry=self._retry)

    def _found(self) -> dict[str, bool]:
        """The rows in the folder that are not in the ledger. Scans the folder at the first row that needs it."""
        if self._folder is None:
            found = files.saved_rows(Path(self._root), self._known_paths)
            self._folder = {row.key: row.sandbox for row in found if row.index == 0}
        return self._folder
