"""The manual's condensed table of faults: which are in one row, and where providers differ."""

from pathlib import Path

import pytest

from flux2cli.docsgen import fault_table

LINES = """\
provider,phase,fault,single,batch,fetch,quick
fal,submit,reset,9 1 unknown,10 2 unknown saved,-,
fal,stream,reset,0 1 saved,0 2 saved saved,0 1 saved,
fal,upload,reset,5 0 none,5 0 none none,-,single
fal,submit,HTML 503,5 3 not-sent,5 3 not-sent none,-,
bfl,submit,reset,9 1 unknown,10 2 unknown saved,-,
bfl,submit,HTML 503,9 1 unknown,10 2 unknown saved,-,
vtrix,submit,HTML 503,9 1 unknown,10 2 unknown saved,-,
fal,submit,closed,9 1 unknown,10 2 unknown saved,-,
fal,upload,closed,5 0 none,5 0 none none,-,single
fal,submit,NaN,0 1 saved,0 2 saved saved,-,
"""


def test_faults_with_the_same_ends_share_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = tmp_path / "matrix.csv"
    matrix.write_text(LINES)
    monkeypatch.setattr(fault_table, "MATRIX", matrix)

    assert fault_table.HEADING == ("fault", "submit", "status", "result", "download", "upload", "its PUT")
    assert fault_table.rows() == [
        ["reset; closed", "9 unknown", "", "", "", "5", ""],
        ["HTML 503", "fal: 5 not-sent; bfl, vtrix: 9 unknown", "", "", "", "", ""],
        ["NaN", "saved", "", "", "", "", ""],
    ]


def test_the_manual_shows_what_the_tests_of_the_hostile_server_expect() -> None:
    [redirects] = [row for row in fault_table.rows() if row[0].startswith("302 to itself")]

    assert redirects == [
        "302 to itself; 303 to itself", "9 unknown", "124 submitted", "8 submitted", "8 ready", "7", "7"
    ]  # fmt: skip
