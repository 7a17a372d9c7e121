"""`flux2 batch`: rows in, images out, the same command again does what is missing and nothing else."""

import json
from pathlib import Path

import pytest
from support.farm import Farm, lines
from support.sandbox_rig import new_sandbox
from support.shell import Ran, Shell
from support.stub import Stub

from flux2cli.sandbox.job_store import Latency

PROMPTS = "a fox\n# a comment\n\nan owl\na heron\n"


def batch(shell: Shell, farm: Farm, *argv: str, text: str = PROMPTS, name: str = "prompts.txt") -> Ran:
    (shell.cwd / name).write_text(text)
    return shell.run("batch", name, "-m", "flash", "-o", "out/", *argv, env=farm.env)


def images(shell: Shell) -> list[str]:
    return [name for name in shell.files() if name.endswith(".png")]


def test_a_file_of_prompts_becomes_images_with_sidecars(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, "-c", "1")

    assert ran.code == 0, ran.err
    assert ran.out == "out/a-fox-1001.png\nout/an-owl-1002.png\nout/a-heron-1003.png\n"
    assert ran.err == (
        "3 rows: 3 to send, $0.015 (estimated)\n"
        "saved out/a-fox-1001.png  seed 1001  $0.005 (estimated)\n"
        "saved out/an-owl-1002.png  seed 1002  $0.005 (estimated)\n"
        "saved out/a-heron-1003.png  seed 1003  $0.005 (estimated)\n"
        "3 rows: 3 saved  $0.015 (estimated)\n"
    )
    assert shell.files() == [
        "out/a-fox-1001.png", "out/a-fox-1001.png.json", "out/a-heron-1003.png", "out/a-heron-1003.png.json",
        "out/an-owl-1002.png", "out/an-owl-1002.png.json", "prompts.txt",
    ]  # fmt: skip
    assert farm.prompts == ["a fox", "an owl", "a heron"]


def test_the_same_command_again_sends_nothing(shell: Shell, farm: Farm, stub: Stub) -> None:
    batch(shell, farm)
    before = len(stub.seen)

    again = batch(shell, farm)

    assert (again.code, again.out, again.err) == (0, "", "3 rows: 3 done already\n")
    assert len(stub.seen) == before


def test_inserted_and_reordered_rows_change_nothing_for_the_others(shell: Shell, farm: Farm) -> None:
    batch(shell, farm)

    ran = batch(shell, farm, text="a heron\na wolf\nan owl\na fox\n")

    assert ran.code == 0
    assert farm.prompts[3:] == ["a wolf"]


def test_the_same_line_twice_is_two_images(shell: Shell, farm: Farm) -> None:
    batch(shell, farm, text="a fox\na fox\n")
    more = batch(shell, farm, text="a fox\na fox\na fox\n")

    assert farm.paid == {"a fox": 3}
    assert more.err.startswith("3 rows: 2 done already, 1 to send")


def test_a_restored_output_folder_is_enough_to_skip_what_is_done(shell: Shell, farm: Farm, tmp_path: Path) -> None:
    batch(shell, farm)
    elsewhere = shell.cwd / "fresh" / "checkout"
    elsewhere.mkdir(parents=True)
    (shell.cwd / "out").rename(elsewhere / "out")
    (elsewhere / "prompts.txt").write_text(PROMPTS)
    (tmp_path / "other").mkdir()
    fresh = Shell(tmp_path / "other")
    fresh.cwd = elsewhere

    ran = fresh.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", env=farm.env)

    assert (ran.code, ran.err) == (0, "3 rows: 3 done already\n")
    assert len(farm.prompts) == 3


