"""The client that the tests of this folder use."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from flux2cli.edges.http import Http


@pytest.fixture
def http() -> Iterator[Http]:
    """A client without proxies or certificates of its own."""
    with closing(Http({})) as made:
        yield made
