"""The tests mirror the package: the test of a module is found by the module's name and folder."""

import ast
from pathlib import Path

import flux2cli

ROOT = Path(flux2cli.__file__).parent
TESTS = Path(__file__).parent

TESTED_IN = {
    "commands/jobs/test_collect_jobs.py": ("runs/collect.py",),
    "commands/jobs/test_forget_jobs.py": ("options/confirmation.py",),
    "commands/jobs/test_list_jobs.py": ("output/job_list.py", "options/ledger_flags.py", "runs/listed_jobs.py"),
    "commands/jobs/test_show_job.py": ("output/job_card.py",),
    "commands/jobs/test_resolve_job.py": ("engine/queries.py", "runs/settle_jobs.py"),
    "commands/test_batch.py": ("output/batch_plan.py", "output/batch_result.py"),
    "commands/test_pick.py": ("output/picked.py", "runs/candidate_builder.py", "runs/pick_images.py"),
    "commands/test_row_runs.py": (
        "core/batch/plan/refusal.py", "output/batch_check.py", "runs/prune_images.py",
    ),
    "commands/test_config.py": ("output/settings.py",),
    "commands/test_cost.py": ("output/spend_table.py",),
    "commands/test_doctor.py": ("output/checks.py", "runs/doctor.py", "runs/network_checks.py"),
    "runs/test_problem_report_file.py": ("output/report_text.py",),
    "providers/bfl/test_api.py": ("providers/bfl/calls.py", "providers/bfl/credits.py"),
    "providers/fal/test_trusted_hosts.py": ("providers/fal/calls.py",),
    "commands/test_generate.py": (
        "app.py", "commands/outpaint.py", "core/request/prepare.py", "output/job_result.py", "output/request_plan.py",
        "runs/inputs.py", "runs/output_place.py", "runs/request_builder.py", "runs/session.py", "runs/submission.py",
    ),
    "commands/test_keys.py": ("runs/key_input.py",),
    "commands/test_models.py": ("output/model_list.py",),
    "commands/test_sandbox.py": (
        "commands/sandbox/reset_sandbox.py", "commands/sandbox/serve_sandbox.py", "output/fault_list.py",
        "runs/clear_sandbox.py", "runs/sandbox.py", "runs/target.py",
    ),
    "core/batch/test_read_csv.py": tuple(
        f"core/batch/{name}.py" for name in ("csv_header", "csv_records", "delimiters", "size_columns")
    ),
    "core/batch/test_read_jsonl.py": ("core/batch/json_object.py", "core/batch/json_rows.py"),
    "core/batch/test_read_rows.py": ("core/batch/row.py", "core/batch/row_problems.py"),
    "core/images/test_sniff.py": ("core/images/reader.py",),
    "core/job/flow/test_submit.py": ("core/job/flow/effects.py",),
    "core/money/test_job_cost.py": ("providers/fal/prices.py",),
    "core/request/test_build.py": ("core/request/request.py",),
    "core/request/test_describe.py": ("catalog/parameters.py",),
    "core/request/test_route.py": ("catalog/model.py",),
    "core/request/test_validate.py": ("catalog/wire_models.py", "core/request/request_warnings.py"),
    "edges/ledger/test_ledger.py": ("edges/ledger/ledger_reader.py",),
    "edges/ledger/test_preconditions.py": ("core/batch/claims.py",),
    "edges/terminal/test_live_view.py": ("edges/terminal/view.py",),
    "engine/test_engine.py": ("core/job/new_job.py", "core/job/recorded_input.py"),
    "engine/test_save_images.py": ("engine/download_images.py",),
    "engine/test_supervise.py": ("engine/resources.py", "runs/lost_jobs.py"),
    "options/test_help_screens.py": (
        "options/derived_command.py", "options/parameter_flags.py", "options/run_flags.py", "core/option_fields.py",
        "core/run_options.py", "options/examples.py",
    ),
    "options/test_usage_errors.py": ("options/flag_advice.py",),
    "providers/bfl/test_routes.py": ("providers/numbered.py",),
    "providers/fal/test_routes.py": ("providers/body.py",),
    "providers/test_plugins.py": ("providers/registry.py", "runs/plugged_in.py"),
    "sandbox/bfl/test_jobs.py": tuple(
        f"sandbox/bfl/{name}.py" for name in ("account", "errors", "images", "outcomes", "responses")
    ),
    "sandbox/fal/test_jobs.py": tuple(
        f"sandbox/fal/{name}.py" for name in ("errors", "images", "outcomes", "responses", "status_events")
    ),
    "sandbox/fal/test_platform.py": ("sandbox/fal/proxy.py",),
    "sandbox/drawing/test_thumbnails.py": ("sandbox/drawing/given_images.py",),
    "sandbox/test_every_emulator.py": tuple(
        f"sandbox/{name}.py" for name in ("active_jobs", "new_jobs", "numbered_fields", "state")
    ),
    "sandbox/test_pictures.py": (
        "sandbox/picture_cache.py",
        *(f"sandbox/drawing/{name}.py" for name in ("background", "captions", "image_files")),
    ),
    "sandbox/test_server.py": ("sandbox/http_server.py",),
    "sandbox/test_side_by_side.py": ("sandbox/downloads.py", "sandbox/input_images.py"),
    "sandbox/vtrix/test_jobs.py": tuple(
        f"sandbox/vtrix/{name}.py" for name in ("errors", "images", "outcomes", "responses")
    ),
    "shells/test_scripts.py": (
        "commands/completion.py", "docsgen/tree.py", "shells/bash.py", "shells/command_tree.py", "shells/fish.py",
        "shells/zsh.py",
    ),
}  # fmt: skip
"""Modules that are tested through others: by the whole command, by the server, by the module that uses them."""

