"""Images on disk: downloaded beside their future name, checked, then given a name that was free, with their sidecar.

The only module that writes files for the user. It asks nobody and knows no network and no ledger.
"""

from flux2cli.edges.files.claim import claim
from flux2cli.edges.files.parts import BrokenImageError, Part, PartInfo, open_part, prepare, remove_parts
from flux2cli.edges.files.recover import Saved, SidecarStub, already_saved
from flux2cli.edges.files.scan import present, saved_rows
from flux2cli.edges.files.spool import Spool

__all__ = [
    "BrokenImageError",
    "Part",
    "PartInfo",
    "Saved",
    "SidecarStub",
    "Spool",
    "already_saved",
    "claim",
    "open_part",
    "prepare",
    "present",
    "remove_parts",
    "saved_rows",
]
