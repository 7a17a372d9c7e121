"""A variant command's work, called from Python with typed values."""

from decimal import Decimal
from pathlib import Path

import pytest
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.core.run_options import RunOptions
from flux2cli.errors import BudgetError, UsageError
from flux2cli.events import Event, IdenticalJob, Saved, Submitted
from flux2cli.runs.generate import generate
from flux2cli.runs.submission import Ask, build_submission, plan


class Events:
    """A listener that keeps what it is shown."""

    def __init__(self) -> None:
        self.seen: list[Event] = []

    def show(self, event: Event) -> None:
        self.seen.append(event)

    def tick(self) -> None:
        pass

    def kinds(self) -> list[type[Event]]:
        return [type(event) for event in self.seen]


def test_a_variants_work_is_called_with_values_and_prints_nothing(shell: Shell) -> None:
    with shell.app() as (app, out, err):
        options, events = RunOptions(sandbox=True, output="art/"), Events()
        submission = build_submission(
            app, Ask(variant="flash", prompt="a fox", parameters={"seed": 7, "size": "512x512"}), options
        )

        result = generate(app, submission, options, events)

    [image] = result.images
    assert image.path == str(shell.cwd / "art" / "a-fox-7.png")
    assert Path(image.path).stat().st_size == image.bytes
    assert (image.width, image.height, result.seed) == (512, 512, 7)
    assert [kind for kind in events.kinds() if kind in (Submitted, Saved)] == [Submitted, Saved]
    assert (out.getvalue(), err.getvalue()) == (b"", "")


def test_the_plan_of_a_request_needs_no_key_and_sends_nothing(shell: Shell) -> None:
    with shell.app() as (app, _, _):
        options = RunOptions(provider="bfl")
        made = plan(app, build_submission(app, Ask(variant="pro", prompt="a fox"), options))

    assert (made.call.method, made.call.url) == ("POST", "https://api.bfl.ai/v1/flux-2-pro")
    assert made.payload == {"prompt": "a fox"}


def test_a_limit_is_held_before_anything_is_sent(shell: Shell, stub: Stub) -> None:
    shell.environ |= {"FLUX2_FAL_URL": stub.url, "FAL_KEY": "id:secret"}
    with shell.app() as (app, _, _):
        options = RunOptions(max_cost=Decimal("0.001"))
        submission = build_submission(app, Ask(variant="flash", prompt="a fox"), options)

        with pytest.raises(BudgetError, match="up to"):
            generate(app, submission, options)

    assert stub.seen == []


def test_an_identical_job_that_is_still_running_is_an_event(shell: Shell, stub: Stub) -> None:
    shell.environ |= {"FLUX2_FAL_URL": stub.url, "FAL_KEY": "id:secret"}
    stub.on("POST", "/queue/.*", Say(body={"request_id": "r-1"}))
    with shell.app() as (app, _, _):
        options, events = RunOptions(wait=False), Events()
        submission = build_submission(app, Ask(variant="flash", prompt="a fox"), options)
        first = generate(app, submission, options)
        generate(app, submission, options, events)

    [identical] = [event for event in events.seen if isinstance(event, IdenticalJob)]
    assert (identical.job_id, identical.state) == (first.job.job_id, "submitted")


def test_a_variant_that_does_not_exist_is_named(shell: Shell) -> None:
    with shell.app() as (app, _, _), pytest.raises(UsageError, match=r"There is no variant `falsh`\."):
        build_submission(app, Ask(variant="falsh", prompt="a fox"), RunOptions(sandbox=True))
