"""Vtrix: what its replies become, in every shape that was seen of them."""

import json

import pytest
from support.shell import Shell
from support.stub import Say, Seen, Stub
from support.vtrix_stub import CREATED, TASK, done, run, task


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


def test_a_task_is_asked_for_where_it_was_created(shell: Shell, stub: Stub) -> None:
    def created(seen: Seen) -> Say:
        return Say(body={**CREATED, "url": f"http://elsewhere.example/{seen.path}"})

    stub.on("POST", ".*", created)
    task(stub, done(stub))

    assert run(shell, stub).code == 0


@pytest.mark.parametrize(
    ("create", "said"),
    [({"status": "in_progress"}, "names no request id"), ({"error": {"message": "try later"}}, "try later"),
     ({"id": 5}, "names no request id")],
)  # fmt: skip
def test_a_create_that_names_no_task_says_what_it_says(shell: Shell, stub: Stub, create: object, said: str) -> None:
    task(stub, create=Say(body=create))

    ran = run(shell, stub)

    assert ran.code == 9
    assert said in ran.json["error"]["message"]


@pytest.mark.parametrize(("stated", "seed"), [({}, 7), ({"seed": 8.0}, 8), ({"seed": "8"}, 8), ({"seed": True}, 7)])
def test_a_seed_that_the_task_states_is_recorded_else_the_one_that_was_sent(
    shell: Shell, stub: Stub, stated: dict[str, object], seed: int
) -> None:
    task(stub, done(stub, **stated))

    assert json.dumps(run(shell, stub).json["seed"]) == json.dumps(seed)
