"""A project's settings: which file counts, and what a project may not do."""

from decimal import Decimal

import pytest
from support.config_place import Place, refused

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