@pytest.mark.parametrize(
    ("what", "sent"), [("image", ["an owl"]), ("sidecar", ["an owl"]), ("cut", ["an owl"]), ("sidecar without row", [])]
)
def test_what_is_not_whole_in_a_restored_folder_is_made_again(
    shell: Shell, farm: Farm, what: str, sent: list[str]
) -> None:
    """A record without a row is that of the row with the same request."""
    batch(shell, farm, "-c", "1")
    image = shell.cwd / "out" / "an-owl-1002.png"
    sidecar = image.with_name(f"{image.name}.json")
    match what:
        case "image":
            image.unlink()
        case "sidecar":
            sidecar.unlink()
        case "cut":
            image.write_bytes(image.read_bytes()[:-1])
        case _:
            record = json.loads(sidecar.read_text())
            sidecar.write_text(json.dumps({**record, "row": None}))
    for file in shell.state.glob("ledger*"):
        file.unlink()

    without_cache = {**farm.env, "FLUX2_CACHE_IMAGES": "0"}

    ran = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", env=without_cache)

    assert ran.code == 0
    assert farm.prompts[3:] == sent


def test_the_sidecar_tells_the_row(shell: Shell, farm: Farm) -> None:
    text = "id,prompt,meta.scene,label\nhero,a fox,forest,zoo\n"
    (shell.cwd / "rows.csv").write_text(text)

    ran = shell.run("batch", "rows.csv", "-m", "flash", "-o", "out/{meta.scene}/{id}-{row}.{ext}", env=farm.env)

    assert ran.out == "out/forest/hero-1.png\n"
    record = json.loads((shell.cwd / "out/forest/hero-1.png.json").read_text())
    assert record["row"]["id"] == "hero"
    assert len(record["row"]["key"]) == 32
    assert (record["meta"], record["label"]) == ({"scene": "forest"}, "zoo")


def test_columns_win_over_flags_and_flags_over_nothing(shell: Shell, farm: Farm, stub: Stub) -> None:
    rows = [
        {"prompt": "a fox", "seed": 7, "size": "square_hd"},
        {"prompt": "an owl", "variant": "dev", "steps": 40},
        {"prompt": "a heron", "size": {"width": 640, "height": 512}},
    ]
    (shell.cwd / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))

    ran = shell.run(
        "batch",
        "rows.jsonl",
        "-m",
        "flash",
        "-s",
        "1024x768",
        "--format",
        "webp",
        "-o",
        "out/",
        "-c",
        "1",
        env=farm.env,
    )

    assert ran.code == 0, ran.err
    assert [(seen.path, seen.json) for seen in stub.posts()] == [
        (
            "/queue/fal-ai/flux-2/flash",
            {"prompt": "a fox", "image_size": "square_hd", "seed": 7, "output_format": "webp"},
        ),
        (
            "/queue/fal-ai/flux-2",
            {
                "prompt": "an owl",
                "image_size": {"width": 1024, "height": 768},
                "num_inference_steps": 40,
                "output_format": "webp",
            },
        ),
        (
            "/queue/fal-ai/flux-2/flash",
            {"prompt": "a heron", "image_size": {"width": 640, "height": 512}, "output_format": "webp"},
        ),
    ]  # fmt: skip


def test_json_is_one_object_per_row_and_a_summary(shell: Shell, farm: Farm) -> None:
    farm.fates["an owl"] = ["moderated"]

    ran = batch(shell, farm, "--json", "-c", "1")

    rows = lines(ran.out)
    assert ran.code == 10
    assert [(row.get("row"), row.get("id"), row.get("ok"), row["schema"]) for row in rows] == [
        (1, None, True, "flux2cli/result/1"),
        (2, None, False, "flux2cli/error/1"),
        (3, None, True, "flux2cli/result/1"),
        (None, None, None, "flux2cli/batch/1"),
    ]
    assert rows[0]["images"][0]["path"] == "out/a-fox-1001.png"
    assert (rows[1]["error"]["code"], rows[1]["error"]["exit_code"]) == ("moderated", 6)
    assert rows[3] == {
        "schema": "flux2cli/batch/1", "rows": 3, "saved": 2, "skipped": 0, "failed": 1, "unknown": 0, "submitted": 0,
        "restored": 0, "moved": 0, "adopted": 0, "kept": 0,
        "not_sent": 0,
        "cost": {"amount": "0.01", "max": "0.01", "currency": "USD", "source": "estimated", "unpriced": 0},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fate", "end", "flag"),
    [
        ("moderated", "failed", "--retry-moderated"),
        ("422", "failed", "--retry-failed"),
        ("late-422", "failed", "--retry-failed"),
        ("lost", "unknown", "--resubmit-unknown"),
    ],
)
def test_what_would_fail_again_is_reported_and_not_sent_unless_asked(
    shell: Shell, farm: Farm, fate: str, end: str, flag: str
) -> None:
    farm.fates["an owl"] = [fate, "ok"]
    first = batch(shell, farm, "--json")
    posts = len(farm.prompts)

    reported = batch(shell, farm, "--json")
    after_report = len(farm.prompts)
    asked = batch(shell, farm, "--json", flag)

    assert (first.code, reported.code, asked.code) == (10, 10, 0)
    assert lines(first.out)[-1][end] == lines(reported.out)[-1][end] == 1
    failures = [[row["error"]["code"] for row in lines(ran.out) if row.get("ok") is False] for ran in (first, reported)]
    assert failures[0] == failures[1]
    assert after_report == posts, "nothing was sent"
    assert lines(asked.out)[-1]["saved"] == 1
    assert farm.prompts.count("an owl") == 2


