"""What a megapixel costs, by provider and endpoint, each with its source and the day it was read.

A megapixel is 1024 x 1024 pixels, rounded up per image. An endpoint that is missing here has no known price.
"""

from decimal import Decimal

from flux2cli.catalog.model import InputBilling, Price

MEGAPIXEL = 1024 * 1024
"""Pixels in one billed megapixel; consistent with every published example (fal pages, BFL's observed `output_mp`)."""

_READ_ON = "2026-11-20"
_RESELLER = "https://lumenfall.ai/models/black-forest-labs"


def _fal(
    first: str,
    extra: str,
    inputs: InputBilling,
    endpoint: str,
    confidence: str = "documented",
    source: str | None = None,
) -> tuple[str, Price]:
    return f"fal:{endpoint}", Price(
        first=Decimal(first),
        extra=Decimal(extra),
        inputs=inputs,
        source=source or f"https://fal.ai/models/{endpoint}/llms.txt",
        verified_on=_READ_ON,
        confidence=confidence,
    )


def _bfl(first: str, extra: str, endpoint: str, confidence: str = "documented") -> tuple[str, Price]:
    return f"bfl:{endpoint}", Price(
        first=Decimal(first),
        extra=Decimal(extra),
        inputs="real",
        source="https://github.com/black-forest-labs/skills",
        verified_on=_READ_ON,
        confidence=confidence,
    )


PRICES: dict[str, Price] = dict((
    _fal("0.012", "0.012", "free", "fal-ai/flux-2"),
    _fal("0.012", "0.012", "one", "fal-ai/flux-2/edit", "secondary", f"{_RESELLER}/flux.2-dev"),
    _fal("0.005", "0.005", "free", "fal-ai/flux-2/flash"),
    _fal("0.005", "0.005", "one", "fal-ai/flux-2/flash/edit"),
    # The unit price that fal's pricing API gave on 2026-07-22.
    _fal("0.008", "0.008", "free", "fal-ai/flux-2/turbo", "secondary",
         "https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai/flux-2/turbo"),
    _fal("0.008", "0.008", "one", "fal-ai/flux-2/turbo/edit"),
    _fal("0.03", "0.015", "free", "fal-ai/flux-2-pro"),
    _fal("0.03", "0.015", "real", "fal-ai/flux-2-pro/edit"),
    _fal("0.03", "0.015", "real", "fal-ai/flux-2-pro/outpaint"),
    # The pages still print $0.06 for 512x512 against their own formula.
    _fal("0.05", "0.05", "free", "fal-ai/flux-2-flex"),
    _fal("0.05", "0.05", "real", "fal-ai/flux-2-flex/edit"),
    _fal("0.07", "0.03", "free", "fal-ai/flux-2-max"),
    _fal("0.07", "0.03", "real", "fal-ai/flux-2-max/edit"),
    # A fal page of January 2026 said 0.014.
    _fal("0.005", "0.005", "free", "fal-ai/flux-2/klein/4b", "secondary", f"{_RESELLER}/flux.2-klein-4b/llms.txt"),
    _fal("0.01", "0.01", "one", "fal-ai/flux-2/klein/4b/edit"),
    _fal("0.009", "0.009", "free", "fal-ai/flux-2/klein/4b/base"),
    _fal("0.009", "0.009", "one", "fal-ai/flux-2/klein/4b/base/edit"),
    _fal("0.006", "0.006", "free", "fal-ai/flux-2/klein/9b"),
    _fal("0.011", "0.011", "one", "fal-ai/flux-2/klein/9b/edit"),
    _fal("0.011", "0.011", "one", "fal-ai/flux-2/klein/9b/base/edit"),
    _fal("0.02", "0.02", "free", "fal-ai/flux-2/klein/9b/base/lora"),
    _fal("0.02", "0.02", "one", "fal-ai/flux-2/klein/9b/base/edit/lora"),
    _bfl("0.07", "0.03", "flux-2-max"),
    _bfl("0.03", "0.015", "flux-2-pro"),
    _bfl("0.03", "0.015", "flux-2-pro-preview", "unconfirmed"),
    _bfl("0.05", "0.05", "flux-2-flex"),
    _bfl("0.014", "0.001", "flux-2-klein-4b"),
    _bfl("0.015", "0.002", "flux-2-klein-9b"),
    _bfl("0.015", "0.002", "flux-2-klein-9b-preview", "unconfirmed"),
))  # fmt: skip
"""By `Route.key`."""
