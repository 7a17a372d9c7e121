"""Settings from real files and environments: precedence, what projects may not do, writing without losing anything."""

import multiprocessing
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from flux2cli.edges.config import Config, Directories
from flux2cli.errors import UsageError


class Place:
    """A git tree with a directory in it, a configuration directory, and an environment."""

    def __init__(self, root: Path) -> None:
        self.tree = root / "tree"
        self.cwd = self.tree / "deep" / "er"
        self.cwd.mkdir(parents=True)
        (self.tree / ".git").mkdir()
        self.user = root / "config" / "config.toml"
        self.project = self.tree / "flux2.toml"
        self.environ: dict[str, str] = {}

    def write_user(self, text: str) -> None:
        self.user.parent.mkdir(exist_ok=True)
        self.user.write_text(text)

    def config(self, cwd: Path | None = None) -> Config:
        folder = self.user.parent
        directories = Directories(config=folder, state=folder / "state", cache=folder / "cache")
        return Config(directories, self.environ, cwd or self.cwd)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(config: Config, name: str = "provider") -> UsageError:
    with pytest.raises(UsageError) as caught:
        config.get(name)
    return caught.value


# Where things live


def test_variables_move_the_directories(tmp_path: Path) -> None:
    environ = {"FLUX2_CONFIG_DIR": "/a/config", "FLUX2_STATE_DIR": "state", "FLUX2_CACHE_DIR": "../cache"}

    found = Directories.resolve(environ, cwd=tmp_path)

    assert (found.config, found.state) == (Path("/a/config"), tmp_path / "state")
    assert found.cache == tmp_path / "../cache"


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="the usual places differ")
def test_without_them_the_usual_places_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"/x/{name}")

    found = Directories.resolve({"FLUX2_STATE_DIR": "", "FLUX2_CACHE_DIR": "/c"}, cwd=tmp_path)

    assert found == Directories(config=Path("/x/CONFIG/flux2"), state=Path("/x/STATE/flux2"), cache=Path("/c"))


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


# Which project file


def test_the_nearest_project_file_counts_alone(place: Place) -> None:
    place.project.write_text('provider = "bfl"\nlabel = "far"')
    (place.cwd / "flux2.toml").write_text('provider = "vtrix"')

    config = place.config()

    assert (config.get("provider").value, config.get("label").value) == ("vtrix", None)


def test_nothing_above_the_git_root_is_read(place: Place) -> None:
    (place.tree.parent / "flux2.toml").write_text("this is not read")

    assert place.config().project_file is None


def test_without_a_git_root_only_the_current_directory_is_read(place: Place) -> None:
    (place.tree / ".git").rmdir()
    place.project.write_text('provider = "bfl"')

    assert place.config().project_file is None
    assert place.config(cwd=place.tree).get("provider").value == "bfl"


def test_a_git_worktree_has_a_file_for_a_git_directory(place: Place) -> None:
    (place.tree / ".git").rmdir()
    (place.tree / ".git").write_text("gitdir: elsewhere")
    place.project.write_text('provider = "bfl"')

    assert place.config().get("provider").value == "bfl"


# What a project may not do


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fal.url = "https://evil.example.com"', "{file} sets `fal.url`, and a project's file cannot set an address."),
        ('[vtrix]\nurl = "http://127.0.0.1"', "{file} sets `vtrix.url`, and a project's file cannot set an address."),
        ('[bfl]\nurl = "x"', "{file} sets `bfl.url`, and a project's file cannot set an address."),
        ('webhook_url = "https://e.com"', "{file} sets `webhook_url`, and a project's file cannot set a webhook."),
        ('fal.key = "fal-secret-1"', "`fal.key` is no setting (in {file}): keys do not belong among the settings."),
        ('FAL_KEY = "fal-secret-1"', "`FAL_KEY` is no setting (in {file}): keys do not belong among the settings."),
        ('[keys]\nfal = "fal-secret-1"', "`keys` is no setting (in {file}): keys do not belong among the settings."),
    ],
)
def test_a_project_sets_neither_addresses_nor_webhooks_nor_keys(place: Place, text: str, message: str) -> None:
    place.project.write_text(text)

    error = refused(place.config())

    assert error.message == message.format(file=place.project)
    assert "fal-secret-1" not in f"{error.message}{error.hint}"


