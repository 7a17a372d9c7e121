"""The shape of the package: imports point one way, every library has one home, and a start loads next to nothing."""

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import flux2cli
from flux2cli.catalog import PARAMETERS, VARIANTS
from flux2cli.cli import COMMANDS
from flux2cli.manual import topics
from flux2cli.providers.registry import routes

ROOT = Path(flux2cli.__file__).parent

# What each part may import of the package, besides itself.
ALLOWED = {
    "__init__": set[str](),
    "errors": {"quotes", "redact"},
    "events": set[str](),
    "quotes": set[str](),
    "redact": {"wire"},
    "wire": set[str](),
    "manual": set[str](),
    "catalog": set[str](),
    "core": {"catalog", "errors", "events", "providers", "quotes", "redact", "wire", "__init__"},
    "providers": {"catalog", "errors", "wire"},
    "edges": {"catalog", "core", "providers", "errors", "events", "quotes", "redact", "wire", "__init__"},
    "engine": {"catalog", "core", "providers", "edges", "errors", "events", "wire"},
    "sandbox": {"catalog", "redact"},
    "app": {"core", "edges", "engine"},
    "options": {"app", "catalog", "core", "edges", "errors", "providers", "quotes"},
    "runs": {
        "app", "catalog", "core", "edges", "engine", "errors", "events", "providers", "redact", "sandbox", "wire",
        "__init__",
    },
    "output": {"app", "catalog", "core", "edges", "errors", "events", "providers", "quotes", "redact", "wire"},
    "commands": {
        "app", "catalog", "core", "edges", "errors", "events", "manual", "options", "output", "providers", "runs",
        "sandbox", "shells", "wire", "__init__",
    },
    "cli": {
        "app", "catalog", "commands", "core", "errors", "manual", "options", "output", "redact", "runs", "__init__",
    },
    "__main__": {"app", "cli", "__init__"},
    "shells": {"catalog", "core", "manual", "options", "providers", "sandbox"},
    "docsgen": {"catalog", "cli", "core", "providers", "runs", "shells", "__init__"},
}  # fmt: skip

HOMES = {
    "typer": {"cli", "commands", "options"},
    "httpx": {"edges/http"},
    "rich": {"edges/terminal"},
    "platformdirs": {"edges/config"},
    "tomlkit": {"edges/config"},
    "pydantic": {"catalog/wire_models"},
    "pydantic_core": {"core/request/validate"},
    "PIL": {"sandbox/drawing", "edges/pixels"},
    "sqlite3": {"edges/ledger"},
}


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Every file of the package: its path without the suffix, and what it says. Parsed once."""
    files = sorted(ROOT.rglob("*.py"))
    assert len(files) > 30
    return [(str(f.relative_to(ROOT).with_suffix("")), ast.parse(f.read_text())) for f in files]


@cache
def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "flux2cli")
    return names


def part_of(name: str) -> str:
    rest = name.removeprefix("flux2cli").lstrip(".")
    return rest.split(".")[0] if rest else "__init__"


def test_imports_point_one_way() -> None:
    wrong = {
        f"{name} imports {used}, which `{name.split('/')[0]}` may not"
        for name, tree in modules()
        for used in {part_of(n) for n in imported(tree) if n.split(".")[0] == "flux2cli"}
        if used in ALLOWED  # `from flux2cli import __version__` names no module
        if used not in ALLOWED[name.split("/")[0]] | {name.split("/")[0]}
    }

    assert wrong == set()


def test_every_library_has_one_home() -> None:
    wrong = {
        f"{name} imports {library}, whose home is {HOMES[library]}"
        for name, tree in modules()
        for library in {n.split(".")[0] for n in imported(tree)} & set(HOMES)
        if not name.startswith(tuple(HOMES[library]))
    }

    assert wrong == set()


def test_edges_do_not_import_each_other() -> None:
    for name, tree in modules():
        if name.startswith("edges/"):
            own = ".".join(["flux2cli", *name.split("/")[:2]])
            others = {n for n in imported(tree) if n.startswith("flux2cli.edges.") and not n.startswith(own)}
            assert not others, name


def file_imports(name: str, tree: ast.Module, names: set[str]) -> set[str]:
    """The files of the package that a file imports, also only for type checking, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            members = {f"{module}.{alias.name}" for alias in node.names}
            found |= members & names or {module}
    return found & names - {name}


def test_no_files_import_each_other_in_a_circle() -> None:
    trees = {".".join(["flux2cli", *name.split("/")]).removesuffix(".__init__"): tree for name, tree in modules()}
    graph = {name: file_imports(name, tree, set(trees)) for name, tree in trees.items()}

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


UNTYPED = {
    "catalog/model": 1,  # values by parameter name
    "core/batch/plan/record": 1,
    "core/job/documents": 4,
    "core/money/cost_documents": 2,
    "core/request/messages": 1,
    "edges/config/toml_read": 2,
    "edges/files/copy_image": 1,
    "edges/http/client": 3,  # what httpx takes and tells
    "edges/ledger/job_rows": 1,
}
"""Where mappings without types are, and how many: where a file, a row or a body is read or written."""


def test_only_what_reads_and_writes_json_holds_mappings_without_types() -> None:
    found = {
        name: len(re.findall(r"\b(?:dict|Mapping)\[str, (?:object|Any)\]", (ROOT / f"{name}.py").read_text()))
        for name, _ in modules()
        if name.split("/")[0] not in ("commands", "docsgen", "options", "output", "sandbox")
    }

    assert {name: count for name, count in found.items() if count > UNTYPED.get(name, 0)} == {}