def test_what_the_provider_failed_is_sent_again_by_itself(shell: Shell, farm: Farm) -> None:
    farm.fates["an owl"] = ["failed", "ok"]

    first, again = batch(shell, farm), batch(shell, farm)

    assert (first.code, again.code) == (10, 0)
    assert farm.paid == {"a fox": 1, "an owl": 2, "a heron": 1}


def test_a_download_that_failed_is_collected_and_not_paid_again(shell: Shell, farm: Farm) -> None:
    farm.fates["an owl"] = ["no-download"]
    first = batch(shell, farm, "--json", "-c", "1")
    farm._ends["r-2"] = ("ok", farm._ends["r-2"][1])

    again = batch(shell, farm, "--json")

    assert first.code == 10
    assert lines(first.out)[-1]["submitted"] == 1
    assert again.code == 0
    assert lines(again.out)[0]["images"][0]["path"] == "out/an-owl-1002.png"
    assert farm.paid == {"a fox": 1, "an owl": 1, "a heron": 1}


def test_no_wait_submits_and_the_same_command_collects(shell: Shell, farm: Farm) -> None:
    left = batch(shell, farm, "--no-wait")
    ids = left.out.split()

    collected = batch(shell, farm)

    assert (left.code, len(ids)) == (0, 3)
    assert left.err.endswith("3 rows: 3 submitted\n")
    assert collected.code == 0
    assert collected.err.startswith("3 rows: 3 to collect\n")
    assert len(images(shell)) == 3
    assert set(farm.paid.values()) == {1}


def test_jobs_fetch_collects_rows_and_the_batch_then_knows_them(shell: Shell, farm: Farm) -> None:
    batch(shell, farm, "--no-wait")
    assert shell.run("jobs", "fetch", env=farm.env).code == 0

    again = batch(shell, farm)

    assert again.err == "3 rows: 3 done already\n"
    assert len(farm.prompts) == 3


def test_a_refused_key_stops_the_batch(shell: Shell, farm: Farm) -> None:
    text = "".join(f"fox {n}\n" for n in range(50))
    for n in range(50):
        farm.fates[f"fox {n}"] = ["401"]

    ran = batch(shell, farm, "-c", "2", "--json", text=text)

    assert ran.code == 3
    assert len(farm.prompts) <= 2
    assert lines(ran.out)[-1]["not_sent"] >= 48
    assert lines(ran.out)[-2]["error"]["code"] == "auth"


