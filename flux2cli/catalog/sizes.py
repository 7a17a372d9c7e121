"""The named sizes, the same for every provider. Pixels from fal's published toolkit (fal-ai/fal, toolkit/image)."""

PRESETS: dict[str, tuple[int, int]] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
"""Width and height in pixels by preset name."""

AUTO = "auto"
"""The model chooses the size."""

GRID = 16
"""Sides that are not multiples of this many pixels draw a warning on fal (BFL's documented grid)."""

WARN_PIXELS = 4 * 1024 * 1024
"""More pixels than this draw a warning where the provider states no limit ("up to 4 MP", fal's launch post)."""
