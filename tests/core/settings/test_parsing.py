"""What settings take, and whose word counts."""

from decimal import Decimal

import pytest

from flux2cli.core.settings import SETTINGS, Candidate, Resolved, Source, Value, base_url, parse, resolve, setting_named
from flux2cli.errors import UsageError

FLAG = Source(kind="flag")
ENVIRONMENT = Source(kind="environment")
PROJECT = Source(kind="project", path="/p/flux2.toml")
USER = Source(kind="user", path="/c/config.toml")


def of(name: str, *said: tuple[Source, Value]) -> Resolved:
    return resolve(SETTINGS[name], [Candidate(source=source, value=value) for source, value in said])


def test_the_settings_their_variables_and_their_defaults() -> None:
    assert [(row.name, row.variable, row.default) for row in SETTINGS.values()] == [
        ("provider", "FLUX2_PROVIDER", "fal"),
        ("sandbox", "FLUX2_SANDBOX", False),
        ("output", "FLUX2_OUTPUT", None),
        ("timeout", "FLUX2_TIMEOUT", 600),
        ("label", "FLUX2_LABEL", None),
        ("budget.per_day", "FLUX2_BUDGET_PER_DAY", None),
        ("budget.per_image", "FLUX2_BUDGET_PER_IMAGE", None),
        ("fal.url", "FLUX2_FAL_URL", None),
        ("vtrix.url", "FLUX2_VTRIX_URL", None),
        ("bfl.url", "FLUX2_BFL_URL", None),
        ("vtrix.body", "FLUX2_VTRIX_BODY", "wrapped"),
        ("webhook_url", "FLUX2_WEBHOOK_URL", None),
    ]


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
    found = parse(SETTINGS[name], text, ENVIRONMENT)

    assert (str(found), type(found)) == (str(value), type(value))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("provider", "falx", "`--provider falx` is not one of fal, vtrix, bfl."),
        ("provider", "", "`--provider ` is not one of fal, vtrix, bfl."),
        ("sandbox", "maybe", "`--sandbox maybe` is neither yes nor no."),
        ("timeout", "abc", "`--timeout abc` is not a number of seconds from 0 to a year."),
        ("timeout", "-1", "`--timeout -1` is not a number of seconds from 0 to a year."),
        ("timeout", "-0.001", "`--timeout -0.001` is not a number of seconds from 0 to a year."),
        ("timeout", "31536000.1", "`--timeout 31536000.1` is not a number of seconds from 0 to a year."),
        ("timeout", "nan", "`--timeout nan` is not a number of seconds from 0 to a year."),
        ("timeout", "inf", "`--timeout inf` is not a number of seconds from 0 to a year."),
        ("timeout", "1e-400", "`--timeout 1e-400` is not a number of seconds from 0 to a year."),
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
        parse(SETTINGS[name], text, FLAG)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ENVIRONMENT, "`FLUX2_TIMEOUT=x` is not a number of seconds from 0 to a year."),
        (USER, "`timeout = x` in /c/config.toml is not a number of seconds from 0 to a year."),
        (PROJECT, "`timeout = x` in /p/flux2.toml is not a number of seconds from 0 to a year."),
    ],
)
def test_the_place_of_a_wrong_value_is_told(source: Source, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(SETTINGS["timeout"], "x", source)

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
        parse(SETTINGS[name], raw, USER)

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
    assert parse(SETTINGS[name], raw, USER) == value


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://proxy.example.com", "https://proxy.example.com"),
        ("https://proxy.example.com:8443/fal/", "https://proxy.example.com:8443/fal"),
        ("HTTPS://proxy.example.com", "HTTPS://proxy.example.com"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://127.0.0.2", "http://127.0.0.2"),
        ("http://127.255.255.255/x", "http://127.255.255.255/x"),
        ("http://localhost:80", "http://localhost:80"),
        ("http://LOCALHOST", "http://LOCALHOST"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://[::1]", "http://[::1]"),
    ],
)
def test_an_address_is_https_or_on_this_machine(text: str, kept: str) -> None:
    assert base_url(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1.evil.com",
        "http://0.0.0.0",
        "http://128.0.0.1",
        "http://126.255.255.255",
        "http://localhost.evil.com",
        "http://evil.com/127.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://[::]",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://192.168.0.1",
    ],
)
def test_plain_http_to_another_machine_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain http to another machine"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "fal.run", "ftp://fal.run", "https://", "https:///x", "//fal.run", "file:///etc/passwd", "http://[::1",
        "https://fal.run:99999", "https://fal.run:0", "https://fal.run:x", "https://fal .run", "https://fal.run\n",
        "https://fal.run\\@evil.com", "https://fa\tl.run", "https://fäl.run",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    ["https://fal.run?x=1", "https://fal.run?", "https://fal.run/#a", "https://fal.run#"],
)
def test_an_address_has_no_query_and_no_fragment(text: str) -> None:
    with pytest.raises(ValueError, match="query or fragment"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    ["https://me:hunter2@fal.run", "https://hunter2@fal.run", "http://me:hunter2@127.0.0.1", "https://me:hunter2",
     "https://me:hunter2@fal.run?x"],
)  # fmt: skip
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(SETTINGS["fal.url"], text, ENVIRONMENT)

    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"
    assert caught.value.message.startswith("`FLUX2_FAL_URL=...` ")


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        setting_named("budget.perday", where="/p/flux2.toml")

    assert caught.value.message == "There is no setting `budget.perday` (in /p/flux2.toml)."
    assert caught.value.hint == "did you mean `budget.per_day`?"


@pytest.mark.parametrize("name", ["fal.key", "FAL_KEY", "webhook_secret", "keys", "bfl.api_token"])
def test_a_key_among_the_settings_is_sent_to_the_key_store(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        setting_named(name, where="/p/flux2.toml")

    assert caught.value.hint == "take it out and store the key with `flux2 keys set PROVIDER`"


def test_a_long_value_is_not_told_whole() -> None:
    with pytest.raises(UsageError) as caught:
        parse(SETTINGS["provider"], "x" * 1000, FLAG)

    assert caught.value.message == f"`--provider {'x' * 57}...` is not one of fal, vtrix, bfl."