def test_a_row_refused_for_its_own_sake_stops_nothing(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["422"]

    ran = batch(shell, farm, "-c", "1")

    assert ran.code == 10
    assert farm.prompts == ["a fox", "an owl", "a heron"]
    assert "error: prompts.txt:1: " in ran.err


def test_max_failures_stops_submitting(shell: Shell, farm: Farm) -> None:
    text = "".join(f"fox {n}\n" for n in range(20))
    for n in range(20):
        farm.fates[f"fox {n}"] = ["422"]

    ran = batch(shell, farm, "-c", "1", "--max-failures", "3", text=text)

    assert ran.code == 10
    assert len(farm.prompts) == 3
    assert "error: Stopped after 3 failures (`--max-failures 3`)." in ran.err
    assert ran.err.endswith("hint: the same command goes on with what is left\n")


def test_limit_submits_so_many_and_the_next_run_goes_on(shell: Shell, farm: Farm) -> None:
    one = batch(shell, farm, "--limit", "2")
    two = batch(shell, farm, "--limit", "2")

    assert (one.code, two.code) == (0, 0)
    assert one.err.startswith("3 rows: 1 left for later, 2 to send, $0.01 (estimated)\n")
    assert one.err.endswith(
        "3 rows: 2 saved, 1 left for later  $0.01 (estimated)\n"
        "stopped at --limit 2; the same command takes the next 1\n"
    )
    assert two.err.endswith("3 rows: 1 saved, 2 skipped  $0.005 (estimated)\n")
    assert farm.prompts == ["a fox", "an owl", "a heron"] or set(farm.prompts) == {"a fox", "an owl", "a heron"}
    assert len(farm.prompts) == 3


def test_a_limit_that_leaves_more_than_it_takes_says_how_many(shell: Shell, farm: Farm) -> None:
    one, none = batch(shell, farm, "--limit", "1"), batch(shell, farm, "--limit", "0")

    assert one.err.endswith("stopped at --limit 1; the same command takes the next 1 of 2\n")
    assert none.err.endswith("stopped at --limit 0; 2 rows left for later\n")
    assert (one.code, none.code) == (0, 0)


def test_a_limit_and_a_failed_row_are_told_apart(shell: Shell, farm: Farm) -> None:
    farm.fates["a fox"] = ["422"]

    ran = batch(shell, farm, "--limit", "1", "--json")

    assert ran.code == 10
    assert "stopped at --limit 1; the same command takes the next 1 of 2\n" in ran.err
    assert "error: Not every row was saved: 3 rows: 1 failed, 2 left for later." in ran.err
    assert json.loads(ran.out.splitlines()[-1])["not_sent"] == 2


@pytest.mark.parametrize(
    ("text", "argv", "name"),
    [("prompt,num\nfox,4\n", (), "num"), ("prompt\nfox\n", ("--num", "4"), "--num")],
)
def test_a_batch_hints_at_no_flag_that_it_lacks(shell: Shell, text: str, argv: tuple[str, ...], name: str) -> None:
    (shell.cwd / "p.csv").write_text(text)

    ran = shell.run("batch", "p.csv", "-m", "pro", "-o", "out/", *argv)

    assert ran.code == 2
    assert ran.err.startswith(
        f"p.csv:2: num: `{name}` is not taken by fal-ai/flux-2-pro: it makes one image a request; repeat the row for "
        "several. (it works with: "
    )
    assert "--seeds" not in ran.err


def test_a_budget_hints_at_what_the_command_has(shell: Shell) -> None:
    (shell.cwd / "p.txt").write_text("a fox\n")

    rows = shell.run("batch", "p.txt", "-m", "flash", "-o", "out/", "--max-cost", "0.001")
    seeds = shell.run("flash", "a fox", "--seeds", "1..2", "-o", "out/", "--max-cost", "0.001")

    assert rows.err == (
        "error: This row may cost up to $0.005, and `--max-cost` is $0.001; nothing was sent.\n"
        "hint: --limit N sends the first N; --dry-run shows each price\n"
    )
    assert seeds.err.endswith("hint: give fewer seeds; --dry-run shows each price\n")


def test_a_budget_for_the_run_counts_all_that_would_be_sent(shell: Shell, farm: Farm) -> None:
    refused = batch(shell, farm, "--max-cost", "0.014", "--json")
    assert (refused.code, refused.json["error"]["code"], farm.prompts) == (4, "budget", [])
    assert "These 3 rows may cost up to $0.015, and `--max-cost` is $0.014" in refused.err

    one = batch(shell, farm, "--limit", "1", "--max-cost", "0.001")
    assert "error: This row may cost up to $0.005, and `--max-cost` is $0.001" in one.err

    batch(shell, farm, "--limit", "1")
    rest = batch(shell, farm, "--max-cost", "0.01")

    assert rest.code == 0
    assert len(farm.prompts) == 3


def test_rows_without_a_price_need_consent_under_a_budget(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_text("a fox\n")
    argv = ("batch", "p.txt", "-m", "klein", "--lora", "owner/x", "-o", "out/", "--max-cost", "1")

    refused = shell.run(*argv, env=farm.env)
    allowed = shell.run(*argv, "--allow-unpriced", env=farm.env)

    assert (refused.code, allowed.code) == (4, 0)
    assert "No price is known for 1 of 1 rows" in refused.err


def test_a_day_budget_stops_the_batch_and_tomorrow_goes_on(shell: Shell, farm: Farm) -> None:
    shell.environ["FLUX2_BUDGET_PER_DAY"] = "0.012"

    ran = batch(shell, farm, "-c", "1", "--json")

    assert ran.code == 4
    assert farm.prompts == ["a fox", "an owl"]
    assert lines(ran.out)[-1]["not_sent"] == 1
    assert lines(ran.out)[-2]["error"]["code"] == "budget"


def test_a_dry_run_prints_requests_and_the_total_and_records_nothing(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, "--dry-run", "-v", text="a fox\nan owl\n")

    assert ran.code == 0
    assert ran.out == (
        f"prompts.txt:1  new  POST {farm.env['FLUX2_FAL_URL']}/queue/fal-ai/flux-2/flash  $0.005\n"
        '  {"prompt": "a fox"}\n'
        f"prompts.txt:2  new  POST {farm.env['FLUX2_FAL_URL']}/queue/fal-ai/flux-2/flash  $0.005\n"
        '  {"prompt": "an owl"}\n'
    )
    assert ran.err.splitlines()[0] == "2 rows: 2 to send, $0.01 (estimated)"
    assert farm.prompts == []
    assert shell.files() == ["prompts.txt"]
    assert [line for line in batch(shell, farm, "--dry-run").out.splitlines() if "prompt" not in line] == []
    assert not shell.state.exists()


def test_a_dry_run_in_json(shell: Shell, farm: Farm) -> None:
    batch(shell, farm, "--limit", "1")

    ran = batch(shell, farm, "--dry-run", "--json")

    plans = lines(ran.out)
    assert [(plan.get("row"), plan["schema"]) for plan in plans] == [
        (2, "flux2cli/plan/1"), (3, "flux2cli/plan/1"), (None, "flux2cli/batch/1"),
    ]  # fmt: skip
    assert plans[-1]["skipped"] == 1
    assert plans[-1]["cost"] == {
        "amount": "0.01", "max": "0.01", "currency": "USD", "source": "estimated", "unpriced": 0,
    }  # fmt: skip


def test_a_missing_key_is_found_before_anything_is_sent(shell: Shell, farm: Farm) -> None:
    rows = [{"prompt": "a fox"}, {"prompt": "an owl", "variant": "max", "provider": "bfl"}]
    (shell.cwd / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))

    ran = shell.run("batch", "rows.jsonl", "-m", "flash", "-o", "out/", env=farm.env)

    assert ran.code == 3
    assert "BFL_API_KEY" in ran.err
    assert farm.prompts == []


def test_a_busy_provider_slows_the_run_and_it_recovers(shell: Shell, farm: Farm) -> None:
    text = "".join(f"fox {n}\n" for n in range(30))
    for n in range(0, 30, 3):
        farm.fates[f"fox {n}"] = ["429", "ok"]

    ran = batch(shell, farm, text=text)

    assert ran.code == 0, ran.err
    assert set(farm.paid.values()) == {1}
    assert len(images(shell)) == 30


def test_a_time_to_wait_is_kept_by_all(shell: Shell, farm: Farm) -> None:
    farm.fates["fox 0"] = ["429", "ok"]
    farm.retry_after = "0.3"
    text = "".join(f"fox {n}\n" for n in range(6))

    ran = batch(shell, farm, "-c", "1", text=text)

    assert ran.code == 0
    assert farm.prompts == ["fox 0", "fox 0", "fox 1", "fox 2", "fox 3", "fox 4", "fox 5"]


def test_one_stream_of_data_when_quiet(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, "-q")

    assert ran.err == ""
    assert len(ran.out.splitlines()) == 3


def test_what_the_sandbox_made_is_not_taken_for_the_real_thing(shell: Shell) -> None:
    (shell.cwd / "prompts.txt").write_text("a fox\n")
    rehearsal = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", "--sandbox")
    again = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", "--sandbox")
    real = shell.run("batch", "prompts.txt", "-m", "flash", "-o", "out/", "--dry-run")

    assert rehearsal.code == 0
    assert again.err == "1 row: 1 done already\n"
    assert real.err == "1 row: 1 to send, $0.005 (estimated)\n"


def test_sandbox_overrides_every_row(shell: Shell) -> None:
    rows = [{"prompt": "a fox"}, {"prompt": "an owl", "variant": "max", "provider": "bfl"},
            {"prompt": "a hare", "variant": "max", "provider": "vtrix"}]  # fmt: skip
    (shell.cwd / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))

    ran = shell.run("batch", "rows.jsonl", "-m", "flash", "-o", "out/", "--sandbox", "--json")

    assert ran.code == 0, ran.err
    assert sorted((row["provider"], row["sandbox"]) for row in lines(ran.out)[:-1]) == [
        ("bfl", True), ("fal", True), ("vtrix", True),
    ]  # fmt: skip