def test_no_file_grows_into_a_second_purpose() -> None:
    sizes = {name: (ROOT / f"{name}.py").read_text().count("\n") for name, _ in modules()}

    assert {name: lines for name, lines in sizes.items() if lines > 330} == {}


def test_a_command_is_a_short_file() -> None:
    """Options in, a use case, output: what needs more belongs to one of those."""
    commands = {name: (ROOT / f"{name}.py").read_text().count("\n") for name, _ in modules() if "commands/" in name}

    assert {name: lines for name, lines in commands.items() if lines > 80} == {}


def test_use_cases_print_nothing() -> None:
    writers = {
        "terminal",
        "out",
        "out_json",
        "out_line",
        "out_value",
        "out_bytes",
        "out_paged",
        "err",
        "stdout",
        "stderr",
    }
    printing = {
        f"{name}: {node.attr}"
        for name, tree in modules()
        if name.startswith("runs/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in writers and ast.unparse(node.value).endswith("app")
    }

    assert printing == set()


@cache
def test_no_error_is_changed_after_it_was_raised() -> None:
    changed = {
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for part in ast.walk(target)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ("error", "failed")
    }

    assert changed == set()


def test_the_engine_is_built_in_one_place() -> None:
    built = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Engine"
    }
    assert built == {"runs/session"}


def loaded_by(*argv: str) -> set[str]:
    """The modules that a command line loads, in a process of its own."""
    code = "import sys, runpy; sys.argv = ['flux2', *sys.argv[1:]]\n"
    code += (
        "try: runpy.run_module('flux2cli', run_name='__main__')\nexcept SystemExit as end: assert not end.code, end\n"
    )
    code += "print('\\n'.join(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


def test_version_loads_nothing() -> None:
    loaded = loaded_by("--version")

    assert {name for name in loaded if name.startswith("flux2cli")} == {"flux2cli", "flux2cli.__main__"} - {
        "flux2cli.__main__"
    }
    assert "typer" not in loaded


HEAVY = {"httpx", "rich", "pydantic", "asyncio", "sqlite3", "PIL", "platformdirs", "tomlkit", "importlib.metadata"}


def test_help_loads_no_more_than_typer() -> None:
    loaded = loaded_by("--help")

    assert not loaded & HEAVY
    assert not {name for name in loaded if name.startswith(("flux2cli.catalog", "flux2cli.core", "flux2cli.edges"))} - {
        "flux2cli.edges",
        "flux2cli.edges.plugin_setting",
        "flux2cli.core",
    }


@pytest.mark.parametrize("topic", topics())
def test_a_page_of_the_manual_loads_nothing_heavy(topic: str) -> None:
    loaded = loaded_by("help", topic)

    assert not loaded & HEAVY
    assert topic in COMMANDS or not {name for name in loaded if name.startswith(("flux2cli.catalog", "flux2cli.core"))}


def test_a_variants_help_opens_neither_network_nor_books() -> None:
    assert not loaded_by("dev", "--help") & {"httpx", "sqlite3", "rich", "asyncio", "PIL", "tomlkit"}


def test_a_dry_run_opens_neither_network_nor_books() -> None:
    assert not loaded_by("flash", "a fox", "--dry-run") & {"httpx", "sqlite3", "rich", "asyncio", "PIL", "tomlkit"}


def test_the_command_list_is_the_catalogues() -> None:
    assert {name: COMMANDS[name][1] for name in VARIANTS} == {v.name: v.summary for v in VARIANTS.values()}


def test_every_parameter_is_used_and_every_endpoint_is_there_once() -> None:
    assert set(PARAMETERS) == {name for route in routes() for name in (*route.fields, *route.selectors)}
    assert len({route.key for route in routes()}) == len(routes())


@pytest.mark.parametrize(
    "argv",
    [("flash", "--help"), ("flash", "a fox", "--dry-run"), ("models",), ("outpaint", "--help")],
    ids=" ".join,
)
def test_no_start_pays_for_pydantics_models(argv: tuple[str, ...]) -> None:
    assert not loaded_by(*argv) & {"pydantic", "typer._adapters", "importlib.metadata", "email"}


def test_the_catalogue_is_shown_without_wire_functions() -> None:
    loaded = loaded_by("models")

    assert "flux2cli.providers.registry" in loaded
    assert not {name for name in loaded if name == "flux2cli.wire" or name.endswith((".api", ".interface"))}


def test_a_tab_starts_no_program() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    script = ROOT.parent / "completions" / "flux2.bash"
    typed = [
        bash,
        "--norc",
        str(Path(__file__).parent / "shells" / "complete.bash"),
        str(script),
        "flux2",
        "flash",
        "--s",
    ]

    ran = subprocess.run(typed, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=True)

    assert {"--seed", "--size", "--strict"} <= set(ran.stdout.split())
    assert ran.stderr == ""


def test_importing_every_module_opens_no_socket() -> None:
    script = """
import importlib, pkgutil, sys
def audit(event, args):
    if event.startswith("socket."):
        raise SystemExit(f"{event} {args}")
sys.addaudithook(audit)
import flux2cli
names = [m.name for m in pkgutil.walk_packages(flux2cli.__path__, "flux2cli.")]
for name in names:
    if name != "flux2cli.__main__":
        importlib.import_module(name)
print(len(names))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert int(ran.stdout) > 200
