"""What a report shows of a failed job: the error and shapes, and nothing of what was asked for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flux2cli.core.job.failed_job import blotted, failed_job
from flux2cli.core.job.job import Job, JobError, JobFile
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.request.output_path import Output
from flux2cli.redact import MARK
from flux2cli.wire import Result

PROMPT = "A red fox in the snow, ACME's secret campaign"


@pytest.mark.parametrize(
    ("message", "private", "shown"),
    [
        ("fal refused `prompt`: Field required.", [PROMPT], "fal refused `prompt`: Field required."),
        (f"refused: {PROMPT}.", [PROMPT], "refused: ***."),
        (f"refused: {PROMPT[:20]}", [PROMPT], "refused: ***"),
        (f"refused: …{PROMPT[5:30].upper()}… is not allowed", [PROMPT], "refused: …***… is not allowed"),
        ("refused: 'fox' in foxes", ["fox"], "refused: '***' in foxes"),
        ("refused: 雪の中の赤い狐、広", ["雪の中の赤い狐、広告の秘密"], "refused: ***"),
        ("x雪の狐y", ["雪の狐"], "x***y"),
        ("`/home/me/art/fox-7.png`: No space left", ["/home/me/art"], "`***`: No space left"),
        ("cannot read cat.jpeg or rows.csv", [], "cannot read *** or ***"),
        ("load https://x.example/a?token=abc failed", [], "load https://x.example/a?token=*** failed"),
        ("Path /edit not found", [PROMPT, "", "  "], "Path /edit not found"),
    ],
)
def test_private_texts_are_blotted_out_of_a_message(message: str, private: list[str], shown: str) -> None:
    assert blotted(message, private) == shown


@given(start=st.text(max_size=50), prompt=st.text(min_size=1, max_size=60), end=st.text(max_size=50))
@example(start="İİİİ ", prompt="İstanbul'da bir tilki", end="")
def test_no_eight_characters_of_a_prompt_are_left(start: str, prompt: str, end: str) -> None:
    shown = blotted(f"{start} {prompt} {end}", [prompt]).replace(MARK, "\0")

    left = [prompt.strip()[at : at + 8] for at in range(max(1, len(prompt.strip()) - 7))]
    assert not [part for part in left if len(part) == 8 and "\0" not in part and part in shown]


def test_a_long_message_is_cut() -> None:
    assert len(blotted("ab " * 500, [])) == 500


def test_a_job_is_shown_without_what_was_asked_for() -> None:
    url = "https://bucket.example/customer/cat-photo"
    private = (
        "a red fox in",
        "the-new-secret-campaign",
        "customer7",
        "cat-photo",
        "portraits",
        "tall foxes",
        "expanded by",
    )
    message = " | ".join((*private, "campaign-42", "/data/out/portraits/fox.png"))
    job = Job(
        job_id="j1", state="failed", provider="fal", variant="flash", endpoint="fal-ai/flux-2/flash", mode="edit",
        request_key="k", created_at="2026-11-25T10:00:00.000Z", updated_at="2026-11-25T10:00:01.000Z",
        prompt="A red fox in the snow", seed=7,
        payload={"prompt": "A red fox in the snow", "image_urls": [url], "negative_prompt": "tall foxes, tall trees"},
        payload_sha256="x", output=Output(directory="/data/out/portraits", name="{slug}.png"),
        inputs=(Input(name="cat-photo.png", url=url),), label="the-new-secret-campaign", row_id="campaign-42",
        meta={"who": "customer7"}, result=Result(images=(), prompt="expanded by the model"),
        error=JobError(code="provider_failed", message=message, reply="HTTP 500 {detail: text}"),
        files=(JobFile(index=0, path="/data/out/portraits/fox.png", sha256="x", bytes=1),),
    )  # fmt: skip

    shown = failed_job(job)

    assert (shown.state, shown.provider, shown.endpoint, shown.mode) == ("failed", "fal", "fal-ai/flux-2/flash", "edit")
    assert (shown.code, shown.reply) == ("provider_failed", "HTTP 500 {detail: text}")
    assert shown.request == "{prompt: text, image_urls: [text], negative_prompt: text}"
    assert not [text for text in (*private, "campaign-42", "fox.png") if text in shown.message], shown.message


def test_a_job_without_a_recorded_error_has_no_message() -> None:
    job = Job(
        job_id="j1", state="unknown", provider="bfl", variant="max", endpoint="flux-2-max", mode="text",
        request_key="", created_at="t", updated_at="t", prompt=None, seed=None, payload={}, payload_sha256="",
        output=Output(directory="", name=""),
    )  # fmt: skip

    shown = failed_job(job)

    assert (shown.code, shown.message, shown.request, shown.reply) == ("", "", "{}", None)
