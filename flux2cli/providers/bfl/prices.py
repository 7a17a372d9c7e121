"""Prices per megapixel at Black Forest Labs, by endpoint, each with the day on which it was read."""

from decimal import Decimal

from flux2cli.catalog.model import Price

_READ_ON = "2026-11-20"


def _price(first: str, extra: str, endpoint: str, confidence: str = "documented") -> tuple[str, Price]:
    return endpoint, Price(
        first=Decimal(first),
        extra=Decimal(extra),
        inputs="real",
        source="https://github.com/black-forest-labs/skills",
        verified_on=_READ_ON,
        confidence=confidence,
    )


PRICES: dict[str, Price] = dict((
    _price("0.07", "0.03", "flux-2-max"),
    _price("0.03", "0.015", "flux-2-pro"),
    _price("0.03", "0.015", "flux-2-pro-preview", "unconfirmed"),
    _price("0.05", "0.05", "flux-2-flex"),
    _price("0.014", "0.001", "flux-2-klein-4b"),
    _price("0.015", "0.002", "flux-2-klein-9b"),
    _price("0.015", "0.002", "flux-2-klein-9b-preview", "unconfirmed"),
))  # fmt: skip
"""Prices by endpoint."""
