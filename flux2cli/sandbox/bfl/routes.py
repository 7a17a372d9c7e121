"""Which handler responds to which request for Black Forest Labs' API."""

from flux2cli.sandbox.bfl import account, images, jobs, price_quotes
from flux2cli.sandbox.emulator import Rule, rule

RULES: tuple[Rule, ...] = (
    rule("bfl.result", "GET", r"/v1/get_result", jobs.status),
    rule("bfl.credits", "GET", r"/v1/credits", account.credits_left),
    rule("bfl.pricing", "POST", r"/v1/pricing", price_quotes.quote),
    rule("bfl.submit", "POST", r"/v1/(?P<model>flux-(?:2-|tools/)[a-z0-9-]+)", jobs.submit),
    rule("bfl.image", "GET", images.PATH, images.download),
)
