"""Which handler responds to which request for Vtrix' API."""

from flux2cli.sandbox.emulator import Rule, rule
from flux2cli.sandbox.vtrix import images, jobs

RULES: tuple[Rule, ...] = (
    rule("vtrix.submit", "POST", r"/model/v1/generation", jobs.submit),
    rule("vtrix.task", "GET", r"/model/v1/generation/task/(?P<id>[^/]+)", jobs.status),
    rule("vtrix.image", "GET", images.PATH, images.download),
)
