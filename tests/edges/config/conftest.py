"""A place with settings of a user and of a project."""

from pathlib import Path

import pytest
from support.config_place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
