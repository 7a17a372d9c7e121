"""Every test here runs with the plug-in, so that it sees four providers."""

import pytest
from support.shell import Shell


@pytest.fixture
def shell(shell: Shell) -> Shell:
    """Runs command lines in this process, with the plug-in."""
    shell.environ["FLUX2_PLUGINS"] = "flux2_acme"
    return shell
