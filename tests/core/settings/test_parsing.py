"""What settings take, as text and as values of a file."""

from decimal import Decimal

import pytest

from flux2cli.core.settings import Source, Value, all_settings, parse
from flux2cli.errors import UsageError

FLAG = Source(kind="flag")
ENVIRONMENT = Source(kind="environment")
PROJECT = Source(kind="project", path="/p/flux2.toml")
USER = Source(kind="user", path="/c/config.toml")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("provider", "vtrix", "vtrix"),
        ("sandbox", "1", True),
        ("sandbox", "TRUE", True),
        ("sandbox", " on ", True),
        ("sandbox", "yes", True),
        ("sandbox", "0", False),
        ("sandbox", "False", False),
        ("sandbox", "off", False),
        ("sandbox", "no", False),
        ("timeout", "0", 0),
        ("timeout", "0.5", 0.5),
        ("timeout", "600.0", 600),
        ("timeout", "90s", 90),
        ("timeout", " 5m ", 300),
        ("timeout", "1.5h", 5400),
        ("timeout", "31536000", 31536000),
        ("budget.per_day", "5.00", Decimal("5.00")),
        ("budget.per_day", "0.1", Decimal("0.1")),
        ("budget.per_day", "-0", Decimal(0)),
        ("label", "nightly run", "nightly run"),
        ("label", "", ""),
        ("output", "art/", "art/"),
        ("vtrix.body", "flat", "flat"),
        ("webhook_url", "https://example.com/done?token=x", "https://example.com/done?token=x"),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: Value) -> None:
    found = parse(all_settings()[name], text, ENVIRONMENT)

    assert (str(found), type(found)) == (str(value), type(value))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("provider", "falx", "`--provider falx` is not one of fal, vtrix, bfl."),
        ("provider", "", "`--provider ` is not one of fal, vtrix, bfl."),
        ("sandbox", "maybe", "`--sandbox maybe` is neither yes nor no."),
        ("timeout", "abc", "`--timeout abc` is not a time from 0 to a year."),
        ("timeout", "5x", "`--timeout 5x` is not a time from 0 to a year."),
        ("timeout", "m", "`--timeout m` is not a time from 0 to a year."),
        ("timeout", "5 m", "`--timeout 5 m` is not a time from 0 to a year."),
        ("timeout", "9000h", "`--timeout 9000h` is not a time from 0 to a year."),
        ("timeout", "-1", "`--timeout -1` is not a time from 0 to a year."),
        ("timeout", "-0.001", "`--timeout -0.001` is not a time from 0 to a year."),
        ("timeout", "31536000.1", "`--timeout 31536000.1` is not a time from 0 to a year."),
        ("timeout", "nan", "`--timeout nan` is not a time from 0 to a year."),
        ("timeout", "inf", "`--timeout inf` is not a time from 0 to a year."),
        ("timeout", "1e-400", "`--timeout 1e-400` is not a time from 0 to a year."),
        ("budget.per_day", "$5", "`budget.per_day $5` is not an amount of US dollars."),
        ("budget.per_day", "-0.01", "`budget.per_day -0.01` is not an amount of US dollars."),
        ("budget.per_day", "NaN", "`budget.per_day NaN` is not an amount of US dollars."),
        ("budget.per_day", "1e9999999", "`budget.per_day 1e9999999` is not an amount of US dollars."),
        ("label", "a\x1bb", "`--label a\x1bb` has line breaks or control characters in it."),
        ("output", "  ", "`--output   ` names no place."),
        ("vtrix.body", "round", "`vtrix.body round` is not one of wrapped, flat."),
        ("webhook_url", "ftp://example.com", "`--webhook-url ...` is not an https:// URL."),
        ("webhook_url", "https://example.com/" + "a" * 2064, "`--webhook-url ...` is longer than 2083 characters."),
    ],
)
def test_what_is_no_value_is_told_as_it_was_typed(name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()[name], text, FLAG)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ENVIRONMENT, "`FLUX2_TIMEOUT=x` is not a time from 0 to a year."),
        (USER, "`timeout = x` in /c/config.toml is not a time from 0 to a year."),
        (PROJECT, "`timeout = x` in /p/flux2.toml is not a time from 0 to a year."),
    ],
)
def test_the_place_of_a_wrong_value_is_told(source: Source, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()["timeout"], "x", source)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("sandbox", "true"), ("sandbox", 1), ("timeout", "600"), ("timeout", True), ("provider", 3),
        ("provider", ["fal"]), ("label", 7), ("output", 7), ("output", "a\nb"), ("budget.per_day", False),
        ("budget.per_day", [5]), ("fal.url", 1), ("webhook_url", {}), ("timeout", None),
    ],
)  # fmt: skip
def test_a_file_must_give_the_right_type(name: str, raw: object) -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()[name], raw, USER)

    assert "in /c/config.toml" in caught.value.message


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("sandbox", True, True),
        ("timeout", 30, 30),
        ("timeout", Decimal("2.5"), 2.5),
        ("budget.per_day", 5, Decimal(5)),
        ("budget.per_day", Decimal("0.10"), Decimal("0.10")),
        ("budget.per_day", "0.10", Decimal("0.10")),
    ],
)
def test_a_file_gives_typed_values(name: str, raw: object, value: Value) -> None:
    assert parse(all_settings()[name], raw, USER) == value


def test_a_long_value_is_not_told_whole() -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()["provider"], "x" * 1000, FLAG)

    assert caught.value.message == f"`--provider {'x' * 40}...{'x' * 17}` is not one of fal, vtrix, bfl."
