"""Settings that are set and unset: comments and order stay, and a broken file is not touched."""

import pytest
from support.config_place import Place

from flux2cli.errors import UsageError

# Writing


COMMENTED = """\
# my settings
timeout = 30  # half a minute

[vtrix]
body = "flat"
"""


def test_set_keeps_comments_and_order(place: Place) -> None:
    place.write_user(COMMENTED)

    place.config().set("timeout", "60")
    place.config().set("budget.per_day", "5.50")
    place.config().set("provider", "bfl")
    place.config().set("sandbox", "1")

    assert (
        place.user.read_text()
        == """\
# my settings
timeout = 60  # half a minute
provider = "bfl"
sandbox = true

[vtrix]
body = "flat"

[budget]
per_day = 5.50
"""
    )


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("budget.per_day", "1e3", "[budget]\nper_day = 1000\n"),
        ("budget.per_image", "0.10", "[budget]\nper_image = 0.10\n"),
        ("timeout", "2.5", "timeout = 2.5\n"),
        ("label", 'a "b" \\ é', 'label = "a \\"b\\" \\\\ é"\n'),
        ("fal.url", "https://p.example.com/", '[fal]\nurl = "https://p.example.com"\n'),
    ],
)
def test_what_is_set_is_read_again(place: Place, name: str, text: str, written: str) -> None:
    value = place.config().set(name, text)

    assert place.user.read_text() == written
    assert place.config().get(name).value == value
    assert place.config().get(name).origin == str(place.user)


def test_a_set_value_counts_at_once(place: Place) -> None:
    config = place.config()
    assert config.get("timeout").value == 600

    config.set("timeout", "5")

    assert config.get("timeout").value == 5


def test_dotted_and_inline_groups_are_kept(place: Place) -> None:
    place.write_user('budget.per_day = 1  # a day\nfal = {url = "https://a.example.com"}\n')

    place.config().set("budget.per_day", "2")
    place.config().set("budget.per_image", "1")
    place.config().set("fal.url", "https://b.example.com")

    assert "# a day" in place.user.read_text()
    found = {r.name: str(r.value) for r in place.config().all() if r.origin == str(place.user)}
    assert found == {"budget.per_day": "2", "budget.per_image": "1", "fal.url": "https://b.example.com"}


def test_a_wrong_value_is_not_written(place: Place) -> None:
    place.write_user(COMMENTED)

    with pytest.raises(UsageError, match="`timeout soon` is not"):
        place.config().set("timeout", "soon")

    assert place.user.read_text() == COMMENTED


def test_a_broken_file_is_not_touched(place: Place) -> None:
    place.write_user("timeout = = 3")

    with pytest.raises(UsageError, match=r"config\.toml:1 is not valid TOML"):
        place.config().set("timeout", "5")

    assert place.user.read_text() == "timeout = = 3"


def test_a_file_with_wrong_settings_can_be_put_right(place: Place) -> None:
    place.write_user('provider = "flux"\nprovder = "fal"\n')

    place.config().set("provider", "bfl")
    assert place.config().unset("provder") is True

    assert place.user.read_text() == 'provider = "bfl"\n'


def test_a_group_that_is_no_table_is_told(place: Place) -> None:
    place.write_user("budget = 5\n")

    with pytest.raises(UsageError) as caught:
        place.config().set("budget.per_day", "5")

    assert caught.value.message == f"`budget` in {place.user} is not a table."
    assert place.config().unset("budget") is True


def test_unset_takes_one_setting_out(place: Place) -> None:
    place.write_user(COMMENTED)

    assert place.config().unset("vtrix.body") is True
    assert place.config().unset("vtrix.body") is False
    assert place.config().unset("label") is False

    assert place.config().get("vtrix.body").origin == "default"
    assert "# half a minute" in place.user.read_text()


def test_unset_of_what_is_no_setting_is_told(place: Place) -> None:
    with pytest.raises(UsageError, match="There is no setting `lable`"):
        place.config().unset("lable")
