"""What records keep of the values that a request was given."""

import pytest

from flux2cli.core.job.given import given_document
from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import Reference, from_url
from flux2cli.core.request.route import choose_route
from flux2cli.wire import JsonObject


@pytest.mark.parametrize(
    ("variant", "given", "document"),
    [
        ("flash", {"prompt": "a fox", "seed": "7"}, {"prompt": "a fox", "seed": 7}),
        ("flash", {"prompt": "a fox", "size": "512x768"}, {"prompt": "a fox", "size": "512x768"}),
        ("klein", {"prompt": "x", "base": "true", "weights": "9b", "guidance": "4.5"},
         {"base": True, "weights": "9b", "prompt": "x", "guidance": 4.5}),
        ("dev", {"prompt": "x", "lora": ["https://h.example/a.safetensors?token=abc:0.5"]},
         {"prompt": "x", "lora": ["https://h.example/a.safetensors?token=***:0.5"]}),
        ("flash", {"prompt": "x", "safety_checker": False}, {"prompt": "x", "safety_checker": False}),
    ],
)  # fmt: skip
def test_values_by_name_without_defaults_and_secrets(variant: str, given: JsonObject, document: JsonObject) -> None:
    assert given_document(build_request(choose_route(variant, "fal", "text", given), given)) == document


def test_references_as_typed_and_fields_of_the_users_own() -> None:
    photo = Reference(source="./in/a.png", name="a.png", path="/w/in/a.png", sha256="0" * 64)
    inline = Reference(source="data:image/png;base64,AAAA", name="data", path="/tmp/x", sha256="1" * 64)
    references = [photo, from_url("https://u:p@x.example/b.png"), inline]
    request = build_request(
        choose_route("flash", "fal", "edit"), {"prompt": "x"}, references, extra={"mood": "https://a:b@x.example"}
    )

    assert given_document(request) == {
        "prompt": "x",
        "image": ["./in/a.png", "https://***@x.example/b.png", "data"],
        "param": {"mood": "https://***@x.example"},
    }
