"""fal's HTTP API, emulated: queue, sync calls, storage, CDN and platform, each host under a path prefix of its own.

`queue.fal.run` is `/queue`, `fal.run` is `/run`, `rest.fal.ai` is `/rest`, `api.fal.ai` is `/api`, the CDN is `/cdn`.
Webhooks are accepted and never delivered.
"""

from flux2cli.sandbox.fal import images, platform, proxy, queue, storage
from flux2cli.sandbox.fal.outcome import find
from flux2cli.sandbox.http import Rule

__all__ = ["RULES", "find"]

RULES: tuple[Rule, ...] = (*queue.RULES, *storage.RULES, *images.RULES, *platform.RULES)
RULES = (*RULES, *proxy.rules(RULES))
