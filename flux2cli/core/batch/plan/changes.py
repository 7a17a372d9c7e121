"""Names what differs between a record and the request that its row asks for now."""

from flux2cli.core.batch.plan.record import ImageRecord, inputs_of, route_of
from flux2cli.core.request.request import Request
from flux2cli.wire import JsonObject

_UNKNOWN = "request"
"""What differs from a record of 0.1.0, which does not say what it was given."""


def changed_fields(record: ImageRecord, request: Request, given: JsonObject) -> tuple[str, ...]:
    """The fields that differ, such as `prompt` or `input logo.png`; never empty, since the requests differ."""
    if record.given is None:
        return (_UNKNOWN,)
    pairs = zip(("provider", "variant", "mode"), record.route, route_of(request), strict=True)
    found = [name for name, before, now in pairs if before != now]
    names = dict.fromkeys(name for name in (*given, *record.given) if name != "image")
    found += [name for name in names if given.get(name) != record.given.get(name)]
    return (*found, *_inputs(record, request)) or (_UNKNOWN,)


def _inputs(record: ImageRecord, request: Request) -> list[str]:
    """`input NAME` for each reference image with other bytes, `image` if only their number or order differs."""
    before, now = list(record.inputs), list(inputs_of(request))
    if [identity for _, identity in before] == [identity for _, identity in now]:
        return []
    known = {identity for _, identity in before}
    other = [f"input {name}" for name, identity in now if identity not in known]
    return other or ["image"]
