"""Every fault of a server in every phase, at every provider and in every way of running, against the table.

`matrix.csv` has a line for each provider, phase and fault. Its cells are the exit code, the number of paid requests,
and the state of the job in the ledger; those of a batch, the states of both of its rows. The second row meets no fault.
"""

import csv

import pytest
from support.shell import Shell

from hostile.cells import TABLE, WAYS, Cell, cells
from hostile.faults import FAULTS, applies
from hostile.promises import broken
from hostile.providers import SCRIPTS
from hostile.rig import rig_for


def _marked(cell: Cell) -> object:
    return pytest.param(cell, id=cell.id, marks=[] if cell.quick else [pytest.mark.slow])


@pytest.mark.parametrize("cell", [_marked(cell) for cell in cells()])
def test_a_fault_ends_as_the_table_says(cell: Cell, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with rig_for(cell, shell, monkeypatch) as rig:
        ran = rig.run()

        assert (ran.code, rig.server.submits.total(), rig.states()) == (cell.exit_code, cell.posts, cell.states), ran
        assert broken(rig, ran, cell) == []


def test_the_table_has_every_fault_in_every_phase_of_every_provider() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        listed = [(line["provider"], line["phase"], line["fault"]) for line in csv.DictReader(file)]

    assert listed == [
        (script.name, phase, name)
        for script in SCRIPTS.values()
        for phase in script.phases
        for name in FAULTS
        if applies(name, phase, script)
    ]


def test_every_fault_that_can_be_met_is_met_in_each_phase_of_the_default_run() -> None:
    everything = {(cell.phase, cell.fault) for cell in cells()}

    assert {(cell.phase, cell.fault) for cell in cells() if cell.quick} == everything
    assert {(cell.provider, cell.phase, cell.way) for cell in cells() if cell.quick} == {
        (cell.provider, cell.phase, cell.way) for cell in cells()
    }
    assert {cell.way for cell in cells()} == set(WAYS)


def test_a_job_that_is_fetched_ends_like_one_that_is_waited_for() -> None:
    ends = {way: {c.id.removesuffix(way): c for c in cells() if c.way == way} for way in ("single", "fetch")}

    assert {
        name: (fetched.exit_code, fetched.posts, fetched.states)
        for name, fetched in ends["fetch"].items()
        if (one := ends["single"][name]).states != fetched.states or one.exit_code != fetched.exit_code
    } == {}