def test_rows_can_outpaint(shell: Shell) -> None:
    assert shell.run("flash", "a fox", "--sandbox", "-s", "512x512", "-o", "fox.png").code == 0
    (shell.cwd / "rows.csv").write_text("image,left,output\nfox.png,128,wide.png\n")

    ran = shell.run("batch", "rows.csv", "-m", "outpaint", "-o", "out/", "--sandbox")

    assert (ran.code, ran.out) == (0, "out/wide.png\n"), ran.err


def test_one_prompt_for_many_images(shell: Shell) -> None:
    assert shell.run("flash", "a fox", "--sandbox", "-s", "512x512", "-o", "fox.png").code == 0
    (shell.cwd / "rows.csv").write_text("image\nfox.png\n")

    ran = shell.run(
        "batch", "rows.csv", "-m", "flash", "--prompt", "make it night", "-o", "out/{slug}.{ext}", "--sandbox"
    )

    assert (ran.code, ran.out) == (0, "out/make-it-night.png\n"), ran.err


def test_prompts_from_stdin(shell: Shell, farm: Farm) -> None:
    ran = shell.run("batch", "-", "-m", "flash", "-o", "out/", env=farm.env, stdin=b"a fox\nan owl\n")

    assert ran.code == 0, ran.err
    assert sorted(farm.prompts) == ["a fox", "an owl"]


