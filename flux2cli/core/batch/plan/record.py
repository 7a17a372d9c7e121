"""What a sidecar says of its image, as far as a plan needs it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import Any, Literal, Self

from flux2cli.core.job.documents import input_document
from flux2cli.core.job.recorded_input import input_of
from flux2cli.core.job.sidecar import SCHEMA
from flux2cli.core.request.request import Request
from flux2cli.wire import JsonObject

RecordProblem = Literal["conflict", "unreadable"]
"""Why a sidecar is no record: it has the markers of a merge, or it is no JSON."""
_ROUTE = ("provider", "variant", "mode")
_OURS, _BASE, _MIDDLE, _THEIRS = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """The sidecar of the image at `path`, an absolute path.

    `key`, `id` and `source` are those of its batch row, None outside batches. `given` has the values by parameter name,
    and `inputs` pairs of name and identity; records of 0.1.0 have no `given`. With a `problem` only the path is sure.
    """

    path: str
    problem: RecordProblem | None = None
    job_id: str = ""
    created_at: str = ""
    index: int = 0
    sha256: str = ""
    bytes: int = 0
    sandbox: bool = False
    request_key: str = ""
    """Of an image without a row."""
    key: str | None = None
    id: str | None = None
    source: str | None = None
    route: tuple[str, str, str] = ("", "", "")
    """Provider, variant and mode."""
    given: JsonObject | None = None
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def likeness(self) -> str | None:
        """A hash of all that the image was asked with, but the endpoint; None for records that do not say."""
        return None if self.given is None else likeness(self.route, self.given, self.inputs)

    @classmethod
    def of(cls, path: str, document: Any) -> Self | None:  # noqa: ANN401 - JSON of any kind
        """The record that a sidecar holds; None for a document that is no sidecar."""
        try:
            if document["schema"] != SCHEMA:
                return None
            image, row = document["image"], document.get("row") or {}
            key, source = _text_or_none(row.get("key")), _text_or_none(row.get("source"))
            request_key = _text(document.get("request_key", ""))
            provider, variant, mode = (intern(_text(document.get(name, ""))) for name in _ROUTE)
            found = cls(
                path=path,
                job_id=_text(document["job_id"]),
                created_at=_text(document.get("created_at", "")),
                index=_number(image["index"]),
                sha256=_text(image["sha256"]),
                bytes=_number(image["bytes"]),
                sandbox=document["sandbox"] is True,
                request_key=request_key if key is None else "",
                key=key,
                id=_text_or_none(row.get("id")),
                source=None if source is None else intern(source),  # there are many records, and few of these
                route=(provider, variant, mode),
                given=_object_or_none(document.get("given")),
                inputs=tuple(_input(one) for one in document.get("inputs") or ()),
            )
        except (KeyError, TypeError, AttributeError):
            return None
        return found


def broken_record(path: str, text: str) -> ImageRecord:
    """The record of a sidecar that is no JSON. One with the marks of a merge has the identity of its first side."""
    for side in sides(text):
        try:
            found = ImageRecord.of(path, json.loads(side))
        except (ValueError, RecursionError):
            continue
        if found is not None:
            return replace(found, problem="conflict")
    return ImageRecord(path=path, problem="conflict" if _OURS in text else "unreadable")


def sides(text: str) -> tuple[str, ...]:
    """Both sides of a text with the marks of a merge; none for another text."""
    if _OURS not in text:
        return ()
    ours: list[str] = []
    theirs: list[str] = []
    taking: tuple[list[str], ...] = (ours, theirs)
    for line in text.splitlines(keepends=True):
        if line.startswith(_OURS):
            taking = (ours,)
        elif line.startswith(_BASE):
            taking = ()
        elif line.startswith(_MIDDLE):
            taking = (theirs,)
        elif line.startswith(_THEIRS):
            taking = (ours, theirs)
        else:
            for side in taking:
                side.append(line)
    return "".join(ours), "".join(theirs)


def likeness_of(request: Request, given: JsonObject) -> str:
    """The hash that a record of this request has (see `ImageRecord.likeness`)."""
    return likeness(route_of(request), given, inputs_of(request))


def route_of(request: Request) -> tuple[str, str, str]:
    """Provider, variant and mode, as a record has them."""
    return request.route.provider, request.route.variant, request.mode


def inputs_of(request: Request) -> tuple[tuple[str, str], ...]:
    """Name and identity of each reference image, as a record has them."""
    return tuple(_input(input_document(input_of(reference))) for reference in request.references)


def likeness(route: tuple[str, str, str], given: JsonObject, inputs: Sequence[tuple[str, str]]) -> str:
    """The hash. Reference images count by their contents, whatever their names."""
    values = {name: value for name, value in given.items() if name != "image"}
    text = json.dumps([route, values, [identity for _, identity in inputs]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _input(document: Mapping[str, object]) -> tuple[str, str]:
    sha256 = document.get("sha256")
    return str(document.get("name", "")), f"sha256:{sha256}" if sha256 else f"url:{document.get('url')}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _object_or_none(value: object) -> JsonObject | None:
    return value if isinstance(value, dict) else None
