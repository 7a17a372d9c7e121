"""Vtrix' HTTP API, emulated: `POST /model/v1/generation`, then the task, then the image under `/cdn/vtrix/`.

Webhooks are accepted and never delivered.
"""

from flux2cli.sandbox.http import Rule
from flux2cli.sandbox.vtrix import submit, task
from flux2cli.sandbox.vtrix.task import find

__all__ = ["RULES", "find"]

RULES: tuple[Rule, ...] = (*submit.RULES, *task.RULES)
