"""`--max-cost` and `budget.per_image`: refused before anything is sent, with the sums."""

import pytest
from support.fal_stub import fal
from support.images import PNG
from support.shell import Shell
from support.stub import Stub


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["flash", "fox", "--max-cost", "0.004"], "up to $0.005, and `--max-cost` is $0.004"),
        (["flash", "fox", "--num", "3", "--max-cost", "0.014"], "up to $0.015, and `--max-cost` is $0.014"),
        (["max", "fox", "-s", "2048x2048", "--max-cost", "0.15"], "up to $0.16, and `--max-cost` is $0.15"),
        (["max", "fox", "-i", "https://example.com/a.png", "--max-cost", "0.10"], "`--max-cost` is $0.10"),
    ],
)
def test_what_may_cost_more_is_refused_and_nothing_is_sent(
    shell: Shell, stub: Stub, argv: list[str], said: str
) -> None:
    ran = shell.run(*argv, "--json", env=fal(stub))

    assert (ran.code, ran.json["error"]["code"]) == (4, "budget")
    assert said in ran.json["error"]["message"]
    assert stub.seen == []
    assert shell.run("jobs", "list", "--json").json == []


def test_what_costs_exactly_that_is_sent(shell: Shell, stub: Stub) -> None:
    assert shell.run("flash", "fox", "--max-cost", "0.005", env=fal(stub)).code == 0


def test_a_price_per_image_is_divided_by_their_number(shell: Shell, stub: Stub) -> None:
    env = {**fal(stub), "FLUX2_BUDGET_PER_IMAGE": "0.005"}

    many = shell.run("flash", "fox", "--num", "4", env=env)
    large = shell.run("flash", "fox", "-s", "2048x2048", "--json", env=env)

    assert many.code == 0, many.err
    assert (large.code, large.json["error"]["code"]) == (4, "budget")
    assert "up to $0.02, and `budget.per_image` is $0.005" in large.json["error"]["message"]
    assert len(stub.posts()) == 1


def test_a_day_is_over_when_it_is_spent_and_what_was_paid_is_still_collected(shell: Shell, stub: Stub) -> None:
    env = {**fal(stub, image=PNG), "FLUX2_BUDGET_PER_DAY": "0.005"}

    left = shell.run("flash", "fox", "--no-wait", env=env)
    refused = shell.run("flash", "another", env=env)
    fetched = shell.run("jobs", "fetch", env=env)

    assert (left.code, refused.code, fetched.code) == (0, 4, 0)
    assert "$0.005 is held" in refused.err
    assert fetched.out == "fox-5.png\n"
    assert len(stub.posts()) == 1


def test_the_sandbox_spends_no_budget_and_knows_max_cost(shell: Shell) -> None:
    env = {"FLUX2_BUDGET_PER_DAY": "0", "FLUX2_BUDGET_PER_IMAGE": "0"}

    assert shell.run("flash", "fox", "--sandbox", env=env).code == 0
    assert shell.run("flash", "fox", "--sandbox", "--max-cost", "0").code == 4


@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf", ""])
def test_a_limit_that_is_no_amount_is_a_usage_error(shell: Shell, text: str) -> None:
    ran = shell.run("flash", "fox", "--sandbox", f"--max-cost={text}")

    assert ran.code == 2
    assert "--max-cost" in ran.err
