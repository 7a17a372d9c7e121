"""Settings from real files and environments: the stronger source counts."""

from decimal import Decimal

import pytest
from support.config_place import Place, refused

# Precedence


SOURCES = ("flag", "environment", "project", "user", "default")


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [(a, b) for n, a in enumerate(SOURCES) for b in SOURCES[n + 1 :]],
)
def test_the_stronger_source_counts(place: Place, stronger: str, weaker: str) -> None:
    values = {stronger: "vtrix", weaker: "bfl"}
    if "environment" in values:
        place.environ["FLUX2_PROVIDER"] = values["environment"]
    if "project" in values:
        place.project.write_text(f'provider = "{values["project"]}"')
    if "user" in values:
        place.write_user(f'provider = "{values["user"]}"')

    found = place.config().get("provider", values.get("flag"))

    origins = {"flag": "flag", "environment": "environment FLUX2_PROVIDER",
               "project": str(place.project), "user": str(place.user)}  # fmt: skip
    assert (found.value, found.origin) == ("vtrix", origins[stronger])


def test_nothing_said_is_the_default(place: Place) -> None:
    assert (place.config().get("provider").value, place.config().get("provider").origin) == ("fal", "default")


def test_an_empty_variable_says_nothing(place: Place) -> None:
    place.environ["FLUX2_TIMEOUT"] = "  "

    assert place.config().get("timeout").origin == "default"


def test_a_flag_that_is_off_is_still_a_word(place: Place) -> None:
    place.environ["FLUX2_SANDBOX"] = "1"

    assert place.config().get("sandbox").value is True
    assert place.config().get("sandbox", flag=False).value is False


def test_all_lists_every_setting_with_its_origin(place: Place) -> None:
    place.environ["FLUX2_FAL_URL"] = "http://127.0.0.1:1/"
    place.project.write_text("budget.per_day = 2")
    place.write_user('timeout = 5\n[vtrix]\nbody = "flat"\n[bfl]\nurl = "https://eu.example.com"')

    assert {r.name: (r.value, r.origin) for r in place.config().all() if r.origin != "default"} == {
        "fal.url": ("http://127.0.0.1:1", "environment FLUX2_FAL_URL"),
        "budget.per_day": (Decimal(2), str(place.project)),
        "timeout": (5, str(place.user)),
        "vtrix.body": ("flat", str(place.user)),
        "bfl.url": ("https://eu.example.com", str(place.user)),
    }


def test_fractions_of_a_dollar_stay_exact(place: Place) -> None:
    place.write_user("[budget]\nper_image = 0.10\n")

    assert str(place.config().get("budget.per_image").value) == "0.10"


def test_a_wrong_variable_is_told_when_its_setting_is_asked_for(place: Place) -> None:
    place.environ["FLUX2_TIMEOUT"] = "soon"

    assert place.config().get("provider").value == "fal"
    assert refused(place.config(), "timeout").message == "`FLUX2_TIMEOUT=soon` is not a time from 0 to a year."


def test_every_wrong_setting_is_found(place: Place) -> None:
    place.environ["FLUX2_SANDBOX"] = "maybe"
    place.write_user("timeout = 'x'\nprovder = 'fal'\nlabel = 'a'\n")
    place.project.write_text("webhook_url = 'https://example.com'\n")

    assert [problem.message for problem in place.config().problems()] == [
        "`FLUX2_SANDBOX=maybe` is neither yes nor no.",
        f"`timeout = x` in {place.user} is not a time from 0 to a year.",
        f"There is no setting `provder` (in {place.user}).",
        f"{place.project} sets `webhook_url`, and a project's file cannot set a webhook.",
    ]


def test_the_output_that_counts_is_among_the_wrong_settings(place: Place) -> None:
    place.write_user("output = '5'\ntimeout = 'x'\n")

    assert [problem.message for problem in place.config().problems()] == [
        f"`timeout = x` in {place.user} is not a time from 0 to a year.",
        f"`output = 5` in {place.user} has no image suffix.",
    ]

    place.project.write_text("output = 'art/'\n")

    assert [problem.message for problem in place.config().problems()] == [
        f"`timeout = x` in {place.user} is not a time from 0 to a year.",
    ]


def test_a_project_that_leaves_its_tree_is_told_once(place: Place) -> None:
    place.project.write_text("output = '../up/'\n")

    assert len(place.config().problems()) == 1


def test_a_file_that_cannot_be_read_is_one_of_the_wrong_settings(place: Place) -> None:
    place.write_user("timeout =\n")
    place.environ["FLUX2_TIMEOUT"] = "x"

    assert [problem.message.partition(" is not ")[0] for problem in place.config().problems()] == [
        "`FLUX2_TIMEOUT=x`",
        f"{place.user}:1",
    ]


def test_right_settings_have_no_problems(place: Place) -> None:
    place.write_user("output = 'art/'\n[budget]\nper_day = 5\n")

    assert place.config().problems() == []
