"""`flux2 jobs list` as a table for terminals of several widths, and as fields for programs."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support.ledger_files import FOX
from support.shell import Shell

from flux2cli.core.job.job import Job, JobError, JobFile
from flux2cli.core.money.job_cost import Cost
from flux2cli.output.job_table import show_jobs

CENT = Cost(low=Decimal("0.005"), high=Decimal("0.005"))
HERO = JobFile(index=0, path="/work/art/hero.png", sha256="", bytes=1, saved=True)
LONG = "a red fox under a lamp, early in the morning"
ROW = replace(FOX, state="saved", row_id="hero", row_key="k", prompt=LONG, estimate=CENT, files=(HERO,))
OUTPAINT = replace(
    FOX,
    job_id="outpaint",
    state="submitted",
    variant="pro",
    mode="outpaint",
    prompt=None,
    created_at="2025-12-31T23:59:59.000Z",
    estimate=Cost(low=Decimal("0.1"), high=Decimal("0.28")),
)
OUT_OF_MEMORY = JobError(code="provider_failed", message="fal failed: out of memory.")
FAILED = replace(FOX, job_id="failed22", state="failed", prompt="漢字の狐", estimate=CENT, error=OUT_OF_MEMORY)
JOBS = (ROW, OUTPAINT, FAILED)


def shown(shell: Shell, *jobs: Job, columns: int | None) -> list[str]:
    """The lines for a terminal, or, without columns, for a pipe."""
    with shell.app() as (app, out, _):
        app.now = lambda: datetime(2026, 3, 9, tzinfo=UTC)
        app.cwd = Path("/work/docs")
        app.stdout_is_terminal = columns is not None
        app.environ = {**app.environ, "COLUMNS": str(columns)}
        assert show_jobs(app, jobs) == bool(jobs)
        return out.getvalue().decode().splitlines()


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (60, [
            "JOB       STATE      MODEL         COST         PROMPT",
            "foxfox22  saved      fal flash     $0.005       a red fox und…",
            "outpaint  submitted  fal outpaint  $0.10..0.28",
            "failed22  failed     fal flash                  fal failed: o…",
        ]),
        (80, [
            "JOB       STATE      MODEL         COST         ROW   PROMPT",
            "foxfox22  saved      fal flash     $0.005       hero  a red fox under a lamp, e…",
            "outpaint  submitted  fal outpaint  $0.10..0.28",
            "failed22  failed     fal flash                        fal failed: out of memory.",
        ]),
        (100, [
            "JOB       STATE      BEGAN (UTC)  MODEL         COST         ROW   PROMPT",
            "foxfox22  saved      03-01 10:00  fal flash     $0.005       hero  a red fox under a lamp, early in…",
            "outpaint  submitted  2025-12-31   fal outpaint  $0.10..0.28",
            "failed22  failed     03-01 10:00  fal flash                        fal failed: out of memory.",
        ]),
        (120, [
            ("JOB       STATE      BEGAN (UTC)  MODEL         COST         ROW   "
             "PROMPT                     IMAGES OR REASON"),
            ("foxfox22  saved      03-01 10:00  fal flash     $0.005       hero  "
             "a red fox under a lamp, …  ../art/hero.png"),
            "outpaint  submitted  2025-12-31   fal outpaint  $0.10..0.28",
            ("failed22  failed     03-01 10:00  fal flash                        "
             "漢字の狐                   fal failed: out of memory."),
        ]),
    ],
)  # fmt: skip
def test_the_columns_fit_the_terminal(shell: Shell, columns: int, lines: list[str]) -> None:
    assert shown(shell, *JOBS, columns=columns) == lines


def test_a_pipe_gets_every_field_whole_and_no_heading(shell: Shell) -> None:
    assert [line.split("\t") for line in shown(shell, *JOBS, columns=None)] == [
        ["foxfox22", "saved", "2026-03-01T10:00:00.000Z", "fal", "flash", "0.005", "hero",
         "a red fox under a lamp, early in the morning", "../art/hero.png", ""],
        ["outpaint", "submitted", "2025-12-31T23:59:59.000Z", "fal", "outpaint", "0.10..0.28", "", "", "", ""],
        ["failed22", "failed", "2026-03-01T10:00:00.000Z", "fal", "flash", "", "", "漢字の狐", "",
         "fal failed: out of memory."],
    ]  # fmt: skip


def test_text_that_would_break_a_line_or_a_field_does_not(shell: Shell) -> None:
    odd = replace(ROW, prompt="a\tb\nc\x1b[2J", row_id="r\t1")

    assert shown(shell, odd, columns=None)[0].split("\t")[6:8] == ["r 1", "a b c\N{REPLACEMENT CHARACTER}[2J"]
    assert len(shown(shell, odd, columns=120)) == 2


def test_a_path_is_cut_at_its_beginning_and_a_prompt_at_its_end(shell: Shell) -> None:
    path = "/work/docs/a-folder-of-a-project/another/p010-542213186.png"
    long = replace(ROW, files=(JobFile(index=0, path=path, sha256="", bytes=1, saved=True),))

    [_, line] = shown(shell, long, columns=120)

    assert line == (
        "foxfox22  saved  03-01 10:00  fal flash  $0.005  hero  "
        "a red fox under a lamp, early …  …ject/another/p010-542213186.png"
    )


def test_a_narrow_table_shows_the_prompt_of_what_can_still_be_collected(shell: Shell) -> None:
    lost = replace(FOX, state="unknown", error=JobError(code="unknown", message="The reply was lost."))

    assert shown(shell, lost, columns=60)[1].endswith("  a fox")
    assert shown(shell, lost, columns=60)[1].startswith("foxfox22  unknown")


def test_an_unknown_price_is_unknown(shell: Shell) -> None:
    assert shown(shell, replace(FOX, state="unknown"), columns=None)[0].split("\t")[5] == "unknown"


def test_no_jobs_have_no_heading(shell: Shell) -> None:
    assert shown(shell, columns=80) == []


def test_where_there_is_room_for_one_text_a_job_without_a_prompt_shows_its_images(shell: Shell) -> None:
    painted = replace(ROW, prompt=None, mode="outpaint")

    assert shown(shell, painted, columns=80)[1].endswith("  ../art/hero.png")