def test_strict_says_that_rows_are_not_as_asked(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, "--strict", "-s", "1024x1024", text="a fox\n")

    assert ran.code == 12
    assert ran.out == "out/a-fox-1001.png\n"
    assert "the image came as 1x1, not 1024x1024" in ran.err


def test_a_provider_is_never_given_more_jobs_than_it_allows(shell: Shell, tmp_path: Path) -> None:
    (shell.cwd / "p.txt").write_text("".join(f"fox {n}\n" for n in range(60)))
    said: list[str] = []
    latency = Latency(queued=0.05, running=0.05)
    with new_sandbox(tmp_path / "emulator", latency=latency, log=said.append) as server:
        env = {"FLUX2_BFL_URL": server.url, "BFL_API_KEY": "k"}
        ran = shell.run("batch", "p.txt", "-m", "klein", "-p", "bfl", "-s", "64x64", "-o", "o/", "-c", "64", env=env)

    assert ran.code == 0, ran.err
    submits = [line for line in said if line.startswith("POST /v1/flux-2-klein-4b")]
    assert len(submits) == 60
    assert not [line for line in submits if " 429 " in line], "24 at a time are allowed"


def test_on_one_terminal_a_path_is_said_once(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_text("a fox\n")
    env = {**farm.env, "TERM": "dumb"}

    both = shell.run("batch", "p.txt", "-m", "flash", "-o", "a/", env=env, terminal=True)
    quiet = shell.run("batch", "p.txt", "-m", "flash", "-o", "b/", "-q", env=env, terminal=True)

    assert (both.out, both.err.count("a/a-fox-1001.png")) == ("", 1)
    assert (quiet.out, quiet.err) == ("b/a-fox-1002.png\n", "")


# Files as people have them


def test_a_spreadsheet_of_a_person_is_read_as_it_is(shell: Shell, farm: Farm) -> None:
    text = (
        "sep=;\r\nID ; Prompt ;Seed;Variant;Width;Height;;\r\n hero; a fox ;-1; Flash ;512;768;;\r\nb;an owl;8;;;;;\r\n"
    )

    ran = batch(shell, farm, "-c", "1", text=text, name="p.csv")

    assert ran.code == 0, ran.err
    assert farm.prompts == ["a fox", "an owl"]
    record = json.loads((shell.cwd / "out/hero.png.json").read_text())
    assert (record["row"]["id"], record["payload"]) == (
        "hero", {"prompt": "a fox", "image_size": {"width": 512, "height": 768}},
    )  # fmt: skip


def test_rows_with_blanks_around_cells_keep_the_keys_that_they_had(shell: Shell, farm: Farm) -> None:
    """The keys are those that 0.1.0 made of the same file, whose blanks were part of the request then."""
    text = 'id, prompt,seed\n hero, a fox ,7\nb, "an owl",8\nc,a hen,9\n,"  two ",1\n'

    ran = batch(shell, farm, text=text, name="p.csv")

    assert ran.code == 0, ran.err
    assert sorted(farm.prompts) == ["a fox", "a hen", "an owl", "two"]
    keys = {name: json.loads((shell.cwd / f"{name}.json").read_text())["row"]["key"] for name in images(shell)}
    assert keys == {
        "out/hero.png": "4c4ed1757a83c7c2d9e4020a384ccdd9",
        "out/b.png": "d1dccba84ac2300756490abe828aa736",
        "out/c.png": "4f15ae409eaccf229edce3a7d186111c",
        "out/two-1.png": "f47bc4a04203fad30cf9df9c80211471",
    }
    assert batch(shell, farm, text=text, name="p.csv").err == "4 rows: 4 done already\n"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("prompt,image\na fox,https://h/a.png \n", "91733aeb0310661e1962b73c30dd13f6"),
        ('prompt,image\nan owl,"https://h/b.png\t"\n', "c2042be146103f7f56d48e3e1ef89771"),
        ("prompt,image,image\na fox,https://h/a.png ,https://h/b.png\n", "6d819077b8761d2499adf883c0bffa4c"),
        ("prompt,image\n a fox,https://h/a.png \n", "0eee26578b8b6763e6569feabf325d82"),
    ],
)
def test_rows_with_blanks_behind_the_url_of_an_image_keep_the_keys_that_they_had(
    shell: Shell, text: str, key: str
) -> None:
    """The keys are those that 0.1.0 made of the same file."""
    (shell.cwd / "p.csv").write_text(text)

    ran = shell.run("batch", "p.csv", "-m", "dev", "-p", "fal", "-o", "out/", "--sandbox")

    assert ran.code == 0, ran.err
    [record] = (shell.cwd / "out").glob("*.json")
    assert json.loads(record.read_text())["row"]["key"] == key
    assert json.loads(record.read_text())["inputs"][0]["url"] == text.splitlines()[1].split(",")[1].strip(' "\t')


