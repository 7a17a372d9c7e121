"""Variables in a `.env` file that the tool does not read."""

import os
from pathlib import Path

import pytest

from flux2cli.edges.config.dotenv import dotenv_hint

FAL = (("FAL_KEY",), ("FAL_KEY_ID", "FAL_KEY_SECRET"))


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".env").write_text(text)
    return folder


@pytest.mark.parametrize("text", ["FAL_KEY=a:b\n", "# keys\nexport FAL_KEY = 'a:b'\n", "X=\nFAL_KEY=a:b"])
def test_a_file_here_has_the_variable(tmp_path: Path, text: str) -> None:
    hint = dotenv_hint(written(tmp_path, text), FAL)

    assert hint == ".env has FAL_KEY, but flux2 does not read it: `set -a; . ./.env; set +a`"


def test_variables_that_belong_together_are_both_there(tmp_path: Path) -> None:
    assert dotenv_hint(written(tmp_path, "FAL_KEY_ID=a\n"), FAL) is None

    hint = dotenv_hint(written(tmp_path, "FAL_KEY_ID=a\nFAL_KEY_SECRET=b\n"), FAL)

    assert hint is not None
    assert hint.startswith(".env has FAL_KEY_ID and FAL_KEY_SECRET, but")


def test_a_file_at_the_root_of_the_git_tree_is_named_from_here(tmp_path: Path) -> None:
    (written(tmp_path / "my tree", "FAL_KEY=a\n") / ".git").mkdir()
    here = tmp_path / "my tree" / "deep"
    here.mkdir()

    assert dotenv_hint(here, FAL) == "../.env has FAL_KEY, but flux2 does not read it: `set -a; . ../.env; set +a`"


def test_a_file_above_is_no_matter_outside_a_git_tree(tmp_path: Path) -> None:
    written(tmp_path, "FAL_KEY=a\n")
    (tmp_path / "deep").mkdir()

    assert dotenv_hint(tmp_path / "deep", FAL) is None


@pytest.mark.parametrize("text", ["", "FAL_KEY=\nOTHER=x\n", "#FAL_KEY=a\n", "MY_FAL_KEY=a\n", 'FAL_KEY=""\n'])
def test_a_file_without_a_value_for_it(tmp_path: Path, text: str) -> None:
    assert dotenv_hint(written(tmp_path, text), FAL) is None


def test_a_pipe_of_that_name_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")

    assert dotenv_hint(tmp_path, FAL) is None