@pytest.mark.parametrize(
    "output",
    ["/etc", "../x/", "~/x/", "~root/", "deep/../../x/", "{slug}/../../x.png", "a/{slug}/../../../x.png",
     "link/", "link/{slug}.png", "link/sub/x.png", "../tree-of-another/", "link-{slug}/../../../x"],
)  # fmt: skip
def test_a_project_names_no_place_outside_of_its_tree(place: Place, output: str) -> None:
    (place.tree / "link").symlink_to(place.tree.parent)
    place.project.write_text(f"output = '{output}'")

    assert (
        refused(place.config()).message
        == f"{place.project} sets `output = {output}`, which is outside of {place.tree}."
    )


@pytest.mark.parametrize(
    ("output", "seen"),
    [
        ("art/", "../../art/"),
        ("art/{slug}-{seed}.{ext}", "../../art/{slug}-{seed}.{ext}"),
        ("{slug}.{ext}", "../../{slug}.{ext}"),
        ("deep/er/", "./"),
        ("./", "../../"),
        ("..hidden/", "../../..hidden/"),
        ("-", "-"),
    ],
)
def test_a_projects_output_is_seen_from_its_file(place: Place, output: str, seen: str) -> None:
    place.project.write_text(f"output = '{output}'")

    assert place.config().get("output").value == seen


def test_an_absolute_place_inside_the_tree_is_allowed(place: Place) -> None:
    place.project.write_text(f"output = '{place.tree}/art/'")

    assert place.config().get("output").value == "../../art/"


def test_the_users_own_output_may_be_anywhere(place: Place) -> None:
    place.write_user("output = '~/pictures/'")

    assert place.config().get("output").value == "~/pictures/"


def test_a_project_that_asks_for_a_higher_budget_does_not_get_it(place: Place) -> None:
    place.write_user("budget.per_day = 5")
    place.project.write_text("budget.per_day = 20")

    found = place.config().get("budget.per_day")

    assert (found.value, found.origin) == (Decimal(5), str(place.user))
    assert found.note == f"{place.project} says 20, which is higher and does not count"


def test_what_other_commands_read_in_the_projects_file_is_left_alone(place: Place) -> None:
    place.project.write_text('label = "x"\n[sync]\nfrozen = true\n[[assets]]\nprompt = "a fox"\n')

    assert place.config().get("label").value == "x"


def test_in_the_users_file_those_tables_are_no_settings(place: Place) -> None:
    place.write_user("[assets]\n")

    assert refused(place.config()).message == f"There is no setting `assets` (in {place.user})."


# Broken files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('provder = "fal"', "There is no setting `provder` (in {file})."),
        ("[budget]\nperday = 1", "There is no setting `budget.perday` (in {file})."),
        ("[bugdet]", "There is no setting `bugdet` (in {file})."),
        ("provider.name = 'fal'", "`provider = ...` in {file} is not one of fal, vtrix, bfl."),
        ("budget = 5", "There is no setting `budget` (in {file})."),
        ("sandbox = 'yes'", "`sandbox = yes` in {file} is neither true nor false."),
        ("timeout = 2026-11-21", "`timeout = ...` in {file} is not a number of seconds from 0 to a year."),
        ("timeout = nan", "`timeout = NaN` in {file} is not a number of seconds from 0 to a year."),
        ("timeout = 1\n\nsandbox = maybe", "{file}:3 is not valid TOML: invalid value."),
        ("timeout = 1\ntimeout = 2", "{file}:2 is not valid TOML: cannot overwrite a value."),
        ("label = '", '{file}:1 is not valid TOML: expected "\'".'),
        ("a = " + "[" * 5000, "{file} is not valid TOML."),
        ("timeout = " + "9" * 5000, "{file} is not valid TOML."),
    ],
)
@pytest.mark.parametrize("whose", ["user", "project"])
def test_a_wrong_line_is_told_with_its_file(place: Place, whose: str, text: str, message: str) -> None:
    file = place.user if whose == "user" else place.project
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)

    said = refused(place.config()).message

    assert said == message.format(file=file)


