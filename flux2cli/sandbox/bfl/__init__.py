"""Black Forest Labs' HTTP API, emulated: `POST /v1/MODEL`, `GET /v1/get_result`, `GET /v1/credits`, signed images.

Webhooks are accepted and never delivered. Images lie under `/cdn/bfl/`, for ten minutes from the poll that named them.
"""

from flux2cli.sandbox.bfl import delivery, result, submit
from flux2cli.sandbox.bfl.delivery import find
from flux2cli.sandbox.http import Rule

__all__ = ["RULES", "find"]

RULES: tuple[Rule, ...] = (*result.RULES, *submit.RULES, *delivery.RULES)
