"""What a batch tells GitHub: annotations at lines, and a page with a table."""

from pathlib import Path

from support.farm import Farm
from support.shell import Shell


def test_annotations_where_github_runs_it(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "a, b.csv").write_text("prompt,seed\na fox,100%\n")
    argv = ("batch", "a, b.csv", "-m", "flash", "-o", "out/")

    ran = shell.run(*argv, env={**farm.env, "GITHUB_ACTIONS": "true"})
    plain = shell.run(*argv, env=farm.env)

    assert ran.err.splitlines()[1] == "::error file=a%2C b.csv,line=2::seed: `100%25` is not a whole number."
    assert "::error" not in plain.err


def test_the_summary_page(shell: Shell, farm: Farm, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    (shell.cwd / "p.csv").write_text("id,prompt\nhero,a fox\nx,an | owl\n")
    farm.fates["an | owl"] = ["422"]
    argv = ("batch", "p.csv", "-m", "flash", "-o", "out/", "-c", "1", "--summary")

    ran = shell.run(*argv, env={**farm.env, "GITHUB_STEP_SUMMARY": str(page)})
    without = shell.run(*argv, env=farm.env)

    assert ran.code == 10
    assert page.read_text() == (
        "### flux2\n\n"
        "| rows | saved | skipped | failed | unknown | submitted | not sent | cost |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| 2 | 1 | 0 | 1 | 0 | 0 | 0 | $0.005 (estimated) |\n"
        "\n| row | end | files | cost |\n| --- | --- | --- | ---: |\n"
        "| hero | saved | out/a-fox-1001.png | $0.005 |\n"
        "| x | failed | fal refused &#96;prompt&#96;: too odd. |  |\n\n"
    )
    assert "note: there is no page for --summary, since GITHUB_STEP_SUMMARY is not set" in without.err
