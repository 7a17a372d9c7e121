"""fal's FLUX.2 endpoints, one row each. Fields from fal's model pages and published schema (June to August 2026)."""

from collections.abc import Mapping

from flux2cli.catalog.model import Field, Mode, Route
from flux2cli.catalog.prices import PRICES
from flux2cli.catalog.sizes import AUTO, GRID, PRESETS

_PRESETS = tuple(PRESETS)
_ANY_SIDE = 14142
"""The largest side that fal's ImageSize schema admits, in pixels."""

_COMMON: dict[str, Field] = {
    "prompt": Field(wire="prompt", required=True),
    "seed": Field(wire="seed", nullable=True),
    "safety_checker": Field(wire="enable_safety_checker", default=True),
    "inline_result": Field(wire="sync_mode", default=False),
}

_OPEN_SIZE = Field(
    wire="image_size", choices=_PRESETS, default="landscape_4_3", minimum=512, maximum=2048, multiple_of=GRID
)
_OPEN_EDIT_SIZE = Field(
    wire="image_size", choices=_PRESETS, default="square_hd", nullable=True, minimum=512, maximum=2048,
    multiple_of=GRID,
)  # fmt: skip
_CLOSED_SIZE = Field(
    wire="image_size", choices=_PRESETS, default="landscape_4_3", minimum=1, maximum=_ANY_SIDE, multiple_of=GRID
)
_CLOSED_EDIT_SIZE = Field(
    wire="image_size", choices=(AUTO, *_PRESETS), default=AUTO, minimum=1, maximum=_ANY_SIDE, multiple_of=GRID
)

# flash and turbo: the distilled dev models.
_DISTILLED: dict[str, Field] = {
    **_COMMON,
    "size": _OPEN_SIZE,
    "num": Field(wire="num_images", default=1, minimum=1, maximum=4),
    "guidance": Field(wire="guidance_scale", default=2.5, minimum=0, maximum=20),
    "expand_prompt": Field(wire="enable_prompt_expansion", default=False),
    "format": Field(wire="output_format", default="png", choices=("jpeg", "png", "webp")),
}
_DEV: dict[str, Field] = {
    **_DISTILLED,
    "steps": Field(wire="num_inference_steps", default=28, minimum=4, maximum=50),
    "acceleration": Field(wire="acceleration", default="regular", choices=("none", "regular", "high")),
}
# fal uses the first four references and ignores the rest without a word, so a fifth is refused here.
_FOUR_IMAGES = Field(wire="image_urls", required=True, max_items=4)
_DISTILLED_EDIT: dict[str, Field] = {**_DISTILLED, "size": _OPEN_EDIT_SIZE, "image": _FOUR_IMAGES}

# pro, flex and max: the closed models. No `num_images`; `safety_tolerance` is a string on the wire.
_CLOSED: dict[str, Field] = {
    **_COMMON,
    "size": _CLOSED_SIZE,
    "safety_tolerance": Field(wire="safety_tolerance", default="2", choices=("1", "2", "3", "4", "5")),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png")),
}
# The schema sets no limit on references; BFL, who runs the model, states 8 over its API.
_MANY_IMAGES = Field(wire="image_urls", required=True, warn_above=8)
_CLOSED_EDIT: dict[str, Field] = {**_CLOSED, "size": _CLOSED_EDIT_SIZE, "image": _MANY_IMAGES}
_FLEX_EXTRA: dict[str, Field] = {
    "guidance": Field(wire="guidance_scale", default=3.5, minimum=1.5, maximum=10),
    "steps": Field(wire="num_inference_steps", default=28, minimum=2, maximum=50),
}


def _route(variant: str, endpoint: str, mode: Mode, fields: Mapping[str, Field]) -> Route:
    return Route(
        provider="fal",
        variant=variant,
        endpoint=endpoint,
        mode=mode,
        fields=fields,
        price=PRICES.get(f"fal:{endpoint}"),
        source=f"https://fal.ai/models/{endpoint}/api",
    )


ROUTES: tuple[Route, ...] = (
    _route("dev", "fal-ai/flux-2", "text", _DEV),
    _route("flash", "fal-ai/flux-2/flash", "text", _DISTILLED),
    _route("flash", "fal-ai/flux-2/flash/edit", "edit", _DISTILLED_EDIT),
    _route("turbo", "fal-ai/flux-2/turbo", "text", _DISTILLED),
    _route("flex", "fal-ai/flux-2-flex", "text", {**_CLOSED, **_FLEX_EXTRA}),
    _route("flex", "fal-ai/flux-2-flex/edit", "edit", {**_CLOSED_EDIT, **_FLEX_EXTRA}),
    _route("max", "fal-ai/flux-2-max", "text", _CLOSED),
    _route("max", "fal-ai/flux-2-max/edit", "edit", _CLOSED_EDIT),
)
