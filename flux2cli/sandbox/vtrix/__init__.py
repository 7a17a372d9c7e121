"""Vtrix' HTTP API, emulated: `POST /model/v1/generation`, then the job's status, then the image below `/cdn/vtrix/`.

Webhooks are accepted and never delivered.
"""

from flux2cli.sandbox.vtrix.images import find_image
from flux2cli.sandbox.vtrix.outcomes import NAME
from flux2cli.sandbox.vtrix.routes import RULES

__all__ = ["FAULTS", "KEY_HEADER", "NAME", "RULES", "find_image"]

FAULTS: tuple[str, ...] = (
    "402",
    "403",
    "no-id",
    "moderated-request",
    "failed-text",
    "failed-message",
    "failed-integer",
    "failed-silently",
)
KEY_HEADER = "authorization"
