"""Where a value comes from, as settings and messages show it."""

import pytest

from flux2cli.core.settings import setting_named
from flux2cli.core.settings.origin import Source

TIMEOUT, FAL_URL = setting_named("timeout"), setting_named("fal.url")
FLAG, ENVIRONMENT = Source(kind="flag"), Source(kind="environment")
USER, DEFAULT = Source(kind="user", path="/c/config.toml"), Source(kind="default")


@pytest.mark.parametrize(
    ("source", "origin", "quoted", "pointed"),
    [
        (FLAG, "flag", "`--timeout 5x`", "`--timeout ...`"),
        (ENVIRONMENT, "environment FLUX2_TIMEOUT", "`FLUX2_TIMEOUT=5x`", "`FLUX2_TIMEOUT=...`"),
        (USER, "/c/config.toml", "`timeout = 5x` in /c/config.toml", "`timeout = ...` in /c/config.toml"),
        (DEFAULT, "default", "`timeout 5x`", "`timeout ...`"),
    ],
)
def test_a_source_is_shown_in_its_own_syntax(source: Source, origin: str, quoted: str, pointed: str) -> None:
    assert source.origin(TIMEOUT) == origin
    assert source.quote(TIMEOUT, "5x") == quoted
    assert source.point_at(TIMEOUT) == pointed


def test_a_setting_without_a_flag_goes_by_its_name() -> None:
    assert FLAG.quote(FAL_URL, "x") == "`fal.url x`"


def test_a_long_value_is_cut() -> None:
    assert ENVIRONMENT.quote(TIMEOUT, "x" * 61) == f"`FLUX2_TIMEOUT={'x' * 40}...{'x' * 17}`"


def test_only_files_have_types() -> None:
    assert [source.is_file for source in (FLAG, ENVIRONMENT, USER, DEFAULT)] == [False, False, True, False]
