"""The image format that a file name asks for, beside the format that is asked for by its own name."""

from flux2cli.catalog import Route
from flux2cli.catalog.model import Values
from flux2cli.core.images.sniff import extension_of
from flux2cli.core.request.request import Request
from flux2cli.errors import UsageError, WrongValue


def with_implied_format(route: Route, given: Values, suffix: str | None) -> Values:
    """The parameters, with the format that the suffix of `-o` implies if none was given.

    UsageError, which names `-o`, when the route makes other formats only. A route without a choice makes what it makes.
    """
    field = route.fields.get("format")
    if suffix is None or field is None or "format" in given:
        return given
    if suffix not in field.choices:
        raise UsageError.of_value(
            WrongValue(
                about="output",
                flag="-o",
                clause=f"asks for a {suffix} file, and {route.endpoint} makes {' or '.join(field.choices)}",
            ),
            hint="use another suffix, or convert the image",
        )
    return {**given, "format": suffix}


def check_format(request: Request, name: str, suffix: str | None, *, about: str = "output") -> None:
    """UsageError when a name is for one format and the request for another: two answers to one question."""
    wanted = request.values.get("format")
    if suffix is None or wanted is None or wanted == suffix:
        return
    ending = extension_of(wanted)
    raise UsageError(
        f"`{name}` names a {suffix} file, and the format asked for is {wanted}.",
        hint=f"leave the format out, or end the name in .{ending}; in a template, .{{ext}} is the format's",
        about=about,
    )