def test_a_byte_order_mark_is_no_obstacle(place: Place) -> None:
    place.write_user("\ufefftimeout = 5")

    assert place.config().get("timeout").value == 5


def test_a_file_that_is_not_text_is_told(place: Place) -> None:
    place.project.write_bytes(b'label = "\xff"')

    assert refused(place.config()).message == f"{place.project} is not UTF-8 text."


def test_a_directory_or_a_pipe_in_the_files_place_is_told(place: Place) -> None:
    os.mkfifo(place.project)
    assert refused(place.config()).message == f"{place.project} is not a file."
    place.project.unlink()
    place.project.mkdir()
    assert refused(place.config()).message == f"{place.project} is not a file."


def test_a_file_without_end_is_not_read_to_its_end(place: Place) -> None:
    place.project.write_text("#" * (1 << 20) + "#")

    assert refused(place.config()).message == f"{place.project} is too long for a settings file."


def test_a_wrong_variable_is_told_when_its_setting_is_asked_for(place: Place) -> None:
    place.environ["FLUX2_TIMEOUT"] = "soon"

    assert place.config().get("provider").value == "fal"
    assert (
        refused(place.config(), "timeout").message
        == "`FLUX2_TIMEOUT=soon` is not a number of seconds from 0 to a year."
    )


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


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_the_directory_is_made_for_its_owner_alone(place: Place, mask: int) -> None:
    place.user.parent.parent.mkdir(exist_ok=True)
    with umask(mask):
        place.config().set("timeout", "5")

    assert mode(place.user.parent) == 0o700
    assert mode(place.user) == 0o666 & ~mask


def test_a_written_file_keeps_its_mode(place: Place) -> None:
    place.write_user(COMMENTED)
    place.user.chmod(0o640)

    place.config().set("timeout", "5")

    assert mode(place.user) == 0o640


def test_a_link_to_the_settings_stays_a_link(place: Place, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(COMMENTED)
    place.user.parent.mkdir()
    place.user.symlink_to(real)

    place.config().set("timeout", "5")

    assert place.user.is_symlink()
    assert "timeout = 5  # half a minute" in real.read_text()


def test_a_directory_that_cannot_be_made_is_told(place: Place) -> None:
    place.user.parent.write_text("a file")

    with pytest.raises(UsageError) as caught:
        place.config().set("timeout", "5")

    assert caught.value.message == f"{place.user} cannot be written: Not a directory."


def test_what_a_killed_writer_left_does_not_matter(place: Place) -> None:
    place.write_user(COMMENTED)
    (place.user.parent / ".config.toml.part").write_text("timeo")

    place.config().set("timeout", "5")

    assert sorted(p.name for p in place.user.parent.iterdir()) == ["config.toml"]


NAMES = ("provider:bfl", "sandbox:true", "timeout:7", "label:x", "budget.per_day:1", "budget.per_image:2",
         "fal.url:https://a.io", "vtrix.url:https://b.io", "bfl.url:https://c.io", "vtrix.body:flat")  # fmt: skip


def _set(root: Path, assignment: str) -> None:
    name, _, text = assignment.partition(":")
    Config(Directories(config=root, state=root, cache=root), {}, root).set(name, text)


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        pool.starmap(_set, [(tmp_path / "config", assignment) for assignment in NAMES], chunksize=1)
    place = Place(tmp_path)

    assert [r.name for r in place.config().all() if r.origin == str(place.user)] == [n.partition(":")[0] for n in NAMES]
