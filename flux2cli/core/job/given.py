"""What a request was given, as records keep it: to name what changed, and to ask for the same again."""

from dataclasses import replace

from flux2cli.catalog.lora import Lora
from flux2cli.core.request.data_uri import is_data_uri
from flux2cli.core.request.reference import Reference, is_url
from flux2cli.core.request.request import Request
from flux2cli.redact import redact_json, redact_object, redact_url
from flux2cli.wire import JsonObject, JsonValue


def given_document(request: Request) -> JsonObject:
    """The values by parameter name, without defaults and without secrets.

    `image` lists the references as they were typed, and `param` has the fields of `--param` by wire name.
    """
    found: dict[str, JsonValue] = {name: value for name, value in request.route.selectors.items() if value}
    found.pop("lora", None)  # a selector by its presence; the weights themselves are among the values
    found |= {name: _plain(value) for name, value in request.values.items()}
    if request.references:
        found["image"] = [_typed(reference) for reference in request.references]
    if request.extra:
        found["param"] = redact_object(request.extra)
    return found


def _plain(value: object) -> JsonValue:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Lora):
        return str(replace(value, path=redact_url(value.path)))
    return value if isinstance(value, bool | int | float) else redact_json(str(value))


def _typed(reference: Reference) -> str:
    if is_url(reference.source):
        return redact_url(reference.source)
    return reference.name if is_data_uri(reference.source) else reference.source
