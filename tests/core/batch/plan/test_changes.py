"""The names of what differs between a record and its row."""

import pytest

from flux2cli.catalog.model import Values
from flux2cli.core.batch.plan.changes import changed_fields
from flux2cli.core.batch.plan.record import ImageRecord, inputs_of, route_of
from flux2cli.core.job.given import given_document
from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.core.request.route import choose_route


def reference(name: str, content: str) -> Reference:
    return Reference(source=name, name=name, path=name, sha256=content)


LOGO, FOX = reference("logo.png", "11"), reference("fox.png", "22")


def request(values: Values, *images: Reference, variant: str = "pro", provider: str = "bfl") -> Request:
    return build_request(choose_route(variant, provider, "edit" if images else "text"), values, images)


def record(made: Request) -> ImageRecord:
    return ImageRecord(path="/a.png", route=route_of(made), given=given_document(made), inputs=inputs_of(made))


BEFORE = request({"prompt": "a fox", "seed": 7}, LOGO, FOX)


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (request({"prompt": "an owl", "seed": 7}, LOGO, FOX), ("prompt",)),
        (request({"prompt": "a fox"}, LOGO, FOX), ("seed",)),
        (request({"prompt": "a fox", "seed": 7, "size": "square"}, LOGO, FOX), ("size",)),
        (request({"prompt": "an owl", "seed": 8}, LOGO, FOX), ("prompt", "seed")),
        (request({"prompt": "a fox", "seed": 7}, reference("logo.png", "99"), FOX), ("input logo.png",)),
        (request({"prompt": "a fox", "seed": 7}, FOX, LOGO), ("image",)),
        (request({"prompt": "a fox", "seed": 7}, LOGO), ("image",)),
        (request({"prompt": "a fox", "seed": 7}, LOGO, FOX, variant="max"), ("variant",)),
        (request({"prompt": "a fox", "seed": 7}, LOGO, FOX, provider="fal"), ("provider",)),
        (request({"prompt": "a fox", "seed": 7}), ("mode", "image")),
    ],
)
def test_fields_by_name(now: Request, names: tuple[str, ...]) -> None:
    assert changed_fields(record(BEFORE), now, given_document(now)) == names


def test_a_record_of_0_1_0_does_not_say_what_it_was_given() -> None:
    old = ImageRecord(path="/a.png", route=route_of(BEFORE))

    assert changed_fields(old, BEFORE, given_document(BEFORE)) == ("request",)
