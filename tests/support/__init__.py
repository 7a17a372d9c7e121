"""What tests share: servers that play a provider, a shell in the test's process, scripts that are run and killed."""

from pathlib import Path

SUPPORT = Path(__file__).parent
