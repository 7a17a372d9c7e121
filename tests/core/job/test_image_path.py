"""Where an image goes."""

from dataclasses import replace
from pathlib import Path

from flux2cli.core.images.image import Image
from flux2cli.core.job.image_path import image_path
from flux2cli.core.job.job import Job
from flux2cli.core.request.output_path import Output
from flux2cli.wire import Result

IMAGE = Image(index=1, sha256="ab", bytes=67, media_type="image/jpeg", width=8, height=8)
JOB = Job(
    job_id="foxfox22", state="ready", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash", mode="text",
    request_key="k", created_at="2026-11-20T23:40:00.000Z", updated_at="2026-11-20T23:40:01.000Z", prompt="A red fox",
    seed=None, payload={}, payload_sha256="", output=Output(directory="/out", name="{slug}-{seed}-{index}.{ext}"),
    result=Result(images=(), seed=42), row_id="hero", label="birds", meta={"page": "home"}, request_id="r-1",
)  # fmt: skip


def test_a_template_is_filled_with_what_is_known_after_the_job_ended() -> None:
    assert image_path(JOB, IMAGE) == Path("/out/a-red-fox-42-1.jpg")


def test_every_field_has_its_value() -> None:
    name = "{variant}-{provider}-{id}-{date}-{time}-{request_id}-{label}-{meta.page}.{ext}"
    job = replace(JOB, output=Output(directory="/out", name=name))

    assert image_path(job, IMAGE) == Path("/out/flash-fal-hero-2026-11-20-23-40-00-r-1-birds-home.jpg")


def test_an_explicit_name_is_kept_whatever_the_format() -> None:
    job = replace(JOB, output=Output(directory="/out", name="fox.png", explicit=True))

    assert image_path(job, IMAGE) == Path("/out/fox.png")
