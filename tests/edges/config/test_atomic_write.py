"""Files of settings are written whole, for their owner, and by several writers at once."""

import multiprocessing
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.config_place import Place

from flux2cli.edges.config import Config, Directories
from flux2cli.errors import UsageError


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Writing


COMMENTED = """\
# my settings
timeout = 30  # half a minute

[vtrix]
body = "flat"
"""


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
