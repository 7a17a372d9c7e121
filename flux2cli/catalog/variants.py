"""The model variants, in the order in which they are listed, each with one line about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A FLUX.2 model as a person names it; also the subcommand."""

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
