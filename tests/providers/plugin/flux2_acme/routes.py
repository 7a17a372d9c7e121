"""Acme's endpoints and prices."""

from decimal import Decimal

from flux2cli.catalog import AUTO, PRESETS, Field, Price, Route

_SOURCE = "https://acme.example/docs"
_FLASH = {
    "prompt": Field(wire="text", required=True),
    "seed": Field(wire="seed"),
    "size": Field(
        wire="w",
        spread=("w", "h"),
        choices=(AUTO, *PRESETS),
        default=AUTO,
        minimum=256,
        maximum=2048,
        multiple_of=16,
    ),
    "format": Field(wire="type", default="png", choices=("jpeg", "png", "webp")),
}
_PRO = {**_FLASH, "image": Field(wire="references", max_items=2)}
_PRICE = Price(
    first=Decimal("0.004"),
    extra=Decimal("0.002"),
    inputs="free",
    source=_SOURCE,
    verified_on="2026-11-20",
    confidence="documented",
)

ROUTES = (
    Route(
        provider="acme",
        variant="flash",
        endpoint="quick",
        mode="text",
        fields=_FLASH,
        price=_PRICE,
        source=_SOURCE,
        absent={"num": "Acme draws one image at a time"},
    ),
    Route(provider="acme", variant="pro", endpoint="studio", mode="either", fields=_PRO, price=None, source=_SOURCE),
)
