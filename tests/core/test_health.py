"""What doctor makes of findings that a test machine does not have."""

from decimal import Decimal

from flux2cli.core.health import FolderState, budget, directory, file_system, ledger
from flux2cli.core.money.budget import DayUse, Used


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
    check = ledger("/s/l", {"submitted": 1, "unknown": 2}, None, whole=True, sandbox=False)

    assert (check.status, check.message) == ("warning", "3 unsettled jobs, 2 of unknown outcome")
    assert check.hint == "`flux2 jobs list --state unknown`"


def test_damage_fails_whatever_is_in_it() -> None:
    assert ledger("/s/l", {}, "page 3 is used twice", whole=False, sandbox=False).status == "failed"


def test_the_sandbox_s_ledger_is_named() -> None:
    assert ledger("/s/l", {"ready": 1}, None, whole=True, sandbox=True).message == "the sandbox, 1 unsettled job"


def test_a_large_ledger_says_that_not_all_of_it_was_checked() -> None:
    check = ledger("/s/l", {}, None, whole=False, sandbox=False)

    assert (check.status, check.message, check.hint) == (
        "ok", "no unsettled jobs; a large file, its newest jobs were checked",
        "all of it: sqlite3 '/s/l' 'PRAGMA quick_check'",
    )  # fmt: skip


def test_a_day_s_budget_warns_when_nothing_is_left_of_it() -> None:
    def check(spent: str, held: str) -> tuple[str, str]:
        use = DayUse(limit=Decimal("5.00"), used=Used(spent=Decimal(spent), held=Decimal(held)))
        return budget(use).status, budget(use).message

    assert check("0.42", "0") == ("ok", "$0.42 of $5.00 used today (UTC)")
    assert check("4.00", "1.00") == (
        "warning", "$5.00 of $5.00 used today (UTC), $1.00 of it held for jobs that are running or unknown"
    )  # fmt: skip
