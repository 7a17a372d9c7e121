"""Images on disk: written to a temporary file beside their future name, checked, then linked under a free name.

The only package that writes images and sidecars. It never prompts, and knows neither network nor ledger.
"""

from flux2cli.edges.files.claim import claim
from flux2cli.edges.files.copy_image import Sidecar, adopt_image, copy_image, is_recorded_at, remove_image, sidecar_at
from flux2cli.edges.files.image_at import image_at
from flux2cli.edges.files.image_cache import ImageCache
from flux2cli.edges.files.merged_record import settle_record, settled_side
from flux2cli.edges.files.parts import BrokenImageError, Part, PartInfo, open_part, remove_parts
from flux2cli.edges.files.recover import SaveState, SidecarStub, save_state
from flux2cli.edges.files.scan import is_present, record_at, records
from flux2cli.edges.files.spool import Spool
from flux2cli.edges.files.taken_names import TakenNames

__all__ = [
    "BrokenImageError",
    "ImageCache",
    "Part",
    "PartInfo",
    "SaveState",
    "Sidecar",
    "SidecarStub",
    "Spool",
    "TakenNames",
    "adopt_image",
    "claim",
    "copy_image",
    "image_at",
    "is_present",
    "is_recorded_at",
    "open_part",
    "record_at",
    "records",
    "remove_image",
    "remove_parts",
    "save_state",
    "settle_record",
    "settled_side",
    "sidecar_at",
]
