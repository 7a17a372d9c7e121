"""A wrong `output` among the settings: the message names the file or variable, not `-o`."""

import pytest
from support.config_place import Place, refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", "`output = 5` in USER has no image suffix."),
        ("{slug}.gif", "`output = {slug}.gif` in USER ends in `.gif`, which no model makes."),
        ("{x}.png", "`output = {x}.png` in USER cannot be used: the template `{x}.png` has an unknown field `{x}`."),
    ],
)  # fmt: skip
def test_a_users_file_is_named(place: Place, text: str, said: str) -> None:
    place.write_user(f'output = "{text}"\n')

    assert refused(place.config(), "output").message == said.replace("USER", str(place.user))
    assert place.config().get("output", "art/").value == "art/"
    assert place.config().get("provider").value == "fal"


def test_a_variable_is_named(place: Place) -> None:
    place.environ["FLUX2_OUTPUT"] = "5"

    assert refused(place.config(), "output").message == "`FLUX2_OUTPUT=5` has no image suffix."


def test_a_projects_file_is_named_with_what_stands_in_it(place: Place) -> None:
    place.project.write_text('output = "5"\n')

    assert refused(place.config(), "output").message == f"`output = 5` in {place.project} has no image suffix."


def test_a_directory_that_exists_is_a_place(place: Place) -> None:
    (place.cwd / "art").mkdir()
    place.write_user('output = "art"\n')

    assert place.config().get("output").value == "art"


def test_a_directory_is_kept_so_that_it_is_one_everywhere(place: Place) -> None:
    (place.cwd / "art").mkdir()

    assert place.config().set("output", "art") == "art/"
    assert place.config(place.tree).get("output").value == "art/"
