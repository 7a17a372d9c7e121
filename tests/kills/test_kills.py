"""Nothing that was paid for is lost or paid for twice, however often the processes are killed."""

from pathlib import Path

import pytest
from kills.kill_runs import Runs


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_kills_of_forty_commands_lose_nothing_and_pay_nothing_twice(tmp_path: Path) -> None:
    report = Runs(tmp_path, seed=20261121, kills=50).play(40)

    assert report.wrong == []
    assert report.odd == []
    assert report.kills == 50
    assert len(report.at) >= 5, "kills at many stages"
    assert len(report.found) >= 3, "kills that left different states"
