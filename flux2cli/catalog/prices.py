"""What a megapixel costs, by provider and endpoint, each with its source and the day it was read.

A megapixel is 1024 x 1024 pixels, rounded up per image. An endpoint that is missing here has no known price.
"""

from decimal import Decimal

from flux2cli.catalog.model import InputBilling, Price

MEGAPIXEL = 1024 * 1024
"""Pixels in one billed megapixel; consistent with every published example (fal pages, BFL's observed `output_mp`)."""


def _fal(
    first: str, extra: str, inputs: InputBilling, endpoint: str, confidence: str = "documented"
) -> tuple[str, Price]:
    price = Price(
        first=Decimal(first),
        extra=Decimal(extra),
        inputs=inputs,
        source=f"https://fal.ai/models/{endpoint}/llms.txt",
        verified_on="2026-11-20",
        confidence=confidence,
    )
    return f"fal:{endpoint}", price


PRICES: dict[str, Price] = dict((
    _fal("0.012", "0.012", "free", "fal-ai/flux-2"),
    _fal("0.005", "0.005", "free", "fal-ai/flux-2/flash"),
    _fal("0.005", "0.005", "one", "fal-ai/flux-2/flash/edit"),
    _fal("0.008", "0.008", "free", "fal-ai/flux-2/turbo", "secondary"),
    _fal("0.05", "0.05", "free", "fal-ai/flux-2-flex"),
    _fal("0.05", "0.05", "real", "fal-ai/flux-2-flex/edit"),
    _fal("0.07", "0.03", "free", "fal-ai/flux-2-max"),
    _fal("0.07", "0.03", "real", "fal-ai/flux-2-max/edit"),
))  # fmt: skip
"""By `Route.key`."""
