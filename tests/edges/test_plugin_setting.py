"""Whether plug-ins may be set, found out without reading the settings."""

from pathlib import Path

import platformdirs
import pytest

from flux2cli.edges.plugin_setting import plugins_may_be_set


def test_the_variable_names_some(tmp_path: Path) -> None:
    assert plugins_may_be_set({"FLUX2_PLUGINS": "flux2_acme"}, tmp_path)
    assert not plugins_may_be_set({"FLUX2_PLUGINS": " ", "FLUX2_CONFIG_DIR": "nowhere"}, tmp_path)


@pytest.mark.parametrize(
    ("text", "found"), [('plugins = ["x"]\n', True), ("# no plugins\n", True), ("timeout = 5", False)]
)
def test_a_file_that_has_the_word_has_to_be_read(tmp_path: Path, text: str, found: bool) -> None:
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / "config.toml").write_text(text)

    assert plugins_may_be_set({"FLUX2_CONFIG_DIR": "moved"}, tmp_path) == found


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()

    assert not plugins_may_be_set({"FLUX2_CONFIG_DIR": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize("xdg", [None, "xdg"])
def test_the_usual_place_is_among_those_that_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, xdg: str | None
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    if xdg is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / xdg))
    usual = platformdirs.user_config_path("flux2", appauthor=False)
    assert not plugins_may_be_set({}, tmp_path)

    usual.mkdir(parents=True)
    (usual / "config.toml").write_text('plugins = ["x"]\n')

    assert plugins_may_be_set({}, tmp_path)
