"""BFL's outpainting: an image on a larger canvas, at an offset or in the middle.

From the schema of `/v1/flux-tools/outpainting-v1` in its OpenAPI document, and from its SDK: the tool refuses fields
that it does not know.
"""

from collections.abc import Mapping
from typing import Any

from flux2cli.catalog import Route
from flux2cli.catalog.sizes import Pixels
from flux2cli.sandbox.input_images import shown_reference
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.numbered_fields import BadImage, InputErrors, look_up_input
from flux2cli.sandbox.pictures import DrawingPlan, Picture, PlacedReference
from flux2cli.sandbox.state import SandboxState

_MORE_FIELDS = frozenset({"auto_crop", "disable_pup", "prompt"})
"""Fields of the schema that are no parameters here; what they change cannot be seen on an emulated image."""

_IMAGE = "input_image"
_UNKNOWN_SIZE = (1024, 1024)


def unknown_fields(route: Route, given: Mapping[str, Any]) -> InputErrors:
    """An error for each field that the schema does not have."""
    known = {wire for field in route.fields.values() for wire in field.wires} | _MORE_FIELDS
    return [
        {"loc": [name], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        for name in given
        if name not in known
    ]


def plan_outpainting(state: SandboxState, job: EmulatedJob, fields: Mapping[str, Any]) -> DrawingPlan | BadImage:
    """What the job draws: the image where it stands. `fields` is the input with the catalogue's defaults."""
    given = str(fields[_IMAGE])
    image = look_up_input(state, given)
    if image.kind != "image":
        return BadImage(field=_IMAGE, missing=image.kind == "missing")
    size, canvas = image.size or _UNKNOWN_SIZE, (fields["width"], fields["height"])
    left, top = _offset(job, canvas, size)
    picture = Picture(
        prompt="",
        seed=job.seed,
        width=canvas[0],
        height=canvas[1],
        format=str(fields.get("output_format") or "png"),
        shows_seed=False,
        variant="outpainting",
        source=PlacedReference(
            reference=shown_reference(given, image), left=left, top=top, width=size[0], height=size[1]
        ),
        black=job.has_fault("black"),
    )
    return DrawingPlan(pictures=(picture,), inputs=(image.size,), fields=fields)


def _offset(job: EmulatedJob, canvas: Pixels, image: Pixels) -> Pixels:
    """Where the image's upper left corner stands; in the middle where the request does not say."""
    left, top = job.body.get("reference_offset_x"), job.body.get("reference_offset_y")
    return (
        (canvas[0] - image[0]) // 2 if left is None else left,
        (canvas[1] - image[1]) // 2 if top is None else top,
    )
