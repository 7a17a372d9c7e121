"""Fields that the API of the models' maker and its resellers share: numbered images, width and height, a webhook."""

from flux2cli.catalog.model import Field


def images(most: int, *, nullable: bool = True, warn_above: int | None = None) -> Field:
    """Reference images in `input_image`, `input_image_2` and so on. `most` is the highest number that is known.

    `warn_above` is what the model's maker states, if that is less.
    """
    names = ("input_image", *(f"input_image_{number}" for number in range(2, most + 1)))
    return Field(wire=names[0], spread=names, nullable=nullable, max_items=most, warn_above=warn_above)


SIDES = ("width", "height")
"""The names of a size's two fields."""

WEBHOOK: dict[str, Field] = {
    "webhook_url": Field(wire="webhook_url", nullable=True, maximum=2083),
    "webhook_secret": Field(wire="webhook_secret", nullable=True),
}
