"""Black Forest Labs' HTTP API, emulated: `POST /v1/MODEL`, `GET /v1/get_result`, `GET /v1/credits`, signed images.

`POST /v1/pricing` states prices. Webhooks are accepted and never delivered. Images are below `/cdn/bfl/`, for ten
minutes after the poll that named them.
"""

from flux2cli.sandbox.bfl.images import find_image
from flux2cli.sandbox.bfl.outcomes import NAME
from flux2cli.sandbox.bfl.routes import RULES

__all__ = ["FAULTS", "KEY_HEADER", "NAME", "RULES", "find_image"]

FAULTS: tuple[str, ...] = (
    "402",
    "402-body",
    "403",
    "422-text",
    "429-body",
    "no-id",
    "foreign-poll",
    "insecure-poll",
    "moderated-request",
)
KEY_HEADER = "x-key"