def test_an_unknown_column_does_not_hide_what_is_wrong_in_the_rows(shell: Shell, farm: Farm) -> None:
    ran = batch(shell, farm, text="Prompt,notes,seed\na fox,x,7\nan owl,y,x\n", name="p.csv")

    assert (ran.code, farm.prompts) == (2, [])
    assert ran.err.splitlines()[0] == (
        "p.csv:1: notes: There is no such column. "
        "(call it `meta.notes` to keep it beside the image, or keep all such columns with --meta-columns)"
    )
    assert ran.err.splitlines()[1].startswith("p.csv:3: seed: `x` is not a whole number.")


def test_columns_of_ones_own_go_into_the_record_and_the_names(shell: Shell, farm: Farm) -> None:
    text = "Prompt\tCategory\tNote\na car\tVehicles\t\nan owl\tBirds\tx\n"
    (shell.cwd / "parti.tsv").write_text(text)
    out = "out/{meta.Category}/{slug}.{ext}"

    ran = shell.run("batch", "parti.tsv", "--meta-columns", "-m", "flash", "-o", out, env=farm.env)

    assert ran.code == 0, ran.err
    assert images(shell) == ["out/Birds/an-owl.png", "out/Vehicles/a-car.png"]
    meta = json.loads((shell.cwd / "out/Birds/an-owl.png.json").read_text())["meta"]
    assert meta == {"Category": "Birds", "Note": "x"}


