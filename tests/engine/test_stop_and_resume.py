"""Batches over real sockets that are stopped at any moment and run again: every row is paid for once."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.farm import Farm
from support.stub import Stub

from flux2cli.core.batch.preflight import PendingRow
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.row import Row
from flux2cli.core.job.job import RowTag
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.build import build_request
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.route import choose_route
from flux2cli.edges.http import Http
from flux2cli.edges.ledger import Ledger
from flux2cli.engine import Engine, Patience, Stopped
from flux2cli.engine.batch_runner import BatchRunner
from flux2cli.errors import Flux2Error
from flux2cli.wire import Secret, Target

ROWS = 24
KEYS = {f"{n:032x}" for n in range(ROWS)}


@pytest.fixture
def ledger(tmp_path: Path, short_waits: None) -> Iterator[Ledger]:  # noqa: ARG001 - it is a fixture
    with closing(Ledger(tmp_path / "state", now=lambda: datetime.now(UTC))) as opened:
        yield opened


class Rows:
    """The same rows for each run of the batch."""

    def __init__(self, url: str, folder: Path) -> None:
        self._target = Target(base=url, key=Secret("id:secret"))
        self._root = str(folder)
        route = choose_route("flash", "fal", "text")
        self.rows = [
            Row(
                number=n + 1, file="p.txt", line=n + 1, key=f"{n:032x}",
                request=build_request(route, {"prompt": f"fox {n}"}),
                output=Output(directory=self._root, name=f"{n}.png"),
            )
            for n in range(ROWS)
        ]  # fmt: skip

    def runner(self, engine: Engine) -> BatchRunner:
        return BatchRunner(
            engine=engine, root=self._root, siblings=KEYS, retry=RetryChoice(), concurrency=6,
            spec=lambda row, claim: JobSpec(
                request=row.request, target=self._target, output=row.output, claim=claim,
                row=RowTag(key=row.key, root=self._root),
            ),
            target=lambda _: self._target,
        )  # fmt: skip


def run(rows: Rows, engine: Engine, ended: list[Flux2Error | Stopped | None]) -> None:
    """Run all rows by what the ledger has of them: as if another process had them until now."""
    try:
        ended.append(rows.runner(engine).run([(row, PendingRow.of(row, "await", None)) for row in rows.rows]))
    except Stopped as error:
        ended.append(error)


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05, 0.08, 0.12, 0.17, 0.23])
def test_a_batch_that_is_stopped_and_run_again_pays_for_each_row_once(
    stub: Stub, ledger: Ledger, tmp_path: Path, wait: float
) -> None:
    farm = Farm(stub, **{f"fox {n}": ["429"] * (n % 11 == 3) + ["slow" if n % 5 == 0 else "ok"] for n in range(ROWS)})
    http = Http({})
    rows, ended = Rows(stub.url, tmp_path / "out"), list[Flux2Error | Stopped | None]()

    def engine() -> Engine:
        return Engine(http=http, ledger=ledger, now=lambda: datetime.now(UTC), patience=Patience(look=0.01))

    first = engine()
    worker = threading.Thread(target=run, args=(rows, first, ended))
    worker.start()
    time.sleep(0.01 + wait)
    first.stop.set()
    while first.responses_out():
        time.sleep(0.002)
    left = {job.state for job in ledger.jobs()}
    worker.join()
    run(rows, engine(), ended)
    http.close()

    assert not left & {"submitting", "unknown"}, "what the process could leave behind at this moment"
    assert ended[-1] is None
    assert farm.paid == {f"fox {n}": 1 for n in range(ROWS)}
    assert sorted(p.name for p in (tmp_path / "out").glob("*.png")) == sorted(f"{n}.png" for n in range(ROWS))
    assert [job.state for job in ledger.jobs() if job.state != "not-sent"] == ["saved"] * ROWS
