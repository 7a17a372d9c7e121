"""fal's FLUX.2 endpoints, one row each. Fields from fal's model pages and published schema (June to August 2026)."""

from collections.abc import Iterator, Mapping

from flux2cli.catalog.model import Field, Route, RouteMode
from flux2cli.catalog.reasons import CHECKER
from flux2cli.catalog.sizes import AUTO, GRID, PRESETS, WARN_PIXELS
from flux2cli.providers.fal.prices import PRICES

_PRESETS = tuple(PRESETS)
_ANY_SIDE = 14142
"""The largest side that fal's ImageSize schema admits, in pixels."""

_DELIVERY: dict[str, Field] = {
    "safety_checker": Field(wire="enable_safety_checker", default=True),
    "inline_result": Field(wire="sync_mode", default=False),
    "webhook_url": Field(wire="fal_webhook", query=True, maximum=2083),
}
_COMMON: dict[str, Field] = {
    "prompt": Field(wire="prompt", required=True),
    "seed": Field(wire="seed", nullable=True),
    **_DELIVERY,
}


def _size(
    default: str | None, *, sides: tuple[int, int], choices: tuple[str, ...] = _PRESETS, nullable: bool = False
) -> Field:
    return Field(
        wire="image_size",
        choices=choices,
        default=default,
        nullable=nullable,
        minimum=sides[0],
        maximum=sides[1],
        multiple_of=GRID,
        warn_pixels=WARN_PIXELS,
    )


_BOUNDED, _UNBOUNDED = (512, 2048), (1, _ANY_SIDE)

# The open models: one to four images, three formats, a safety checker.
_OPEN: dict[str, Field] = {
    **_COMMON,
    "num": Field(wire="num_images", default=1, minimum=1, maximum=4),
    "format": Field(wire="output_format", default="png", choices=("jpeg", "png", "webp")),
}
# fal uses the first four references and ignores the rest without a word, so a fifth is refused here.
_FOUR_IMAGES = Field(wire="image_urls", required=True, max_items=4)
_LORAS = {"lora": Field(wire="loras", default=(), maximum=4, max_items=3)}

# flash and turbo: the distilled dev models.
_DISTILLED: dict[str, Field] = {
    **_OPEN,
    "size": _size("landscape_4_3", sides=_BOUNDED),
    "guidance": Field(wire="guidance_scale", default=2.5, minimum=0, maximum=20),
    "expand_prompt": Field(wire="enable_prompt_expansion", default=False),
}
_DISTILLED_EDIT: dict[str, Field] = {
    **_DISTILLED,
    "size": _size("square_hd", sides=_BOUNDED, nullable=True),
    "image": _FOUR_IMAGES,
}
_ACCELERATION = Field(wire="acceleration", default="regular", choices=("none", "regular", "high"))
_DEV: dict[str, Field] = {
    **_DISTILLED,
    "steps": Field(wire="num_inference_steps", default=28, minimum=4, maximum=50),
    "acceleration": _ACCELERATION,
}
_DEV_EDIT: dict[str, Field] = {
    **_DEV,
    "size": _size(None, sides=_BOUNDED, nullable=True),
    "image": _FOUR_IMAGES,
}
# With LoRAs, fal's schema of June 2026 used three references and that of August four.
_LORA_IMAGES = Field(wire="image_urls", required=True, max_items=4, warn_above=3)

# pro, flex and max: the closed models. No `num_images`; `safety_tolerance` is a string on the wire.
_CLOSED: dict[str, Field] = {
    **_COMMON,
    "size": _size("landscape_4_3", sides=_UNBOUNDED),
    "safety_tolerance": Field(wire="safety_tolerance", default="2", choices=("1", "2", "3", "4", "5")),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png")),
}
# The schema sets no limit on references; the model's maker states 8 over its own API.
_MANY_IMAGES = Field(wire="image_urls", required=True, warn_above=8)
_CLOSED_EDIT: dict[str, Field] = {
    **_CLOSED,
    "size": _size(AUTO, sides=_UNBOUNDED, choices=(AUTO, *_PRESETS)),
    "image": _MANY_IMAGES,
}
_FLEX_EXTRA: dict[str, Field] = {
    "guidance": Field(wire="guidance_scale", default=3.5, minimum=1.5, maximum=10),
    "steps": Field(wire="num_inference_steps", default=28, minimum=2, maximum=50),
}
_OUTPAINT: dict[str, Field] = {
    **_DELIVERY,
    "image": Field(wire="image_url", kind="image", required=True, max_items=1),
    **{
        side: Field(wire=f"expand_{side}", default=0, minimum=0, maximum=2048)
        for side in ("left", "right", "top", "bottom")
    },
    "auto_crop": Field(wire="auto_crop", default=False),
    "mode": Field(wire="mode", default="high", choices=("high", "fast")),
    "format": Field(wire="output_format", default="jpeg", choices=("jpeg", "png")),
}

