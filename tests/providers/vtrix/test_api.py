"""Vtrix: what its replies become, in every shape that was seen of them."""

import json

import pytest
from support.shell import Shell
from support.stub import Say, Seen, Stub
from support.vtrix_stub import CREATED, TASK, done, keyed, run, task


def test_a_task_is_created_polled_and_its_image_saved_without_the_key(shell: Shell, stub: Stub) -> None:
    task(stub, {**CREATED, "progress": 0.4}, done(stub))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert [(seen.method, seen.path) for seen in stub.seen] == [
        ("POST", "/model/v1/generation"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", f"/model/v1/generation/task/{TASK}"),
        ("GET", "/files/a.png"),
    ]
    assert [seen.headers.get("authorization") for seen in stub.seen] == [*["Bearer vt-secret"] * 4, None]
    assert ran.json["request_id"] == TASK


def test_the_cost_that_it_reports_is_the_cost_and_its_discount_is_kept(shell: Shell, stub: Stub) -> None:
    task(stub, done(stub))

    ran = run(shell, stub)

    assert ran.json["cost"]["amount"] == "0.0665"
    assert ran.json["cost"]["source"] == "reported"
    assert ran.json["cost"]["discount"] == 0.05
    shown = shell.run("jobs", "show", ran.json["job_id"], "--json").json
    assert shown["result"]["reported_cost"] == "0.0665"
    assert shown["result"]["usage"] == {"cost": "0.0665", "discount": 0.05}
    record = json.loads((shell.cwd / "a-fox-7.png.json").read_text())
    assert record["cost"]["request_amount"] == "0.0665"


@pytest.mark.parametrize("usage", [{}, {"cost": None}, {"cost": "free"}, {"cost": "NaN"}, {"cost": "-1"}, [], None])
def test_a_cost_that_is_no_price_stays_unknown(shell: Shell, stub: Stub, usage: object) -> None:
    task(stub, done(stub, usage=usage))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert ran.json["cost"]["amount"] is None


@pytest.mark.parametrize("word", ["completed", "done", "succeeded"])
def test_three_words_mean_done(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, done(stub, status=word))

    assert run(shell, stub).code == 0


@pytest.mark.parametrize("word", ["pending", "processing", "in_progress", "warming_up"])
def test_a_status_that_is_not_known_keeps_polling(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, {**CREATED, "status": word}, done(stub))

    assert run(shell, stub).code == 0


def test_every_address_in_every_group_is_an_image_whatever_its_type(shell: Shell, stub: Stub) -> None:
    output = [
        {"content": [{"type": "video_url", "url": f"{stub.url}/files/1.png"}, {"type": "text", "text": "x"}]},
        {"content": [{"url": f"{stub.url}/files/2.png"}]},
    ]
    task(stub, done(stub, output=output))

    ran = run(shell, stub)

    assert [seen.path for seen in stub.seen if seen.path.startswith("/files")] == ["/files/1.png", "/files/2.png"]
    assert len(ran.json["images"]) == 2


@pytest.mark.parametrize("word", ["canceled", "cancelled"])
def test_a_cancelled_task_is_cancelled(shell: Shell, stub: Stub, word: str) -> None:
    task(stub, {**CREATED, "status": word})

    assert run(shell, stub).code == 7
    assert shell.run("jobs", "list", "--json").json[0]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Say(body={"status": "in_progress"}), "names no request id"),
        (Say(body={"error": {"message": "try later"}}), "try later"),
        (Say(body={"id": 5}), "names no request id"),
        (Say(body=b"<html>"), "names no request id"),
        (Say(status=500, body={"error": "oops"}), "the provider answered 500"),
        (Say(drop=True), "whether Vtrix accepted the job is not known"),
    ],
)
def test_a_create_without_a_usable_answer_is_unknown_and_not_sent_again(
    shell: Shell, stub: Stub, reply: Say, said: str
) -> None:
    task(stub, create=reply)

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (9, "unknown")
    assert said in ran.json["error"]["message"]
    assert len(stub.posts()) == 1


def test_a_key_that_is_refused_while_polling_leaves_the_job_to_be_fetched(shell: Shell, stub: Stub) -> None:
    task(stub, Say(status=401, body={"message": "expired"}), done(stub))

    ran = run(shell, stub)
    fetched = shell.run("jobs", "fetch", ran.json["error"]["job_id"], "--json", env=keyed(stub))

    assert ran.code == 3
    assert "the job goes on" in ran.json["error"]["hint"]
    assert fetched.code == 0, fetched.err
    assert shell.files() == ["a-fox-7.png", "a-fox-7.png.json"]


def test_the_key_goes_to_vtrix_only() -> None:
    from flux2cli.providers.vtrix import api as vtrix
    from flux2cli.wire import Secret, Target

    own, base = Target(key=Secret("k")), Target(base="http://127.0.0.1:8787", key=Secret("k"))

    assert vtrix.submit("flux_2_max", {}, own).url == "https://cloud.vtrix.ai/model/v1/generation"
    assert vtrix.submit("flux_2_max", {}, own).auth is not None
    assert vtrix.trusts("https://vtrix.ai/x", own)
    assert not vtrix.trusts("http://cloud.vtrix.ai/x", own)
    assert not vtrix.trusts("https://evilvtrix.ai/x", own)
    assert not vtrix.trusts("https://cloud.vtrix.ai.evil.example/x", own)
    assert not vtrix.trusts("https://cloud.vtrix.ai@evil.example/x", own)
    assert vtrix.trusts("http://127.0.0.1:8787/x", base)
    assert not vtrix.trusts("http://127.0.0.1:87870/x", base)


def test_a_task_is_asked_for_where_it_was_created(shell: Shell, stub: Stub) -> None:
    def created(seen: Seen) -> Say:
        return Say(body={**CREATED, "url": f"http://elsewhere.example/{seen.path}"})

    stub.on("POST", ".*", created)
    task(stub, done(stub))

    assert run(shell, stub).code == 0
