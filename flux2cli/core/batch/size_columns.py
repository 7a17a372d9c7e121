"""`width` with `height`, or `aspect_ratio`, in place of `size`."""

from flux2cli.catalog.model import Values
from flux2cli.core.batch.columns import SIZES
from flux2cli.errors import UsageError


def with_size(values: Values) -> Values:
    """The values of a row with `size` for the columns that stand for it; UsageError when they do not fit together."""
    if not any(name in values for name in SIZES):
        return values
    given = [name for name in ("size", *SIZES) if name in values]
    rest = {name: value for name, value in values.items() if name not in SIZES}
    match given:
        case ["aspect_ratio"]:
            return {**rest, "size": values["aspect_ratio"]}
        case ["width", "height"]:
            return {**rest, "size": f"{_pixels(values['width'])}x{_pixels(values['height'])}"}
        case ["width"] | ["height"]:
            other = "height" if given == ["width"] else "width"
            raise UsageError(f"There is a {given[0]}, and no {other}.", hint=f"fill `{other}`, too", about=given[0])
    raise UsageError(
        f"The row has both `{given[0]}` and `{given[-1]}`, and each is a size.",
        hint="fill `size` alone, or `width` with `height`, or `aspect_ratio`",
        about=given[-1],
    )


def _pixels(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
