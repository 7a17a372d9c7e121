"""Prices per megapixel at fal, by endpoint, each with its source and the day on which it was read.

An endpoint that is missing here has no known price.
"""

from decimal import Decimal

from flux2cli.catalog.model import InputBilling, Price

_READ_ON = "2026-11-20"
_RESELLER = "https://lumenfall.ai/models/black-forest-labs"


def _price(
    first: str,
    extra: str,
    inputs: InputBilling,
    endpoint: str,
    confidence: str = "documented",
    source: str | None = None,
    most: str = "1",
) -> tuple[str, Price]:
    return endpoint, Price(
        first=Decimal(first),
        extra=Decimal(extra),
        inputs=inputs,
        source=source or f"https://fal.ai/models/{endpoint}/llms.txt",
        verified_on=_READ_ON,
        confidence=confidence,
        most=Decimal(most),
    )


PRICES: dict[str, Price] = dict((
    _price("0.012", "0.012", "free", "fal-ai/flux-2"),
    _price("0.012", "0.012", "one", "fal-ai/flux-2/edit", "secondary", f"{_RESELLER}/flux.2-dev"),
    _price("0.005", "0.005", "free", "fal-ai/flux-2/flash"),
    _price("0.005", "0.005", "one", "fal-ai/flux-2/flash/edit"),
    # The unit price that fal's pricing API gave on 2026-07-22.
    _price("0.008", "0.008", "free", "fal-ai/flux-2/turbo", "secondary",
           "https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai/flux-2/turbo"),
    _price("0.008", "0.008", "one", "fal-ai/flux-2/turbo/edit"),
    # LoRAs of more than 2 GB in all cost half as much again for each GB begun, up to 5; their size is not known here.
    _price("0.021", "0.021", "free", "fal-ai/flux-2/lora", most="2.5"),
    _price("0.03", "0.015", "free", "fal-ai/flux-2-pro"),
    _price("0.03", "0.015", "real", "fal-ai/flux-2-pro/edit"),
    _price("0.03", "0.015", "real", "fal-ai/flux-2-pro/outpaint"),
    # The pages still print $0.06 for 512x512 against their own formula.
    _price("0.05", "0.05", "free", "fal-ai/flux-2-flex"),
    _price("0.05", "0.05", "real", "fal-ai/flux-2-flex/edit"),
    _price("0.07", "0.03", "free", "fal-ai/flux-2-max"),
    _price("0.07", "0.03", "real", "fal-ai/flux-2-max/edit"),
    # A fal page of January 2026 said 0.014.
    _price("0.005", "0.005", "free", "fal-ai/flux-2/klein/4b", "secondary", f"{_RESELLER}/flux.2-klein-4b/llms.txt"),
    _price("0.01", "0.01", "one", "fal-ai/flux-2/klein/4b/edit"),
    _price("0.009", "0.009", "free", "fal-ai/flux-2/klein/4b/base"),
    _price("0.009", "0.009", "one", "fal-ai/flux-2/klein/4b/base/edit"),
    _price("0.006", "0.006", "free", "fal-ai/flux-2/klein/9b"),
    _price("0.011", "0.011", "one", "fal-ai/flux-2/klein/9b/edit"),
    _price("0.011", "0.011", "one", "fal-ai/flux-2/klein/9b/base/edit"),
    _price("0.02", "0.02", "free", "fal-ai/flux-2/klein/9b/base/lora"),
    _price("0.02", "0.02", "one", "fal-ai/flux-2/klein/9b/base/edit/lora"),
))  # fmt: skip
"""Prices by endpoint."""
