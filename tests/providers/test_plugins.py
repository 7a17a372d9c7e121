"""Plug-ins: where they are named, and what is said of one that cannot be used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell import Shell

from flux2cli.providers import registry

GOOD = """\
from flux2cli.catalog import Field, Route
from flux2cli.providers.interface import ProviderInfo

INTERFACE = 1
INFO = ProviderInfo(
    name="{name}", title="Fake", key_variables=(("{variable}",),), key_page="https://fake.example",
    key_hosts=("fake.example",), uploads=False, upload_limit=1,
)


def load_routes():
    fields = {{"prompt": Field(wire="p", required=True)}}
    return (Route(provider="{name}", variant="{variant}", endpoint="e", mode="text", fields=fields, price=None,
                  source="https://fake.example"),)


def load_api():
    raise AssertionError("nothing is sent")
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory from which modules can be imported; what was imported from it is forgotten."""
    import sys

    folder = tmp_path / "modules"
    folder.mkdir()
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


def good(name: str = "fake", variable: str = "FAKE_KEY", variant: str = "flash") -> str:
    return GOOD.format(name=name, variable=variable, variant=variant)


def test_the_variable_names_modules_separated_by_commas(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good("fake"))
    (modules / "two.py").write_text(good("other", "OTHER_KEY"))

    ran = shell.run("keys", "list", env={"FLUX2_PLUGINS": "one, two"})

    assert ran.out.splitlines() == [
        "fal    not set",
        "vtrix  not set",
        "bfl    not set",
        "fake   not set",
        "other  not set",
    ]


def test_a_plug_in_is_gone_when_the_run_is_over(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good())

    shell.run("keys", "list", env={"FLUX2_PLUGINS": "one"})

    assert registry.names() == ("fal", "vtrix", "bfl")
    assert shell.run("keys", "list").out.count("\n") == 3


def test_the_users_settings_name_modules_and_may_set_what_a_plug_in_adds(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good())
    shell.config.mkdir()
    (shell.config / "config.toml").write_text('plugins = ["one"]\nprovider = "fake"\nfake.url = "https://a.example"\n')

    ran = shell.run("config", "show")

    assert ran.code == 0, ran.err
    assert f"provider = fake               ({shell.config / 'config.toml'})" in ran.out.splitlines()
    assert f"plugins = one                 ({shell.config / 'config.toml'})" in ran.out.splitlines()


def test_a_project_cannot_name_a_module(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text("raise AssertionError('a stranger may have written this')")
    (shell.cwd / "flux2.toml").write_text('plugins = ["one"]\n')

    ran = shell.run("config", "show")

    assert ran.code == 2
    assert "and a project's file cannot set plug-ins." in ran.err
    assert "`flux2 config set plugins MODULE`, or FLUX2_PLUGINS in the environment" in ran.err


def test_the_setting_is_written_as_a_list(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good())

    ran = shell.run("config", "set", "plugins", "one,  flux2_acme.module")

    assert ran.code == 0, ran.err
    assert (shell.config / "config.toml").read_text() == 'plugins = ["one", "flux2_acme.module"]\n'


BROKEN: list[tuple[str, str]] = [
    ("raise ValueError('no licence')", "cannot be imported: ValueError: no licence."),
    ("import nowhere_to_be_found", "needs `nowhere_to_be_found`, which is not installed where flux2 is."),
    ("def f(:", "cannot be imported: SyntaxError: invalid syntax (one.py, line 1)."),
    ("x = 1", "is no provider: it has no INTERFACE."),
    (good().replace("INTERFACE = 1", "INTERFACE = 2"),
     "was made for interface 2, and this version of flux2 has interface 1."),
    ("raise SystemExit('no licence')", "cannot be imported: SystemExit: no licence."),
    (good().replace('(("FAKE_KEY",),)', '("FAKE_KEY",)'), "has INFO whose `key_variables` is no tuple of tuples."),
    (good().replace('("fake.example",)', '"fake.example"'), "has INFO whose `key_hosts` is no tuple of texts."),
    (good().replace('mode="text"', "mode=1"),
     "has a route of mode `1`, which is none of text, edit, outpaint, either."),
    (good().replace("price=None", "price=0.01"), "has a route `e` whose price is no Price."),
    (good().replace('Field(wire="p", required=True)', '"p"'), "has a route whose `prompt` is no Field."),
    ("INTERFACE = 1", "is no provider: INFO, load_routes() or load_api() is missing."),
    (good("bfl"), "calls its provider `bfl`, and there is one of that name."),
    (good("budget"), "calls its provider `budget`, which is the name of a setting."),
    (good("Fake"), "calls its provider `Fake`: a name has a-z, 0-9 and `_` and starts with a letter."),
    (good(variable="FAL_KEY_SECRET"), "asks for FAL_KEY_SECRET, the key of fal; a plug-in gets its own key only."),
    (good(variant="sd4"), "has a route for `sd4`, and flux2 knows no such variant."),
    (good().replace('{"prompt"', '{"volume"'), "has a route with `volume`, and flux2 knows no such parameter."),
    (good().replace('provider="fake"', 'provider="fal"'), "has a route that is not of its provider `fake`."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "said"), BROKEN, ids=[case[1][:50] for case in BROKEN])
def test_a_plug_in_that_cannot_be_used_is_one_sentence(shell: Shell, modules: Path, source: str, said: str) -> None:
    (modules / "one.py").write_text(source)

    ran = shell.run("models", env={"FLUX2_PLUGINS": "one"})

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: The plug-in `one` (environment FLUX2_PLUGINS) {said}\n"
        "hint: update it, or take it out of `plugins` (environment FLUX2_PLUGINS)\n"
    )


def test_a_module_that_is_not_there_is_named(shell: Shell) -> None:
    ran = shell.run("models", "--json", env={"FLUX2_PLUGINS": "flux2_nowhere"})

    assert ran.code == 2
    assert ran.json["error"]["message"] == (
        "The plug-in `flux2_nowhere` (environment FLUX2_PLUGINS) is not installed where flux2 is."
    )


def test_two_plug_ins_cannot_share_a_name(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good())
    (modules / "two.py").write_text(good())

    ran = shell.run("models", env={"FLUX2_PLUGINS": "one,two"})

    assert ran.code == 2
    assert "The plug-in `two` (environment FLUX2_PLUGINS) calls its provider `fake`, and there is one" in ran.err


def test_a_broken_plug_in_can_be_taken_out_of_the_settings(shell: Shell) -> None:
    shell.config.mkdir()
    (shell.config / "config.toml").write_text('plugins = ["flux2_nowhere"]\ntimeout = 5\n')

    ran = shell.run("config", "unset", "plugins")

    assert ran.code == 0
    assert "warning: The plug-in `flux2_nowhere`" in ran.err
    assert (shell.config / "config.toml").read_text() == "timeout = 5\n"
    assert shell.run("models").code == 0


def test_settings_that_cannot_be_read_stop_no_command_that_needs_none(shell: Shell) -> None:
    shell.config.mkdir()
    (shell.config / "config.toml").write_text("# plugins\ntimeout = = 5\n")

    for argv in (("models",), ("keys", "list")):
        ran = shell.run(*argv)
        assert (ran.code, "not valid TOML" in ran.err) == (0, False), argv

    cost, doctor, read = shell.run("cost"), shell.run("doctor", "--offline"), shell.run("config", "get", "timeout")
    assert (cost.code, cost.err.count("not valid TOML")) == (2, 1), "which ledger it shows is a setting"
    assert doctor.code == 1
    assert "failed   settings" in doctor.out
    assert (read.code, read.err.count("not valid TOML")) == (2, 1)


def test_what_is_no_list_of_modules_is_refused(shell: Shell) -> None:
    shell.config.mkdir()
    (shell.config / "config.toml").write_text("plugins = [7]\n")

    ran = shell.run("models")

    assert ran.code == 2
    assert f"`plugins = ...` in {shell.config / 'config.toml'} is not a list of Python modules." in ran.err
    assert "`FLUX2_PLUGINS=../x.py` has `../x.py` in it, which is no Python module." in shell.run(
        "models", env={"FLUX2_PLUGINS": "../x.py"}
    ).err  # fmt: skip


def test_a_provider_without_an_emulator_has_no_sandbox(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good())

    ran = shell.run("flash", "x", "-p", "fake", "--sandbox", env={"FLUX2_PLUGINS": "one"})

    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: The sandbox does not emulate `fake`.")
    assert shell.run("flash", "x", "--sandbox", env={"FLUX2_PLUGINS": "one"}).code == 0


def test_an_emulator_that_cannot_be_imported_is_one_sentence(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good().replace("uploads=False", 'emulator="one_emulator", uploads=False'))

    ran = shell.run("flash", "x", "-p", "fake", "--sandbox", env={"FLUX2_PLUGINS": "one"})

    assert ran.code == 2
    assert ran.err.splitlines()[0] == (
        "error: The emulator of `fake` cannot be imported: ModuleNotFoundError: No module named 'one_emulator'."
    )


def test_wire_functions_that_cannot_be_loaded_are_one_sentence(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good().replace("raise AssertionError(", "raise ImportError("))

    ran = shell.run("flash", "x", "-p", "fake", "--dry-run", env={"FLUX2_PLUGINS": "one"})

    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: The plug-in `one` cannot be used: ImportError: nothing is sent.",
    )


def test_wire_functions_that_are_not_all_there_are_one_sentence(shell: Shell, modules: Path) -> None:
    source = good().replace('raise AssertionError("nothing is sent")', "import one_api\n    return one_api")
    (modules / "one.py").write_text(source)
    (modules / "one_api.py").write_text("from flux2cli.providers.fal.api import *\ndel explain\n")

    ran = shell.run("flash", "x", "-p", "fake", "--dry-run", env={"FLUX2_PLUGINS": "one"})

    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: The plug-in `one` cannot be used: its wire functions lack `explain`.",
    )


def test_an_emulator_without_its_parts_is_one_sentence(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good().replace("uploads=False", 'emulator="one_emulator", uploads=False'))
    (modules / "one_emulator.py").write_text("NAME, KEY_HEADER, FAULTS = 'fake', 'x-key', ()\n")

    ran = shell.run("flash", "x", "-p", "fake", "--sandbox", env={"FLUX2_PLUGINS": "one"})

    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: The emulator of `fake` cannot be used: `one_emulator` has no RULES.",
    )


def test_what_a_plug_in_prints_when_it_is_imported_is_no_data(shell: Shell, modules: Path) -> None:
    (modules / "one.py").write_text(good() + "\nprint('licence ok')\n")

    ran = shell.run("keys", "list", "--json", env={"FLUX2_PLUGINS": "one"})

    assert ran.out.startswith("[")
    assert ran.err == "licence ok\n"
