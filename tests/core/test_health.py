"""What doctor makes of findings that a test machine does not have."""

from flux2cli.core.health import FolderState, directory, file_system, ledger


def test_a_network_file_system_fails() -> None:
    check = file_system("nfs4")

    assert check.status == "failed"
    assert "nfs4" in check.message
    assert check.hint == "set FLUX2_STATE_DIR to a directory on a local disk"


def test_a_local_one_does_not() -> None:
    assert file_system(None).status == "ok"


def test_a_cache_may_be_open_to_others() -> None:
    place = FolderState(path="/c", mode=0o755)

    assert directory("cache folder", place, variable="FLUX2_CACHE_DIR", private=False).status == "ok"
    assert directory("state folder", place, variable="FLUX2_STATE_DIR", private=True).status == "warning"


def test_a_directory_that_cannot_be_written_fails() -> None:
    check = directory(
        "state folder",
        FolderState(path="/s", mode=0o500, blocked="not writable"),
        variable="FLUX2_STATE_DIR",
        private=True,
    )

    assert (check.status, check.hint) == ("failed", "make it yours, or set FLUX2_STATE_DIR to another directory")


def test_jobs_of_unknown_outcome_are_a_warning() -> None:
    check = ledger("/s/l", ["submitted", "unknown", "unknown"], None)

    assert (check.status, check.message) == ("warning", "3 unsettled jobs, 2 of unknown outcome")
    assert check.hint == "`flux2 jobs list --state unknown`"


def test_damage_fails_whatever_is_in_it() -> None:
    assert ledger("/s/l", [], "page 3 is used twice").status == "failed"
