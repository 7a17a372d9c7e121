"""What a job's row says of its images, its cost, its seed and its error."""

from dataclasses import replace
from decimal import Decimal

import pytest

from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job, JobError, JobFile
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.job.result import JobResult, error_of_job, final_cost, not_saved
from flux2cli.core.money.job_cost import Cost, stated_cost
from flux2cli.core.request.output_path import Output
from flux2cli.errors import ExpiredError, ProviderFailedError
from flux2cli.wire import RemoteImage, Result

JOB = Job(
    job_id="foxfox22", state="saved", provider="fal", variant="max", endpoint="fal-ai/flux-2-max/edit", mode="edit",
    request_key="k", created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:01Z", prompt="fox", seed=7,
    payload={}, payload_sha256="", output=Output(directory="/out", name="{slug}.{ext}"), request_id="r-1",
    inputs=(Input(name="a.png", width=1024, height=1024),),
)  # fmt: skip
SQUARE = (1024, 1024)


def test_the_images_of_a_saved_job_are_those_of_its_files_as_they_were_measured() -> None:
    job = replace(
        JOB,
        files=(JobFile(index=0, path="/out/fox.png", sha256="ab", bytes=67, saved=True),),
        result=Result(images=(RemoteImage(width=8, height=4, media_type="image/png", nsfw=True),)),
    )

    assert JobResult.of_saved(job).images == (
        Image(
            index=0, sha256="ab", bytes=67, media_type="image/png", width=8, height=4, nsfw=True, path="/out/fox.png"
        ),
    )  # fmt: skip


def test_what_went_to_stdout_or_was_forgotten_has_no_images_any_more() -> None:
    assert JobResult.of_saved(replace(JOB, result=Result(images=(RemoteImage(width=8),)))).images == ()
    assert JobResult.of_saved(JOB).images == ()


@pytest.mark.parametrize(("returned", "seed"), [(9, 9), (None, 7), (0, 0)])
def test_the_returned_seed_counts_before_the_one_that_was_sent(returned: int | None, seed: int) -> None:
    assert JobResult(job=replace(JOB, result=Result(images=(), seed=returned))).seed == seed


def test_without_a_reported_amount_the_price_table_says_what_the_images_cost() -> None:
    cost = final_cost(replace(JOB, result=Result(images=(), billable_units="2")), [SQUARE, None])

    assert (cost.low, cost.high, cost.source, cost.stage) == (Decimal("0.13"), Decimal("0.22"), "estimated", "final")
    assert cost.billable_units == "2"
    assert cost.price_source == "https://fal.ai/models/fal-ai/flux-2-max/edit/llms.txt"


def test_what_the_result_reports_counts_before_what_was_stated() -> None:
    stated = replace(JOB, cost=stated_cost("0.5", sandbox=False))
    reported = replace(stated, result=Result(images=(), reported_cost="0.0665", usage={"discount": 0.05}))

    assert (final_cost(stated, [SQUARE]).low, final_cost(stated, [SQUARE]).source) == (Decimal("0.5"), "reported")
    assert (final_cost(reported, [SQUARE]).high, final_cost(reported, [SQUARE]).discount) == (Decimal("0.0665"), 0.05)


def test_what_the_emulator_makes_costs_sandbox_money_and_an_unknown_endpoint_nothing_known() -> None:
    assert final_cost(replace(JOB, sandbox=True), [SQUARE]).source == "sandbox"
    assert final_cost(replace(JOB, endpoint="gone"), [SQUARE]) == Cost(stage="final")


def test_a_job_that_saved_nothing_ends_with_the_error_of_its_row() -> None:
    failed = replace(JOB, state="expired", error=JobError(code="expired", message="It is gone.", hint="look there"))
    error = error_of_job(failed)

    assert type(error) is ExpiredError
    assert (error.message, error.hint, error.job_id, error.request_id) == (
        "It is gone.", "look there", "foxfox22", "r-1"
    )  # fmt: skip


def test_a_row_without_an_error_says_how_the_job_ended() -> None:
    error = error_of_job(replace(JOB, state="failed"))

    assert type(error) is ProviderFailedError
    assert (error.message, error.hint) == ("The job ended: failed.", None)


def test_a_disk_that_refuses_an_image_ends_the_run_and_a_missing_image_does_not() -> None:
    full = not_saved(JOB, OSError(28, "No space left on device", "/out/fox.png"))
    missing = not_saved(JOB, "the image's address answers 404")

    assert full.message == (
        "The image is finished and paid for, but could not be saved: `/out/fox.png`: No space left on device."
    )
    assert (full.halts, missing.halts) == (True, False)
