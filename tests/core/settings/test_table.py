"""The settings, their variables and their defaults, and what was meant by a name that is none."""

import pytest

from flux2cli.core.settings import all_settings, setting_named
from flux2cli.errors import UsageError


def test_the_settings_their_variables_and_their_defaults() -> None:
    assert [(row.name, row.variable, row.default) for row in all_settings().values()] == [
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
        ("bfl.region", "FLUX2_BFL_REGION", "global"),
        ("cache.images", "FLUX2_CACHE_IMAGES", 2147483648),
        ("plugins", "FLUX2_PLUGINS", None),
        ("webhook_url", "FLUX2_WEBHOOK_URL", None),
    ]


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