def test_four_images_of_each_line_go_where_a_scorer_wants_them(shell: Shell) -> None:
    rows = [{"tag": "one", "include": [{"class": thing, "count": 1}], "prompt": f"one {thing}"} for thing in "ab"]
    (shell.cwd / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = "geneval/{row0:05}/samples/{index:04}.png"

    ran = shell.run("batch", "m.jsonl", "--meta-columns", "-m", "flash", "--num", "4", "-o", out, "--sandbox")

    assert ran.code == 0, ran.err
    assert images(shell) == [f"geneval/0000{row}/samples/000{n}.png" for row in (0, 1) for n in range(4)]
    meta = json.loads((shell.cwd / "geneval/00001/samples/0003.png.json").read_text())["meta"]
    assert meta == {"tag": "one", "include": '[{"class": "b", "count": 1}]'}


def test_the_prompt_can_be_the_name_of_its_image(shell: Shell, farm: Farm) -> None:
    (shell.cwd / "p.txt").write_bytes(b"The fox is red.\r\nThe owl is grey.\r\n")

    ran = shell.run("batch", "p.txt", "-m", "flash", "-o", "out/{prompt}_{row0:06}.png", env=farm.env)

    assert ran.code == 0, ran.err
    assert images(shell) == ["out/The fox is red_000000.png", "out/The owl is grey_000001.png"]


def test_prompts_are_made_from_columns(shell: Shell, farm: Farm) -> None:
    text = "colour,thing\nred,fox\ngrey,owl\n"

    ran = batch(shell, farm, "--prompt-template", "A ${colour} ${thing}", "-c", "1", text=text, name="p.csv")
    expanded_by_the_shell = batch(shell, farm, "--prompt-template", "A  ", text=text, name="p.csv")
    both = batch(shell, farm, "--prompt-template", "${thing}", "--prompt", "x", text=text, name="p.csv")

    assert ran.code == 0, ran.err
    assert farm.prompts == ["A red fox", "A grey owl"]
    assert (expanded_by_the_shell.code, both.code) == (2, 2)
    assert "single quotes" in expanded_by_the_shell.err


def test_an_array_of_objects_is_a_prompt_file(shell: Shell, farm: Farm) -> None:
    text = json.dumps([{"prompt": "a fox", "seed": 7}, {"prompt": "an owl", "seed": 8}], indent=2)

    ran = batch(shell, farm, text=text, name="p.json")

    assert ran.code == 0, ran.err
    assert images(shell) == ["out/a-fox-7.png", "out/an-owl-8.png"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"prompt": "a fox"}\n', "jsonl"),
        ('[{"prompt": "a fox"}]\n', "json"),
        ("Prompt;Seed;Size\na fox;7;512x512\n", "csv"),
        ("prompt\tcolour\na fox\tred\n", "tsv"),
    ],
)
def test_rows_from_stdin_that_are_no_prompts_are_refused_unless_the_format_is_typed(
    shell: Shell, farm: Farm, text: str, form: str
) -> None:
    argv = ["batch", "-", "-m", "flash", "-o", "out/"]

    refused = shell.run(*argv, stdin=text.encode(), env=farm.env)
    assert (refused.code, farm.prompts) == (2, [])
    assert f"--input-format {form}; " in refused.err

    read = shell.run(*argv, "--input-format", form, "--meta-columns", stdin=text.encode(), env=farm.env)
    assert read.code == 0, read.err
    assert farm.prompts == ["a fox"]

    meant = shell.run(*argv, "--input-format", "txt", "--dry-run", stdin=text.encode(), env=farm.env)
    assert meant.code == 0, meant.err
