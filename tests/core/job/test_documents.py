"""Values of a job as JSON, key by key, and back; what an older or emptied row does not hold."""

import json
from dataclasses import replace

import pytest

from flux2cli.core.job import documents
from flux2cli.core.job.job import Asked, JobError
from flux2cli.core.job.recorded_input import Input
from flux2cli.wire import RemoteImage, Result

RESULT = Result(
    images=(RemoteImage(width=1024, height=768, nsfw=False), RemoteImage()),
    seed=2**64 + 1,
    prompt="a fox",
    timings={"inference": 1.25},
    billable_units="0.786432",
    reported_cost="0.06650",
    usage={"discount": None},
)


def test_a_result_has_no_urls_and_media_types_only_once_they_are_measured() -> None:
    text = (
        '{"seed": 18446744073709551617, "prompt": "a fox", "timings": {"inference": 1.25},'
        ' "billable_units": "0.786432", "reported_cost": "0.06650", "usage": {"discount": null},'
        ' "images": [{"width": 1024, "height": 768, "nsfw": false}, {"width": null, "height": null, "nsfw": null}]}'
    )

    assert json.dumps(documents.result_document(RESULT)) == text
    assert documents.result_from(json.loads(text)) == RESULT


def test_a_saved_result_has_the_measured_media_type() -> None:
    saved = Result(images=(RemoteImage(url="https://x/a.png", width=8, height=8, media_type="image/png"),))

    (image,) = json.loads(json.dumps(documents.result_document(saved)))["images"]

    assert image == {"width": 8, "height": 8, "nsfw": None, "media_type": "image/png"}
    assert list(image) == ["width", "height", "nsfw", "media_type"]


def test_an_error_keeps_its_code_its_sentence_and_its_hint() -> None:
    error = JobError(code="moderated", message="No.", hint="change the prompt")

    assert documents.failure_document(error) == {"code": "moderated", "message": "No.", "hint": "change the prompt"}
    assert documents.failure_from({"code": "moderated", "message": "No.", "hint": "change the prompt"}) == error


def test_a_reference_image_keeps_what_identifies_it() -> None:
    image = Input(name="a.png", sha256="ab", bytes=67, width=1, height=2, media_type="image/png", url="https://x/a.png")
    document = documents.input_document(image)

    assert list(document) == ["name", "sha256", "bytes", "width", "height", "media_type", "url"]
    assert documents.input_from(document) == image
    assert image.size == (1, 2)
    turned = replace(image, sent_sha256="cd")
    assert documents.input_document(turned) == {**document, "sent_sha256": "cd"}
    assert documents.input_from(documents.input_document(turned)) == turned
    assert documents.input_from({"url": "https://x/b.png"}).size is None


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Asked(size=(1024, 768), count=2, format="png"), '{"size": [1024, 768], "count": 2, "format": "png"}'),
        (Asked(count=1), '{"size": null, "count": 1, "format": null}'),
    ],
)
def test_what_was_asked_for_is_null_where_it_was_left_open(asked: Asked, text: str) -> None:
    assert json.dumps(documents.asked_document(asked)) == text
    assert documents.asked_from(json.loads(text)) == asked


def test_a_forgotten_job_asked_for_nothing() -> None:
    assert documents.asked_from({}) == Asked()
