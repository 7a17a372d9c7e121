"""fal's HTTP APIs, emulated: queue, sync calls, storage, CDN and platform, each host below a path of its own.

`queue.fal.run` is `/queue`, `fal.run` is `/run`, `rest.fal.ai` is `/rest`, `api.fal.ai` is `/api`, the CDN is `/cdn`.
Webhooks are accepted and never delivered.
"""

from flux2cli.sandbox.fal.images import find_image
from flux2cli.sandbox.fal.outcomes import NAME
from flux2cli.sandbox.fal.routes import RULES

__all__ = ["FAULTS", "KEY_HEADER", "NAME", "RULES", "find_image"]

FAULTS: tuple[str, ...] = ("stream-stall", "stream-cut", "stream-broken", "stream-buffered", "upload-failed")
KEY_HEADER = "authorization"
