"""Rows that `--only` selects."""

import pytest

from flux2cli.core.batch.selection import Selection
from flux2cli.errors import UsageError


def test_ids_and_patterns() -> None:
    chosen = Selection(["hero", "icon/*"])

    assert [chosen.has(name) for name in ("hero", "Hero", "icon/fox", "icons", None)] == [
        True,
        False,
        True,
        False,
        False,
    ]
    chosen.check()


def test_without_patterns_every_row_is_selected() -> None:
    assert Selection().has(None)
    assert not Selection()
    Selection().check()


def test_a_pattern_that_finds_no_row() -> None:
    chosen = Selection(["hero", "owl"])
    chosen.has("hero")

    with pytest.raises(UsageError, match="`--only owl` matches the id of no row"):
        chosen.check()
