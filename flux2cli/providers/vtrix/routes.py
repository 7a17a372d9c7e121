"""Vtrix' FLUX.2 models, one row each: the model pages of `flux_2_max` and `flux_2_pro`. Their schemas differ."""

from dataclasses import replace

from flux2cli.catalog.model import Field, Route
from flux2cli.catalog.reasons import ONE_IMAGE, OPEN_WEIGHTS, RESULT_URLS, TOLERANCE
from flux2cli.catalog.sizes import AUTO, GRID, PRESETS, WARN_PIXELS
from flux2cli.providers import numbered

_PRESETS = (AUTO, *PRESETS)

_MAX: dict[str, Field] = {
    "prompt": Field(wire="prompt", required=True),
    "image": numbered.images(8),
    "seed": Field(wire="seed", nullable=True),
    # No largest side is stated; the model behind it makes 4 MP on a grid of 16.
    "size": Field(wire="width", spread=numbered.SIDES, choices=_PRESETS, nullable=True, default=AUTO, minimum=64,
                  multiple_of=GRID, warn_pixels=WARN_PIXELS),
    # The page's prose calls 6 the least strict level, its table ends at 5.
    "safety_tolerance": Field(wire="safety_tolerance", kind="integer", default=2, minimum=0, maximum=5),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png"), nullable=True),
    **numbered.WEBHOOK,
    "webhook_url": replace(
        numbered.WEBHOOK["webhook_url"],
        note="Vtrix does not say what it sends to a webhook, nor how it is signed; the job is polled all the same",
    ),
}  # fmt: skip
_PRO: dict[str, Field] = {
    "prompt": Field(wire="prompt", required=True),
    "image": numbered.images(8, nullable=False),
    "seed": Field(wire="seed"),
    "size": Field(wire="width", spread=numbered.SIDES, choices=_PRESETS, default=AUTO, minimum=64,
                  multiple_of=32, off_grid="refuse", warn_pixels=WARN_PIXELS),
    "safety_tolerance": Field(wire="safety_tolerance", choices=("1", "2", "3", "4", "5", "6")),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png")),
}  # fmt: skip

_ABSENT = {"num": ONE_IMAGE, "lora": OPEN_WEIGHTS, "safety_checker": TOLERANCE, "inline_result": RESULT_URLS}
_NO_WEBHOOKS = "this model has no webhooks there"
_PRO_ABSENT = {**_ABSENT, "webhook_url": _NO_WEBHOOKS, "webhook_secret": _NO_WEBHOOKS}


def _route(variant: str, endpoint: str, fields: dict[str, Field], absent: dict[str, str]) -> Route:
    return Route(
        provider="vtrix",
        variant=variant,
        endpoint=endpoint,
        mode="either",
        fields=fields,
        price=None,  # Vtrix publishes none: the finished task states its cost
        confidence="unproved",
        note="there is no report of its use",
        source=f"https://doc.vtrix.ai/docs/api/blackforestlabs/{endpoint.replace('_', '-')}",
        absent=absent,
    )


ROUTES: tuple[Route, ...] = (
    _route("pro", "flux_2_pro", _PRO, _PRO_ABSENT),
    _route("max", "flux_2_max", _MAX, _ABSENT),
)
