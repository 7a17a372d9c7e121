"""Of several sources the strongest counts; a project lowers a budget and never raises it."""

from decimal import Decimal

import pytest

from flux2cli.core.settings import Candidate, Resolved, Source, Value, all_settings, resolve

ENVIRONMENT = Source(kind="environment")
PROJECT = Source(kind="project", path="/p/flux2.toml")
USER = Source(kind="user", path="/c/config.toml")


def of(name: str, *said: tuple[Source, Value]) -> Resolved:
    return resolve(all_settings()[name], [Candidate(source=source, value=value) for source, value in said])


def test_the_first_that_spoke_counts() -> None:
    found = of("provider", (ENVIRONMENT, "bfl"), (PROJECT, "vtrix"), (USER, "fal"))

    assert (found.value, found.origin, found.note) == ("bfl", "environment FLUX2_PROVIDER", None)


def test_without_a_word_the_default_counts() -> None:
    assert (of("timeout").value, of("timeout").origin) == (600, "default")


@pytest.mark.parametrize(
    ("said", "value", "origin"),
    [
        ([(PROJECT, Decimal(3)), (USER, Decimal(5))], "3", "/p/flux2.toml"),
        ([(PROJECT, Decimal(5)), (USER, Decimal(5))], "5", "/p/flux2.toml"),
        ([(PROJECT, Decimal("5.01")), (USER, Decimal(5))], "5", "/c/config.toml"),
        ([(PROJECT, Decimal(9))], "9", "/p/flux2.toml"),
        (
            [(ENVIRONMENT, Decimal(7)), (PROJECT, Decimal(3)), (USER, Decimal(5))],
            "7",
            "environment FLUX2_BUDGET_PER_DAY",
        ),
        ([(USER, Decimal(5))], "5", "/c/config.toml"),
        ([(PROJECT, Decimal(0)), (USER, Decimal(5))], "0", "/p/flux2.toml"),
    ],
)
def test_a_project_lowers_a_budget_and_never_raises_it(
    said: list[tuple[Source, Value]], value: str, origin: str
) -> None:
    found = of("budget.per_day", *said)

    assert (str(found.value), found.origin) == (value, origin)


def test_a_higher_budget_of_a_project_is_told() -> None:
    found = of("budget.per_image", (PROJECT, Decimal("2.50")), (USER, Decimal(1)))

    assert found.note == "/p/flux2.toml says 2.50, which is higher and does not count"
