"""A request from given parameters: what is sent, and what is refused before it could be."""

from collections.abc import Mapping

import pytest

from flux2cli.catalog.sizes import Size
from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import from_url
from flux2cli.core.request.route import choose_route
from flux2cli.errors import UsageError

FLASH = choose_route("flash", "fal", "text")
FLASH_EDIT = choose_route("flash", "fal", "edit")


def test_what_was_given_is_kept_by_name_and_selectors_are_not_sent() -> None:
    klein = choose_route("klein", "fal", "text", {"base": "true"})
    request = build_request(klein, {"prompt": "a fox", "seed": "7", "size": "512x256", "base": "true"})

    assert dict(request.values) == {"prompt": "a fox", "seed": 7, "size": Size(512, 256)}


def test_references_go_with_an_edit() -> None:
    request = build_request(FLASH_EDIT, {"prompt": "a fox"}, [from_url("https://x.example/a.png")])

    assert [reference.url for reference in request.references] == ["https://x.example/a.png"]


def test_a_field_of_the_users_own_is_kept_with_a_warning() -> None:
    request = build_request(FLASH, {"prompt": "a fox"}, extra={"moods": ["odd"]})

    assert dict(request.extra) == {"moods": ["odd"]}
    assert request.warnings == ("`moods` is sent as given: it is not in the catalogue and was not checked",)


def test_a_webhook_is_no_value_and_its_secret_is_hidden() -> None:
    bfl = choose_route("pro", "bfl", "text")
    given = {"prompt": "a fox", "webhook_url": "https://x.example/done", "webhook_secret": "s3cret"}
    request = build_request(bfl, given)

    assert dict(request.values) == {"prompt": "a fox"}
    assert request.delivery["webhook_url"] == "https://x.example/done"
    assert "s3cret" not in repr(request)


@pytest.mark.parametrize(
    ("given", "extra", "said"),
    [
        ({"prompt": "  "}, {}, "The prompt is empty."),
        ({"prompt": "x", "steps": "4"}, {}, "`--steps` is not taken by fal-ai/flux-2/flash"),
        ({"prompt": "x", "colour": "red"}, {}, "There is no parameter `colour`."),
        ({"prompt": "x"}, {"image_size": "square"}, "`--param image_size` names a field that has a flag of its own."),
    ],
)
def test_what_is_refused(given: Mapping[str, object], extra: Mapping[str, str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        build_request(FLASH, given, extra=extra)

    assert caught.value.message.startswith(said)


def test_a_secret_needs_a_webhook() -> None:
    with pytest.raises(UsageError, match="a secret for a webhook, and no webhook"):
        build_request(choose_route("pro", "bfl", "text"), {"prompt": "x", "webhook_secret": "s"})


@pytest.mark.parametrize("size", ["landscape_16_9", "16:9", " Landscape_16_9 "])
def test_a_ratio_and_its_preset_are_the_same_request(size: str) -> None:
    request = build_request(FLASH, {"prompt": "a fox", "size": size})

    assert request.values["size"] == "landscape_16_9"
    assert request.key == "1078b56761839ad5b9dca0beb36ea4d448f6f438c7c2a2dea8b74068ef7274a5"
