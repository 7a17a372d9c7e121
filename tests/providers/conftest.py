"""Makes the plug-in in `plugin/` importable, as if it were installed."""

import sys
from pathlib import Path

PLUGIN = Path(__file__).parent / "plugin"
sys.path.insert(0, str(PLUGIN))
