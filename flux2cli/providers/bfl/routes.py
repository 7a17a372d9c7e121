"""Black Forest Labs' FLUX.2 endpoints, one row each.

Fields from its OpenAPI document (April 2026) and, where it has more, from its SDK (black-forest-labs/blackforest).
"""

from collections.abc import Mapping

from flux2cli.catalog.model import Field, Route
from flux2cli.catalog.reasons import FIXED_STEPS, ONE_IMAGE, OPEN_WEIGHTS, RESULT_URLS, TOLERANCE
from flux2cli.catalog.sizes import AUTO, GRID, PRESETS
from flux2cli.providers import numbered
from flux2cli.providers.bfl.prices import PRICES

_MOST_PIXELS = 4 * 1024 * 1024
_SAMPLE_LIMIT = 4_000_000
"""The limit in pixels that BFL's own sample code uses, where its documentation says 4 megapixels."""

_PLAIN: dict[str, Field] = {
    "prompt": Field(wire="prompt", required=True),
    "image": numbered.images(8),
    "seed": Field(wire="seed", nullable=True),
    "size": Field(wire="width", spread=numbered.SIDES, choices=(AUTO, *PRESETS), nullable=True, default=AUTO,
                  minimum=64, multiple_of=GRID, off_grid="round", max_pixels=_MOST_PIXELS,
                  warn_pixels=_SAMPLE_LIMIT),
    "safety_tolerance": Field(wire="safety_tolerance", kind="integer", default=2, minimum=0, maximum=5),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png", "webp"), nullable=True),
    **numbered.WEBHOOK,
}  # fmt: skip
_PRO: dict[str, Field] = {
    **_PLAIN,
    "expand_prompt": Field(wire="disable_pup", negated=True, default=True),
    "transparent": Field(wire="transparent_bg", default=False),
}
_FLEX: dict[str, Field] = {
    **_PLAIN,
    # The OpenAPI document says 5.0, the documentation 4.5.
    "guidance": Field(wire="guidance", default=5.0, minimum=1.5, maximum=10, nullable=True),
    "steps": Field(wire="steps", default=50, minimum=1, maximum=50, nullable=True),
    "expand_prompt": Field(wire="prompt_upsampling", default=True, nullable=True),
}
_KLEIN: dict[str, Field] = {**_PLAIN, "image": numbered.images(4)}
# The maker's SDK says five; its OpenAPI document has four.
_KLEIN_9B: dict[str, Field] = {**_PLAIN, "image": numbered.images(5, warn_above=4)}

_OUTPAINT: dict[str, Field] = {
    "image": Field(wire="input_image", kind="image", required=True, max_items=1),
    "left": Field(wire="reference_offset_x", default=0, minimum=0, nullable=True),
    "right": Field(wire="width", default=0, minimum=0, whole_side=True, max_pixels=_MOST_PIXELS),
    "top": Field(wire="reference_offset_y", default=0, minimum=0, nullable=True),
    "bottom": Field(wire="height", default=0, minimum=0, whole_side=True, max_pixels=_MOST_PIXELS),
    "mode": Field(wire="mode", default="high", choices=("high", "fast")),
    "safety_tolerance": Field(wire="safety_tolerance", kind="integer", default=2, minimum=0, maximum=5),
    "format": Field(wire="output_format", default="png", choices=("jpeg", "png", "webp"), nullable=True),
}

_ABSENT = {"num": ONE_IMAGE, "lora": OPEN_WEIGHTS, "safety_checker": TOLERANCE, "inline_result": RESULT_URLS}
_KLEIN_ABSENT = {**_ABSENT, "steps": FIXED_STEPS}
_NO_WEBHOOKS = "BFL's tools refuse fields that they do not know, and they know no webhook"
_OUTPAINT_ABSENT = {
    **_ABSENT,
    "auto_crop": "it crops an image that stands out of the extended one, which none does here",
    "webhook_url": _NO_WEBHOOKS,
    "webhook_secret": _NO_WEBHOOKS,
}


def _route(
    variant: str,
    endpoint: str,
    fields: Mapping[str, Field],
    selectors: Mapping[str, str | bool] | None = None,
    note: str = "",
) -> Route:
    return Route(
        provider="bfl",
        variant=variant,
        endpoint=endpoint,
        mode="either",
        fields=fields,
        price=PRICES.get(endpoint),
        source="https://api.bfl.ai/openapi.json",
        selectors=selectors or {},
        absent=_KLEIN_ABSENT if variant == "klein" else _ABSENT,
        note=note,
    )


ROUTES: tuple[Route, ...] = (
    _route("flex", "flux-2-flex", _FLEX),
    _route("pro", "flux-2-pro", _PRO),
    _route("pro", "flux-2-pro-preview", _PRO, {"preview_model": True}),
    Route(
        provider="bfl",
        variant="pro",
        endpoint="flux-tools/outpainting-v1",
        mode="outpaint",
        fields=_OUTPAINT,
        price=None,  # not on its price list; resellers disagree
        source="https://api.bfl.ai/openapi.json",
        absent=_OUTPAINT_ABSENT,
    ),
    _route("max", "flux-2-max", _PRO),
    _route("klein", "flux-2-klein-4b", _KLEIN, {"weights": "4b"}),
    _route("klein", "flux-2-klein-9b", _KLEIN_9B, {"weights": "9b"}),
    _route("klein", "flux-2-klein-9b-preview", _KLEIN_9B, {"weights": "9b", "preview_model": True},
           "the model is klein 9B KV"),
)  # fmt: skip