# klein: small models, distilled to a few steps, or the base models that they were distilled from.
_KLEIN: dict[str, Field] = {
    **_OPEN,
    "size": _size("landscape_4_3", sides=_UNBOUNDED),
    "steps": Field(wire="num_inference_steps", default=4, minimum=4, maximum=8),
}
_KLEIN_BASE: dict[str, Field] = {
    **_KLEIN,
    "steps": Field(wire="num_inference_steps", default=28, minimum=4, maximum=50),
    "guidance": Field(wire="guidance_scale", default=5, minimum=0, maximum=20),
    "negative_prompt": Field(wire="negative_prompt", default=""),
    "acceleration": _ACCELERATION,
}
_KLEIN_EDIT: dict[str, Field] = {"size": _size(None, sides=_UNBOUNDED, nullable=True), "image": _FOUR_IMAGES}

_ABSENT = {"webhook_secret": "fal signs its webhooks with keys of its own"}
_KLEIN_ABSENT = {**_ABSENT, "safety_tolerance": CHECKER}


def _route(
    variant: str,
    endpoint: str,
    mode: RouteMode,
    fields: Mapping[str, Field],
    selectors: Mapping[str, str | bool] | None = None,
    aliases: tuple[str, ...] = (),
) -> Route:
    return Route(
        provider="fal",
        variant=variant,
        endpoint=endpoint,
        mode=mode,
        fields=fields,
        price=PRICES.get(endpoint),
        source=f"https://fal.ai/models/{endpoint}/api",
        selectors=selectors or {},
        aliases=aliases,
        note="the other id is not documented, but in use" if aliases else "",
        absent=_KLEIN_ABSENT if variant == "klein" else _ABSENT,
        # An edit with klein is scaled to one megapixel and rounded down to 32, so it never costs more than that.
        unasked=(1024, 1024) if variant == "klein" and mode == "edit" else None,
    )


def _klein() -> Iterator[Route]:
    for weights in ("4b", "9b"):
        for base, fields in ((False, _KLEIN), (True, _KLEIN_BASE)):
            root = f"fal-ai/flux-2/klein/{weights}{'/base' if base else ''}"
            plain: dict[str, str | bool] = {"weights": weights, "base": base}
            lora = {**plain, "lora": True}
            # Several projects call the distilled 4b by this name, as of October 2026; what it costs is not published.
            other = f"{root}/distilled" if weights == "4b" and not base else None
            names, edit_names = ((other,), (f"{other}/edit",)) if other else ((), ())
            yield _route("klein", root, "text", fields, plain, names)
            yield _route("klein", f"{root}/edit", "edit", {**fields, **_KLEIN_EDIT}, plain, edit_names)
            yield _route("klein", f"{root}/lora", "text", {**fields, **_LORAS}, lora)
            yield _route("klein", f"{root}/edit/lora", "edit", {**fields, **_KLEIN_EDIT, **_LORAS}, lora)


ROUTES: tuple[Route, ...] = (
    _route("dev", "fal-ai/flux-2", "text", _DEV),
    _route("dev", "fal-ai/flux-2/edit", "edit", _DEV_EDIT),
    _route("dev", "fal-ai/flux-2/lora", "text", {**_DEV, **_LORAS}, {"lora": True}),
    _route("dev", "fal-ai/flux-2/lora/edit", "edit", {**_DEV_EDIT, **_LORAS, "image": _LORA_IMAGES}, {"lora": True}),
    _route("flash", "fal-ai/flux-2/flash", "text", _DISTILLED),
    _route("flash", "fal-ai/flux-2/flash/edit", "edit", _DISTILLED_EDIT),
    _route("turbo", "fal-ai/flux-2/turbo", "text", _DISTILLED),
    _route("turbo", "fal-ai/flux-2/turbo/edit", "edit", _DISTILLED_EDIT),
    _route("flex", "fal-ai/flux-2-flex", "text", {**_CLOSED, **_FLEX_EXTRA}),
    _route("flex", "fal-ai/flux-2-flex/edit", "edit", {**_CLOSED_EDIT, **_FLEX_EXTRA}),
    _route("pro", "fal-ai/flux-2-pro", "text", _CLOSED),
    _route("pro", "fal-ai/flux-2-pro/edit", "edit", _CLOSED_EDIT),
    _route("pro", "fal-ai/flux-2-pro/outpaint", "outpaint", _OUTPAINT),
    _route("max", "fal-ai/flux-2-max", "text", _CLOSED),
    _route("max", "fal-ai/flux-2-max/edit", "edit", _CLOSED_EDIT),
    *_klein(),
)
