"""Settings files that cannot be read, or have a wrong line."""

import os

import pytest
from support.config_place import Place, refused

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
        ("timeout = 2026-11-21", "`timeout = ...` in {file} is not a time from 0 to a year."),
        ("timeout = nan", "`timeout = NaN` in {file} is not a time from 0 to a year."),
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
