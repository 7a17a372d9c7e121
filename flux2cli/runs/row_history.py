"""What is known of a batch's rows from earlier runs: by the books, and by what lies in the output folder."""

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
    """Answers what is to be done with a row. `ledger` is None where there are no books yet, and none may be made.

    What the sandbox made counts for runs in the sandbox, and where a provider's address was replaced; a real run
    does not take it for its own.
    """

    def __init__(self, app: App, ledger: Ledger | None, root: str, again: RetryChoice, *, sandbox: bool) -> None:
        self._ledger = ledger
        self._root = root
        self._again = again
        replaced = (name for name in registry.names() if app.config.get(f"{name}.url").value is not None)
        self._rehearsed = frozenset(registry.names() if sandbox else replaced)
        self._done: dict[str, bool] = {}
        self._open: dict[str, RecordedRow] = {}
        self._vouched: set[str] = set()
        self._folder: dict[str, bool] | None = None
        for known in ledger.rows_of(root) if ledger else ():
            self._remember(known)

    def look(self, row: Row) -> tuple[Action, RecordedRow | Job | None]:
        """What is to be done with a row, and the job that counts for it; None for one that is done, or new."""
        known: RecordedRow | Job | None = self._open.get(row.key)
        action: Action = "send"
        if row.key in self._done:
            if self._counts(row, sandbox=self._done[row.key]):
                return "skip", None
            known = self._ledger.row(self._root, row.key) if self._ledger else None
        elif isinstance(known, RecordedRow) and self._counts(row, sandbox=known.sandbox):
            action = self._decided(known)
        if action in ("await", "collect"):  # the books win: there may be more to save than the folder shows
            return action, known
        found = self._found().get(row.key)
        return ("skip", None) if found is not None and self._counts(row, sandbox=found) else (action, known)

    def _remember(self, known: RecordedRow) -> None:
        there = [path for path, size, _ in known.files if known.state == "saved" and files.is_present(path, size)]
        self._vouched.update(there)
        if there and len(there) == len(known.files):
            self._done[known.key] = known.sandbox
        else:  # one image of several may be there: as the books know of the others, it does not make the row done
            self._open[known.key] = known

    def _counts(self, row: Row, *, sandbox: bool) -> bool:
        return not sandbox or row.request.route.provider in self._rehearsed

    def _decided(self, known: RecordedRow) -> Action:
        alive = known.owner is not None and self._ledger is not None and self._ledger.owner_alive(known.owner)
        return decide(known.state, error_code=known.error_code, present=False, alive=alive, again=self._again)

    def _found(self) -> dict[str, bool]:
        """The rows that the folder has and the books do not, looked for when the first such row comes up."""
        if self._folder is None:
            found = files.saved_rows(Path(self._root), self._vouched)
            self._folder = {row.key: row.sandbox for row in found if row.index == 0}
        return self._folder
