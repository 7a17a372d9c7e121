"""The model variants, in the order of lists, each with a one-line summary."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A FLUX.2 model; its name is also its subcommand."""

    name: str
    title: str
    summary: str


_ROWS = (
    Variant(name="dev", title="FLUX.2 [dev]", summary="open weights, full control: steps, acceleration, LoRAs"),
    Variant(name="flash", title="FLUX.2 [dev] flash", summary="distilled for price: the cheapest image"),
    Variant(name="turbo", title="FLUX.2 [dev] turbo", summary="distilled for speed, between flash and dev"),
    Variant(name="flex", title="FLUX.2 [flex]", summary="typography and fine control: steps and guidance"),
    Variant(name="pro", title="FLUX.2 [pro]", summary="high quality at a lower price than max, nothing to tune"),
    Variant(name="max", title="FLUX.2 [max]", summary="the highest quality; edits with several references"),
    Variant(name="klein", title="FLUX.2 [klein]", summary="small and fast open weights: 4b or 9b, distilled or base"),
)

VARIANTS: dict[str, Variant] = {row.name: row for row in _ROWS}
