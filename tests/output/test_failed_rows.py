"""The errors of a batch, repeated at its end."""

from support.farm import Farm
from support.shell import Ran, Shell


def run(shell: Shell, farm: Farm, count: int, *flags: str) -> Ran:
    rows = "".join(f"p{number},prompt {number}\n" for number in range(1, count + 1))
    (shell.cwd / "p.csv").write_text(f"id,prompt\n{rows}")
    return shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "-c", "1", *flags, env=farm.env)


def test_the_first_ten_errors_of_a_long_run_are_repeated_at_its_end(shell: Shell, farm: Farm) -> None:
    farm.fates.update({f"prompt {number}": ["422"] for number in range(1, 13)})

    ran = run(shell, farm, 14)
    quiet = run(shell, farm, 14, "--retry-failed", "-q")

    assert ran.code == 10
    end = ran.err[ran.err.index("12 failed:") :].splitlines()
    assert end[:3] == [
        "12 failed:",
        "  p.csv:2 (p1): fal refused `prompt`: too odd.",
        "  p.csv:3 (p2): fal refused `prompt`: too odd.",
    ]
    assert end[10:12] == ["  p.csv:11 (p10): fal refused `prompt`: too odd.", "  and 2 more"]
    assert end[12].startswith("error: Not every row was saved")
    assert (quiet.err.count("too odd"), "12 failed:\n" in quiet.err) == (12, False)


def test_errors_that_are_still_in_sight_are_not_repeated(shell: Shell, farm: Farm) -> None:
    farm.fates["prompt 1"] = ["422"]

    ran = run(shell, farm, 10)

    assert (ran.code, ran.err.count("too odd")) == (10, 1)


def test_rows_of_unknown_outcome_are_repeated_with_the_failed_ones(shell: Shell, farm: Farm) -> None:
    farm.fates.update({"prompt 3": ["422"], "prompt 4": ["lost"]})

    ran = run(shell, farm, 11)

    assert "\n1 failed, 1 unknown:\n  p.csv:4 (p3): fal refused `prompt`: too odd.\n" in ran.err
    assert "\n  p.csv:5 (p4): The reply to the submit was lost" in ran.err


def test_a_long_run_without_errors_ends_with_its_sum(shell: Shell, farm: Farm) -> None:
    ran = run(shell, farm, 11)

    assert ran.err.splitlines()[-1] == "11 rows: 11 saved  $0.055 (estimated)"
