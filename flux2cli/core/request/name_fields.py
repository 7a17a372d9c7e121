"""The values of a template's fields, and the path of an image as far as it is known before the request is sent."""

from collections.abc import Mapping
from pathlib import PurePath

from flux2cli.core.images.sniff import EXTENSIONS, extension_of
from flux2cli.core.request.file_names import slug
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.request import Request
from flux2cli.core.request.templates import whole_names

NO_VALUE = "0" * 8
"""What stands in a planned path for the job's id, which takes the place of a field without a value."""
_SEED = "0" * 10
_REQUEST_ID = "0" * 36
_CREATED_AT = "2000-01-01T00:00:00"
"""What stands for values that only a response tells, as long as these are."""


def name_fields(
    *,
    variant: str,
    provider: str,
    seed: object,
    index: int,
    prompt: str | None,
    row_id: str | None,
    created_at: str,
    request_id: str | None,
    extension: str,
    label: str | None,
    meta: Mapping[str, str],
) -> dict[str, str | None]:
    """The fields by name; None for those without a value. `created_at` is ISO 8601 in UTC, `index` counts from 0."""
    return {
        "variant": variant,
        "provider": provider,
        "seed": None if seed is None else str(seed),
        "index": str(index),
        "slug": slug(prompt or ""),
        "prompt": prompt,
        "id": row_id,
        "date": created_at[:10],
        "time": created_at[11:19].replace(":", "-"),
        "request_id": request_id,
        "ext": extension,
        "label": label,
        **{f"meta.{name}": value for name, value in meta.items()},
    }


def planned_path(
    request: Request,
    output: Output,
    *,
    row_id: str | None = None,
    label: str | None = None,
    meta: Mapping[str, str] | None = None,
    index: int = 0,
) -> str:
    """The absolute path of one of a request's images: names are not cut, and zeros stand for what a response tells."""
    if output.explicit:
        return str(PurePath(output.directory, output.name))
    prompt = request.values.get("prompt")
    fields = name_fields(
        variant=request.route.variant,
        provider=request.route.provider,
        seed=request.values.get("seed", _SEED),
        index=index,
        prompt=None if prompt is None else str(prompt),
        row_id=row_id,
        created_at=_CREATED_AT,
        request_id=_REQUEST_ID,
        extension=_extension(request),
        label=label,
        meta=meta or {},
    )
    return str(PurePath(output.directory, *whole_names(output.name, fields, NO_VALUE)))


def _extension(request: Request) -> str:
    field = request.route.fields.get("format")
    wanted = request.values.get("format", field.default if field else None)
    return extension_of(wanted) or EXTENSIONS["webp"]
