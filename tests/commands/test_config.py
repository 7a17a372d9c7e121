"""`flux2 config`: every value with its origin, and who overrides what was just set."""

from pathlib import Path

import pytest
from support.shell import Shell


def test_show_names_each_origin(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text('label = "nightly"\nbudget.per_day = 20')
    shell.run("config", "set", "timeout", "30")
    shell.run("config", "set", "budget.per_day", "5.00")

    ran = shell.run("config", "show", env={"FLUX2_SANDBOX": "1"})

    user, project = shell.config / "config.toml", shell.cwd / "flux2.toml"
    assert ran.code == 0
    assert (
        ran.out
        == f"""\
provider = fal                (default)
sandbox = true                (environment FLUX2_SANDBOX)
output = (not set)            (default)
timeout = 30                  ({user})
label = nightly               ({project})
budget.per_day = 5.00         ({user})
budget.per_image = (not set)  (default)
fal.url = (not set)           (default)
vtrix.url = (not set)         (default)
bfl.url = (not set)           (default)
vtrix.body = wrapped          (default)
bfl.region = global           (default)
cache.images = 2147483648     (default)
plugins = (not set)           (default)
webhook_url = (not set)       (default)
"""
    )
    assert ran.err == f"warning: budget.per_day: {project} says 20, which is higher and does not count\n"


def test_show_as_json(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text("budget.per_day = 20")
    shell.run("config", "set", "budget.per_day", "5.00")

    rows = {row["name"]: row for row in shell.run("config", "show", "--json", env={"FLUX2_SANDBOX": "1"}).json}

    assert len(rows) == 15
    assert rows["sandbox"] == {
        "name": "sandbox", "value": True, "origin": "environment FLUX2_SANDBOX", "note": None,
    }  # fmt: skip
    assert rows["timeout"] == {"name": "timeout", "value": 600, "origin": "default", "note": None}
    assert rows["budget.per_day"] == {
        "name": "budget.per_day",
        "value": "5.00",
        "origin": str(shell.config / "config.toml"),
        "note": f"{shell.cwd / 'flux2.toml'} says 20, which is higher and does not count",
    }


@pytest.mark.parametrize(
    ("name", "out"), [("provider", "vtrix\n"), ("sandbox", "false\n"), ("label", "\n"), ("budget.per_day", "1000\n")]
)
def test_get_prints_the_value_alone(shell: Shell, name: str, out: str) -> None:
    env = {"FLUX2_PROVIDER": "vtrix", "FLUX2_BUDGET_PER_DAY": "1e3"}

    ran = shell.run("config", "get", name, env=env)

    assert (ran.code, ran.out, ran.err) == (0, out, "")


def test_get_as_json(shell: Shell) -> None:
    assert shell.run("config", "get", "label", "--json").json == {
        "name": "label", "value": None, "origin": "default", "note": None,
    }  # fmt: skip


@pytest.mark.parametrize("argv", [("get", "provder"), ("set", "provder", "fal"), ("unset", "provder")])
def test_an_unknown_setting_is_answered_with_the_nearest(shell: Shell, argv: tuple[str, ...]) -> None:
    ran = shell.run("config", *argv)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: There is no setting `provder`.\nhint: did you mean `provider`?\n"


def test_a_key_is_no_setting_and_is_not_repeated(shell: Shell) -> None:
    ran = shell.run("config", "set", "fal.key", "s3cret")

    assert ran.code == 2
    assert "flux2 keys set PROVIDER" in ran.err
    assert "s3cret" not in ran.out + ran.err
    assert not (shell.config / "config.toml").exists()


def test_set_says_what_and_where(shell: Shell) -> None:
    ran = shell.run("config", "set", "timeout", "30.0")

    assert (ran.code, ran.out, ran.err) == (0, "", f"timeout is 30 in {shell.config / 'config.toml'}\n")


def test_set_takes_the_dash_of_stdout(shell: Shell) -> None:
    assert shell.run("config", "set", "output", "-").code == 0
    assert shell.run("config", "get", "output").out == "-\n"


@pytest.mark.parametrize("command", [("set", "provider", "bfl"), ("unset", "provider")])
def test_set_and_unset_say_who_has_the_last_word(shell: Shell, command: tuple[str, ...]) -> None:
    ran = shell.run("config", *command, env={"FLUX2_PROVIDER": "vtrix"})

    assert ran.err.splitlines()[1] == ("warning: environment FLUX2_PROVIDER sets provider to vtrix, and that counts")


def test_set_says_when_the_project_has_the_last_word(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text("timeout = 5")

    ran = shell.run("config", "set", "timeout", "30")

    assert ran.err.splitlines()[1] == (f"warning: {shell.cwd / 'flux2.toml'} sets timeout to 5, and that counts")


def test_set_works_beside_a_wrong_line_and_tells_of_it(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text("timeout = 'x'")

    ran = shell.run("config", "set", "timeout", "30")

    assert ran.code == 0
    assert ran.err.splitlines()[1].startswith("warning: `timeout = x` in ")
    assert (shell.config / "config.toml").read_text() == "timeout = 30\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("output", "5", "`output 5` has no image suffix."),
        ("output", "{x}.png", "`output {x}.png` cannot be used: the template `{x}.png` has an unknown field `{x}`."),
        ("output", "{slug}.gif", "`output {slug}.gif` ends in `.gif`, which no model makes."),
        ("budget.per_day", "-5", "`budget.per_day -5` is not an amount of US dollars."),
        ("timeout", "-1", "`timeout -1` is not a time from 0 to a year."),
        ("provider", "--json", "`provider --json` is not one of fal, vtrix, bfl."),
        ("label", "a\nb", "`label a b` has line breaks or control characters in it."),
        ("sandbox", "maybe", "`sandbox maybe` is neither yes nor no."),
        ("fal.url", "ftp://example.com", "`fal.url ...` is not an https:// URL."),
        ("webhook_url", "example.com", "`webhook_url ...` is not an https:// URL."),
        ("vtrix.body", "round", "`vtrix.body round` is not one of wrapped, flat."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_not_set(shell: Shell, name: str, value: str, said: str) -> None:
    ran = shell.run("config", "set", name, value)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said}")
    assert not (shell.config / "config.toml").exists()


def test_set_is_silent_about_a_source_that_says_the_same(shell: Shell) -> None:
    ran = shell.run("config", "set", "sandbox", "true", env={"FLUX2_SANDBOX": "1"})

    assert ran.err == f"sandbox is true in {shell.config / 'config.toml'}\n"


def test_set_warns_of_a_plug_in_that_is_not_installed(shell: Shell) -> None:
    ran = shell.run("config", "set", "plugins", "nowhere_to_be_found")

    assert ran.code == 0
    assert ran.err.splitlines()[1] == (
        "warning: The plug-in `nowhere_to_be_found` (plugins) is not installed where flux2 is."
    )


def test_unset(shell: Shell) -> None:
    shell.run("config", "set", "timeout", "30")

    first, second = shell.run("config", "unset", "timeout"), shell.run("config", "unset", "timeout")

    file = shell.config / "config.toml"
    assert (first.code, first.err) == (0, f"timeout is no longer in {file}\n")
    assert (second.code, second.err) == (0, f"timeout was not in {file}\n")
    assert shell.run("config", "get", "timeout").out == "600\n"


def test_path_is_there_to_be_edited(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text("this = is wrong and not read")

    assert shell.run("config", "path").out == f"{shell.config / 'config.toml'}\n"
    assert shell.run("config", "path", "--json").json == {
        "config": str(shell.config / "config.toml"),
        "project": str(shell.cwd / "flux2.toml"),
        "keys": str(shell.config / "keys.json"),
        "state": str(shell.state),
        "cache": shell.environ["FLUX2_CACHE_DIR"],
    }


def test_reading_settings_makes_no_files(shell: Shell, tmp_path: Path) -> None:
    for argv in (("config", "show"), ("config", "get", "label"), ("config", "path"), ("keys", "list"),
                 ("config", "unset", "label")):  # fmt: skip
        shell.run(*argv)

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_projects_forbidden_setting_stops_a_run_before_anything_is_sent(shell: Shell) -> None:
    (shell.cwd / "flux2.toml").write_text('fal.url = "https://evil.example.com"')

    ran = shell.run("flash", "a fox", env={"FAL_KEY": "a:s3cret"})

    assert ran.code == 2
    assert "a project's file cannot set an address" in ran.err
    assert "s3cret" not in ran.err


def test_the_provider_of_the_settings_is_overridden_by_its_flag(shell: Shell) -> None:
    ran = shell.run("flash", "a fox", "-p", "fal", "--dry-run", "--json", env={"FLUX2_PROVIDER": "bfl"})

    assert (ran.code, ran.json["provider"]) == (0, "fal")


def test_a_projects_output_is_below_the_project(shell: Shell) -> None:
    (shell.cwd / ".git").mkdir()
    (shell.cwd / "flux2.toml").write_text('output = "art/"\nsandbox = true')
    shell.cwd = shell.cwd / "deep"
    shell.cwd.mkdir()

    ran = shell.run("flash", "a fox", "--seed", "7")

    assert ran.code == 0, ran.err
    assert sorted(p.name for p in (shell.cwd.parent / "art").iterdir()) == ["a-fox-7.png", "a-fox-7.png.json"]
