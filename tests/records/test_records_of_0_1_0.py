"""What version 0.1.0 recorded: it still loads and reads the same, and what is written today is the same byte for byte.

The fixtures were made by `scenario.py` with the package of 0.1.0.
"""

import json
from pathlib import Path
from typing import Any

from records import scenario
from support.images import PNG
from support.shell import Shell
from support.stub import Stub

FIXTURES = Path(__file__).parents[1] / "fixtures" / "0.1.0"


def literal(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text())


def test_the_same_commands_write_and_print_the_same_text(shell: Shell, stub: Stub) -> None:
    expected = literal("written.json")

    written = scenario.play(shell, stub)

    for name in ("commands", "rows", "sidecars"):
        assert written[name] == expected[name]


def test_an_old_ledger_is_read_as_it_was(shell: Shell, stub: Stub) -> None:
    words = scenario.Words(shell, stub, [])
    jobs = scenario.restored(shell, (FIXTURES / "ledger.sql").read_text())

    found = [words.ran(argv, ran) for argv, ran in scenario.view(shell, jobs)]

    assert found == literal("views.json")


def test_an_old_ledger_has_every_state(shell: Shell) -> None:
    scenario.restored(shell, (FIXTURES / "ledger.sql").read_text())

    states = {job["state"] for job in shell.run("jobs", "list", "--json").json}

    assert states == {
        "cancelled", "expired", "failed", "moderated", "not-sent", "ready", "rejected", "saved", "submitted", "unknown"
    }, "and `submitting`, which was found abandoned"  # fmt: skip


def test_what_an_old_ledger_left_open_is_collected(shell: Shell, stub: Stub) -> None:
    scenario.restored(shell, (FIXTURES / "ledger.sql").read_text())
    providers = scenario.Providers(stub)
    bodies = {"f-9": "two foxes", "f-10": "a running fox", "b-19": "a running lighthouse", "p-1": "a pair"}
    providers.bodies.update({request_id: {"prompt": prompt} for request_id, prompt in bodies.items()})

    ran = shell.run("jobs", "fetch", env=providers.env)

    assert ran.code == 0, ran.err
    assert ran.err == (
        "warning: 2 images were asked for and 1 came\n"
        "saved a-pair-0.png  seed 18446744073709551617  $0.005 (estimated)\n"
        "warning: 2 images were asked for and 1 came\n"
        "saved a-gone-fox-18446744073709551617.png  seed 18446744073709551617  $0.005 (estimated)\n"
        "saved a-running-fox-18446744073709551617.png  seed 18446744073709551617  $0.005 (estimated)\n"
        "saved a-running-lighthouse-42.png  seed 42  $0.045 (reported)\n"
        "unknown: job2aaai may have been accepted; see `flux2 jobs show job2aaai`\n"
        "unknown: submit22 may have been accepted; see `flux2 jobs show submit22`\n"
    )


def test_the_saved_images_of_an_old_ledger_are_shown_again(shell: Shell) -> None:
    jobs = scenario.restored(shell, (FIXTURES / "ledger.sql").read_text())

    ran = shell.run("jobs", "fetch", jobs[1], "--json")

    assert ran.code == 0, ran.err
    assert [image["path"] for image in ran.json["images"]] == [
        "four/a-fox-18446744073709551617.png",
        "four/a-fox-18446744073709551617-2.png",
        "four/a-fox-18446744073709551617-3.png",
    ]
    assert ran.json["images"][0] == {
        "path": "four/a-fox-18446744073709551617.png",
        "sidecar": "four/a-fox-18446744073709551617.png.json",
        "sha256": "ebf4f635a17d10d6eb46ba680b70142419aa3220f228001a036d311a22ee9d2a",
        "bytes": 67,
        "media_type": "image/png",
        "width": 1,
        "height": 1,
        "nsfw": False,
    }
    assert ran.json["seed"] == 2**64 + 1


def test_old_sidecars_are_enough_to_skip_a_batch(shell: Shell, stub: Stub) -> None:
    scenario.prepare(shell)
    env = scenario.Providers(stub).env
    for name, text in literal("written.json")["sidecars"].items():
        if name.startswith("art/"):
            (shell.cwd / name).parent.mkdir(exist_ok=True)
            (shell.cwd / name).write_text(text)
            (shell.cwd / name.removesuffix(".json")).write_bytes(PNG)

    ran = shell.run("batch", "rows.jsonl", "-m", "flash", "-o", "art/", "--limit", "0", env=env)

    assert ran.err.startswith("3 rows: 2 done already"), ran.err
