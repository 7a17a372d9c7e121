"""How many examples each property gets: few and always the same ones, or as many as `FLUX2_TEST_EXAMPLES` says."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, configuration, settings

# Nothing is kept between runs, and nothing is written into the working tree.
_HOME = Path(tempfile.gettempdir(), f"flux2-hypothesis-{os.getpid()}")
configuration.set_hypothesis_home_dir(_HOME)
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

_MANY = int(os.environ.get("FLUX2_TEST_EXAMPLES", "0"))

settings.register_profile(
    "flux2",
    max_examples=_MANY or 50,
    derandomize=not _MANY,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("flux2")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Many examples take as long as they take; a few hang when they take longer than the suite gives any test."""
    if _MANY:
        item.add_marker(pytest.mark.timeout(0))
