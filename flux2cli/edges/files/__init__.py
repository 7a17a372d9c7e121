"""Images on disk: written to a temporary file beside their future name, checked, then linked under a free name.

The only package that writes images and sidecars. It never prompts, and knows neither network nor ledger.
"""

from flux2cli.edges.files.claim import claim
from flux2cli.edges.files.parts import BrokenImageError, Part, PartInfo, open_part, remove_parts
from flux2cli.edges.files.recover import SaveState, SidecarStub, save_state
from flux2cli.edges.files.scan import is_present, saved_rows
from flux2cli.edges.files.spool import Spool
from flux2cli.edges.files.taken_names import TakenNames

__all__ = [
    "BrokenImageError",
    "Part",
    "PartInfo",
    "SaveState",
    "SidecarStub",
    "Spool",
    "TakenNames",
    "claim",
    "is_present",
    "open_part",
    "remove_parts",
    "save_state",
    "saved_rows",
]
