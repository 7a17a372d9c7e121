"""What `--summary` writes where nothing was sent: the two cases of a pull request, and limits."""

from pathlib import Path

import pytest
from support.shell import Shell

ROWS = "id,prompt,variant,provider\nhero,a fox,flash,\nx,an owl,flash,\ny,a pier,max,vtrix\n"


@pytest.fixture
def page(shell: Shell, tmp_path: Path) -> Path:
    shell.environ["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary.md")
    return tmp_path / "summary.md"


def run(shell: Shell, text: str, *flags: str) -> int:
    (shell.cwd / "p.csv").write_text(text)
    return shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", "--summary", *flags).code


def test_rows_that_are_not_valid_are_listed(shell: Shell, page: Path) -> None:
    code = run(shell, "prompt,seed\na | fox,soon\n,7\n")

    assert code == 2
    assert page.read_text() == (
        "### flux2\n\nThe rows are not valid; nothing was sent.\n\n"
        "| place | problem |\n| --- | --- |\n"
        "| p.csv:2 | seed: &#96;soon&#96; is not a whole number. (give a whole number from 0 to 18446744073709551615, "
        "or &#96;random&#96; for none) |\n"
        "| p.csv:3 | prompt: fal-ai/flux-2/flash needs PROMPT, and none was given. |\n\n"
    )


def test_problems_beyond_the_first_fifty_are_counted(shell: Shell, page: Path) -> None:
    run(shell, "prompt,seed\n" + "fox,soon\n" * 53)

    assert page.read_text().count("is not a whole number") == 50
    assert page.read_text().endswith("|\n\nand 3 more\n\n")


def test_a_dry_run_is_a_plan_with_sums_by_variant_and_provider(shell: Shell, page: Path) -> None:
    code = run(shell, ROWS, "--dry-run")

    assert code == 0
    assert page.read_text() == (
        "### flux2: a dry run, nothing was sent\n\n"
        "3 rows: 3 to send, $0.01 (estimated), 1 of them without a known price\n\n"
        "| variant | provider | rows | cost |\n| --- | --- | ---: | ---: |\n"
        "| flash | fal | 2 | $0.01 |\n"
        "| max | vtrix | 1 | unknown |\n"
        "| all |  | 3 | $0.01, 1 unpriced |\n\n"
    )


def test_a_dry_run_with_nothing_to_do_says_so(shell: Shell, page: Path) -> None:
    run(shell, "prompt\nfox\n")
    page.unlink()

    run(shell, "prompt\nfox\n", "--dry-run")

    assert page.read_text() == "### flux2: a dry run, nothing was sent\n\n1 row: 1 done already\n\n"


def test_a_limit_that_refuses_the_run_is_named(shell: Shell, page: Path) -> None:
    code = run(shell, "prompt\nfox\n", "--max-cost", "0.001")

    assert code == 4
    assert page.read_text() == (
        "### flux2\n\nThis row may cost up to $0.005, and &#96;--max-cost&#96; is $0.001; nothing was sent.\n\n"
        "hint: --limit N sends the first N; --dry-run shows each price\n\n"
    )


def test_without_the_flag_nothing_is_written(shell: Shell, page: Path) -> None:
    (shell.cwd / "p.csv").write_text("prompt,seed\nfox,soon\n")

    shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--dry-run")

    assert not page.exists()
