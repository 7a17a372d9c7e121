"""Generates the reference tables of the README and the manual from the catalogue and the emulator.

Each table is between `<!-- generated: NAME -->` and `<!-- /generated -->`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from flux2cli.catalog import PARAMETERS, PRESETS, Route
from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.option_fields import options_of
from flux2cli.core.request import describe
from flux2cli.core.request.messages import flag_of
from flux2cli.core.run_options import DisplayOptions, PromptOptions, RunOptions, SeedOptions
from flux2cli.docsgen import fault_table
from flux2cli.providers import registry
from flux2cli.runs.sandbox import fault_rows

_MARKED = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def filled(text: str) -> str:
    """The text with every marked table generated again. KeyError for a mark that names no table."""
    return _MARKED.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", text)


def variants() -> str:
    """The endpoints by command and provider."""
    providers = registry.names()
    rows = [
        [f"`{name}`", *(_endpoints([r for r in describe.routes_for(name) if r.provider == p]) for p in providers)]
        for name in describe.commands()
    ]
    return _table(["command", *providers], rows)


def prices() -> str:
    """Each endpoint's price, in US dollars per megapixel, and how sure its fields and its price are, with sources."""
    inputs = {"free": "", "real": "by their size", "one": "one megapixel each"}
    rows = []
    for route in registry.routes():
        price = route.price
        fields = f"[{route.confidence}]({route.source})"
        billed, source = "", ""
        if price is not None:
            billed, source = inputs[price.inputs], f"[{price.confidence}]({price.source}), {price.verified_on}"
        shown = describe.short_price(price)
        rows.append([route.provider, f"`{route.endpoint}`", fields, shown, billed, source])
    return _table(["provider", "endpoint", "fields", "USD per megapixel", "inputs count", "price"], rows)


def parameters() -> str:
    """The commands that take each flag, with ranges and defaults."""
    return _table(["flag", "command", "values"], list(_parameter_rows()))


def faults() -> str:
    """The emulator's faults: the request that each affects, the providers that have it, and what happens."""
    rows = [[f"`{name}`", *cells] for name, *cells in fault_rows()]
    return _table(["fault", "strikes", "providers", "what happens"], rows)


def faulty_responses() -> str:
    """How a job ends when a server answers one phase with one fault."""
    return _table(fault_table.HEADING, fault_table.rows())


def _parameter_rows() -> Iterator[list[str]]:
    for name in PARAMETERS:
        commands_by_values: dict[str, list[str]] = {}
        for command in describe.commands():
            routes = describe.routes_for(command)
            if name in describe.parameters_of(routes):
                commands_by_values.setdefault(_values(routes, name), []).append(f"`{command}`")
        for number, (words, takers) in enumerate(commands_by_values.items()):
            yield ["" if number else f"`{flag_of(name)}`", " ".join(takers), words]


def _values(routes: Sequence[Route], name: str) -> str:
    return "; ".join(describe.describe(routes, name)).replace(", ".join(PRESETS), "a preset")


def _endpoints(routes: Sequence[Route]) -> str:
    return ", ".join(f"`{route.endpoint}`" for route in routes) or "–"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def run_options() -> str:
    """The flags of a run: what each does, and the setting that counts where it is not given."""
    kinds = (
        (RunOptions, ""),
        (DisplayOptions, ""),
        (PromptOptions, ""),
        (SeedOptions, ""),
        (BatchOptions, "`batch`: "),
    )
    rows = []
    seen: set[str] = set()
    for kind, where in kinds:
        for option in options_of(kind).values():
            flags = ", ".join(f"`{flag}`" for flag in option.flags)
            if flags in seen:
                continue
            seen.add(flags)
            setting = f"`{option.setting}`" if option.setting else ""
            rows.append([f"{flags} {option.metavar}".strip(), setting, f"{where}{option.help}"])
    return _table(["flag", "setting", "what it does"], rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "variants": variants,
    "prices": prices,
    "parameters": parameters,
    "run-options": run_options,
    "faults": faults,
    "faulty-responses": faulty_responses,
}
