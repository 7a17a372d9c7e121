"""What every provider says about itself, before a request is made."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from support.provider_contract import INFOS, MODULES, NAMES, PACKAGES, ROUTES

import flux2cli
from flux2cli.catalog import PARAMETERS, VARIANTS, Route
from flux2cli.providers.interface import INTERFACE, Provider, ProviderInfo, ProviderPackage
from flux2cli.providers.plugins import load_plugins
from flux2cli.providers.registry import names

ROOT = Path(flux2cli.__file__).parents[1]
infos = pytest.mark.parametrize("info", INFOS, ids=NAMES)
packages = pytest.mark.parametrize("package", PACKAGES, ids=NAMES)
routes = pytest.mark.parametrize("route", ROUTES, ids=[route.key for route in ROUTES])


def test_every_registered_provider_is_under_contract() -> None:
    assert [*names(), "acme"] == NAMES


@infos
def test_names_and_places_have_their_forms(info: ProviderInfo) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", info.name)
    assert info.title
    assert info.key_page.startswith("https://")
    assert all(re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in info.key_hosts)
    assert info.key_hosts
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+", name) for choice in info.key_variables for name in choice)
    assert info.upload_limit > 0
    assert info.most_active is None or info.most_active > 0
    assert all(setting.default in setting.choices for setting in info.settings)


@infos
def test_its_emulator_is_there_under_its_name(info: ProviderInfo) -> None:
    assert info.emulator is not None
    emulator = import_module(info.emulator)

    assert info.name == emulator.NAME
    assert emulator.KEY_HEADER.lower() == emulator.KEY_HEADER
    assert all(rule.kind.startswith(f"{info.name}.") for rule in emulator.RULES)


@packages
def test_it_has_every_function_of_the_interface(package: ProviderPackage) -> None:
    api = package.load_api()

    wanted = {name for name in vars(Provider) if not name.startswith("_")}
    assert {name for name in wanted if not callable(getattr(api, name, None))} == set()
    assert api.INFO is package.INFO


@packages
def test_its_routes_can_be_listed_again_and_again(package: ProviderPackage) -> None:
    package.load_api()

    assert package.load_routes() == package.load_routes() != ()


@routes
def test_a_route_speaks_the_language_of_the_catalogue(route: Route) -> None:
    assert route.provider in NAMES
    assert route.variant in VARIANTS
    assert {*route.fields, *route.selectors, *route.absent} <= set(PARAMETERS)
    assert not set(route.absent) & set(route.fields)
    assert route.source.startswith("https://")
    if route.price is not None:
        assert route.price.first > 0
        assert route.price.extra > 0
        assert route.price.source.startswith("https://")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", route.price.verified_on)


def test_endpoints_are_there_once() -> None:
    assert len({route.key for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("module", MODULES)
def test_importing_it_loads_neither_routes_nor_wire_functions(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    path = f"{ROOT}:{Path(__file__).parents[1] / 'plugin'}"
    loaded = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.split()

    assert f"{module}.info" in loaded
    assert {f"{module}.routes", f"{module}.prices", f"{module}.api", f"{module}.emulator"} & set(loaded) == set()
    assert {"httpx", "pydantic", "sqlite3", "urllib.parse"} & set(loaded) == set()


def test_the_plug_in_is_accepted() -> None:
    [package] = load_plugins(["flux2_acme"], origin="a test")

    assert package.INFO.name == "acme"
    assert INTERFACE == 1, "a new version of the interface needs a plug-in of the old one here, too"


def test_what_is_built_in() -> None:
    facts = {i.name: (i.title, i.key_variables, i.uploads, i.upload_limit, i.most_active) for i in INFOS}

    assert facts == {
        "fal": ("fal", (("FAL_KEY",), ("FAL_KEY_ID", "FAL_KEY_SECRET")), True, 50 * 1024 * 1024, None),
        "vtrix": ("Vtrix", (("VTRIX_API_KEY",),), False, 20 * 1024 * 1024, None),
        "bfl": ("Black Forest Labs", (("BFL_API_KEY",),), False, 20 * 1024 * 1024, 24),
        "acme": ("Acme Pictures", (("ACME_TOKEN",),), False, 5 * 1024 * 1024, 2),
    }
    assert {i.name: i.key_hosts for i in INFOS} == {
        "fal": ("fal.run", "*.fal.run", "falrun.com", "*.falrun.com", "rest.fal.ai", "api.fal.ai"),
        "vtrix": ("vtrix.ai", "*.vtrix.ai"),
        "bfl": ("bfl.ai", "*.bfl.ai"),
        "acme": ("api.acme.example",),
    }