_DECISIONS = (ast.If, ast.IfExp, ast.For, ast.While, ast.Match, ast.BoolOp, ast.Try)


def decides(file: Path) -> bool:
    """Whether a module has a branch or a loop: values, tables and calls in a row have nothing to test by name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, _DECISIONS) or (isinstance(node, ast.comprehension) and node.ifs):
            return True
    return False


def named_test(module: Path) -> Path:
    return TESTS / module.parent / f"test_{module.name}"


def test_a_module_with_decisions_has_a_test_of_its_name() -> None:
    modules = [file.relative_to(ROOT) for file in sorted(ROOT.rglob("*.py")) if not file.name.startswith("__")]
    mapped = {module for tested in TESTED_IN.values() for module in tested}
    left = [
        str(module)
        for module in modules
        if not named_test(module).exists() and str(module) not in mapped and decides(ROOT / module)
    ]

    assert left == [], "give each a test of its name, or say in TESTED_IN which test it is tested in"


def test_what_is_tested_elsewhere_is_there_and_so_is_the_test() -> None:
    missing = [test for test in TESTED_IN if not (TESTS / test).exists()]
    missing += [module for tested in TESTED_IN.values() for module in tested if not (ROOT / module).exists()]

    doubled = [module for tested in TESTED_IN.values() for module in tested if named_test(Path(module)).exists()]

    assert missing == []
    assert doubled == [], "these have a test of their name by now"


def test_the_folders_of_the_tests_are_those_of_the_package() -> None:
    """Besides what is tested from outside (kills, hostile servers, properties, clients, …) and what tests share."""
    own = {
        "bench",
        "hostile",
        "kills",
        "properties",
        "records",
        "support",
        "providers/contract",
        "providers/plugin",
        "sandbox/clients",
    }
    folders = {str(file.parent.relative_to(TESTS)) for file in TESTS.rglob("test_*.py")} - {"."}

    assert {folder for folder in folders if folder not in own and not (ROOT / folder).is_dir()} == set()
