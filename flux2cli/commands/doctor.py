"""`flux2 doctor`: what is configured, what can be reached, what providers charge. Costs nothing and shows no key."""

from collections.abc import Iterator
from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.core.health import Check
from flux2cli.core.money.price_check import ComparedPrice, price_checks
from flux2cli.errors import UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.output.checks import check_document, price_document, show_check
from flux2cli.output.report_text import report_text
from flux2cli.output.spend_table import budget_document
from flux2cli.runs.doctor import checks, sandbox_check, todays_budget
from flux2cli.runs.price_comparison import stated_and_known
from flux2cli.runs.problem_report_file import problem_report, write_report

app = Commands()


@app.command()
def doctor(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask the providers nothing.")] = False,
    prices: Annotated[
        bool, typer.Option("--prices", help="Compare the catalogue's prices with those that the providers state.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Write flux2-report.txt, without keys and prompts, to attach to an issue.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check keys, settings, directories and ledger; exit 1 when something keeps runs from working.

    With --prices, check the prices only; exit 1 when one differs.
    """
    host: App = context.obj
    if prices and offline:
        raise UsageError("`--prices` asks the providers, and `--offline` asks them nothing.", hint="leave one out")
    compared: list[ComparedPrice] = []
    found = []
    for check in _prices(host, compared) if prices else checks(host, offline=offline):
        found.append(check)
        if not json:
            show_check(host, check)
    file = write_report(host, report_text(problem_report(host, found))) if report else None
    ok = all(check.status != "failed" for check in found)
    if json:
        host.out_json(
            {
                "ok": ok,
                "schema": "flux2cli/doctor/1",
                "checks": [check_document(check) for check in found],
                "prices": [price_document(price) for price in compared] if prices else None,
                "report": file and str(file),
                "budget": budget_document(todays_budget(host)),
            }
        )
    elif file is not None:
        show_check(host, Check(name="report", status="ok", message=f"{file.name}; read it before you send it"))
    if not ok:
        raise typer.Exit(1)


def _prices(host: App, compared: list[ComparedPrice]) -> Iterator[Check]:
    """The checks of the prices, provider by provider; adds the prices to `compared`."""
    yield from sandbox_check(host)
    for prices in stated_and_known(host):
        compared.extend(prices.prices)
        yield from price_checks(prices)
