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
        "| hero | saved | out/hero.png | $0.005 |\n"
        "| x | failed | fal refused &#96;prompt&#96;: too odd. |  |\n\n"
    )
    assert "note: there is no page for --summary, since GITHUB_STEP_SUMMARY is not set" in without.err


def test_only_annotations_are_commands_whatever_a_file_is_called(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "::add-mask::x.csv").write_text("prompt,seed\na fox,##[add-mask]y\n")

    ran = shell.run(
        "batch", "::add-mask::x.csv", "-m", "flash", "-o", "out/", env={**farm.env, "GITHUB_ACTIONS": "true"}
    )

    assert ran.err.splitlines()[:2] == [
        (
            "> ::add-mask::x.csv:2: seed: `## [add-mask]y` is not a whole number."
            " (give a whole number from 0 to 18446744073709551615, or `random` for none)"
        ),
        "::error file=%3A%3Aadd-mask%3A%3Ax.csv,line=2::seed: `## [add-mask]y` is not a whole number.",
    ]


def test_plans_and_paths_are_no_commands_either(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "::a.csv").write_text("prompt,output\nx ##[add-mask]y,::stop-commands::t.png\n")

    plan = shell.run("batch", "::a.csv", "-m", "flash", "--dry-run", "-v", env=farm.env)
    ran = shell.run("batch", "::a.csv", "-m", "flash", env=farm.env)

    url = f"{farm.env['FLUX2_FAL_URL']}/queue/fal-ai/flux-2/flash"
    assert plan.out == (
        f"> ::a.csv:2  new  ::stop-commands::t.png  POST {url}  $0.005\n"
        '  {"prompt": "x #\\u0023[add-mask]y", "output_format": "png"}\n'
    )
    assert ran.out == "./::stop-commands::t.png\n"
