"""Black Forest Labs: what its replies become, and which addresses the key may go to."""

import json

import pytest
from support.bfl_stub import JOB, created, job, keyed, ready, run, state
from support.shell import Shell
from support.stub import Say, Stub

from flux2cli.providers.bfl import api as bfl
from flux2cli.wire import Accepted, HttpResponse, Secret, Target

OWN = Target(key=Secret("k"))


def test_a_job_is_created_polled_where_it_says_and_saved_without_the_key(shell: Shell, stub: Stub) -> None:
    job(stub, {"id": JOB, "status": "Pending"}, ready(stub))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    poll = ("GET", f"/v1/get_result?id={JOB}&region=eu2", "bfl-secret")
    assert [(seen.method, seen.path, seen.headers.get("x-key")) for seen in stub.seen] == [
        ("POST", "/v1/flux-2-max", "bfl-secret"),
        poll,
        poll,
        poll,
        ("GET", "/delivery/x.png?sig=1", None),
    ]
    assert ran.json["seed"] == 42


def test_credits_become_reported_dollars(shell: Shell, stub: Stub) -> None:
    job(stub, ready(stub))

    ran = run(shell, stub)

    assert (ran.json["cost"]["amount"], ran.json["cost"]["source"]) == ("0.075", "reported")


def test_what_a_job_costs_is_on_record_as_soon_as_it_is_accepted(shell: Shell, stub: Stub) -> None:
    job(stub, ready(stub))

    left = run(shell, stub, "--no-wait")
    listed = shell.run("jobs", "list", "--json").json[0]
    fetched = shell.run("jobs", "fetch", left.json["job_id"], "--json", env=keyed(stub))

    assert (listed["state"], listed["cost"]["amount"], listed["cost"]["source"]) == ("submitted", "0.075", "reported")
    assert (fetched.json["cost"]["amount"], fetched.json["cost"]["source"]) == ("0.075", "reported")


@pytest.mark.parametrize("cost", [None, "free", True, -1, [], "NaN"])
def test_a_cost_that_is_no_price_leaves_the_estimate(shell: Shell, stub: Stub, cost: object) -> None:
    job(stub, ready(stub), create=created(stub, cost=cost))

    ran = run(shell, stub, "-s", "square_hd")

    assert ran.code == 0, ran.err
    assert ran.json["cost"]["source"] == "estimated"


def test_a_fetch_polls_again_for_a_fresh_address(shell: Shell, stub: Stub) -> None:
    job(stub, ready(stub))
    left = run(shell, stub, "--no-wait")

    shell.run("jobs", "fetch", left.json["job_id"], env=keyed(stub))

    assert [seen.path for seen in stub.seen][1:] == [
        f"/v1/get_result?id={JOB}&region=eu2",
        f"/v1/get_result?id={JOB}&region=eu2",
        "/delivery/x.png?sig=1",
    ]


def test_the_task_is_not_found_at_first_and_then_it_is(shell: Shell, stub: Stub) -> None:
    missing = {"id": JOB, "status": "Task not found"}
    job(stub, missing, Say(status=404, body=missing), {"state": "Pending"}, ready(stub))

    assert run(shell, stub).code == 0


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://api.bfl.ai/v1/get_result?id=7b1d",
        "https://api.bfl.ai.evil.example/v1/get_result?id=7b1d",
        "https://api.bfl.ai@evil.example/v1/get_result?id=7b1d",
        "https://evilbfl.ai/v1/get_result?id=7b1d",
        "http://127.0.0.1:9/v1/get_result?id=7b1d",
        "//api.bfl.ai/v1/get_result",
        "file:///etc/passwd",
        7,
    ],
)
def test_a_polling_address_elsewhere_is_refused_and_the_job_is_kept(
    shell: Shell, stub: Stub, elsewhere: object
) -> None:
    job(stub, ready(stub), create=created(stub, polling_url=elsewhere))

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert "it is not followed and gets no key. Job 7b1d is looked for at the usual address" in ran.err
    assert [seen.path for seen in stub.seen][1] == "/v1/get_result?id=7b1d"


def test_a_guessed_address_that_does_not_know_the_job_proves_nothing(shell: Shell, stub: Stub) -> None:
    job(stub, {"status": "Task not found"}, create=created(stub, polling_url="https://evil.example/x"))

    ran = run(shell, stub, "--timeout", "0.5")

    assert (ran.code, ran.json["error"]["code"]) == (124, "timeout")
    assert state(shell) == "submitted", "it may run in another region"


def test_a_polling_address_that_does_not_know_the_job_is_the_end(shell: Shell, stub: Stub) -> None:
    job(stub, {"status": "Task not found"})

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (8, "expired")
    assert state(shell) == "expired"


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://api.bfl.ai/x", True),
        ("https://api.eu2.bfl.ai/v1/get_result?id=1", True),
        ("https://BFL.AI:443/x", True),
        ("https://api.bfl.ai:8443/x", False),
        ("https://user:pass@api.bfl.ai/x", False),
        ("https://api.bfl.ai\\@evil.example/x", False),
        ("https://api.bfl.ai\t.evil.example/x", False),
        ("https://bücher.bfl.ai/x", False),
        ("https://[broken/x", False),
        ("http://127.0.0.1:8787/x", False),
    ],
)
def test_the_key_goes_to_https_hosts_of_bfl(address: str, trusted: bool) -> None:
    assert bfl.trusts(address, OWN) == trusted


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("http://127.0.0.1:8787/bfl/v1/x", True),
        ("http://127.0.0.1:8787/other", True),
        ("https://api.us1.bfl.ai/x", True),
        ("https://127.0.0.1:8787/x", False),
        ("http://127.0.0.1:8788/x", False),
        ("http://127.0.0.1:8787@evil.example/x", False),
    ],
)
def test_the_key_goes_to_the_origin_of_the_users_base(address: str, trusted: bool) -> None:
    assert bfl.trusts(address, Target(base="http://127.0.0.1:8787/bfl", key=Secret("k"))) == trusted


def accepted(url: str, base: str | None = None) -> Accepted:
    reply = HttpResponse(status=200, body=f'{{"id": "7b1d", "polling_url": "{url}"}}'.encode())
    found = bfl.accepted(reply, "flux-2-max", Target(base=base, key=Secret("k")))
    assert found is not None
    return found


def test_a_polling_address_is_kept_relative_to_its_base_and_gets_its_id() -> None:
    assert accepted("https://api.eu2.bfl.ai/v1/get_result?id=7b1d").follow == {
        "status": "https://api.eu2.bfl.ai/v1/get_result?id=7b1d"
    }
    assert accepted("https://api.bfl.ai/v1/get_result?id=7b1d").follow == {"status": "v1/get_result?id=7b1d"}
    assert accepted("https://api.us.bfl.ai/v1/get_result").follow["status"].endswith("/v1/get_result?id=7b1d")
    assert accepted("https://api.us.bfl.ai/v1/r?a=1").follow["status"].endswith("/v1/r?a=1&id=7b1d")
    assert accepted("http://127.0.0.1:5/v1/r?id=7b1d", "http://127.0.0.1:5").follow == {"status": "v1/r?id=7b1d"}


@pytest.mark.parametrize(("stated", "seed"), [(7.0, 7), ("7", 7), (True, None), (None, None)])
def test_a_seed_may_be_stated_as_a_decimal_or_a_text(
    shell: Shell, stub: Stub, stated: object, seed: int | None
) -> None:
    body = ready(stub)
    job(stub, {**body, "result": {**body["result"], "seed": stated}})

    ran = run(shell, stub)

    assert ran.code == 0, ran.err
    assert json.dumps(ran.json["seed"]) == json.dumps(seed)


@pytest.mark.parametrize(
    ("region", "host"),
    [(None, "api.bfl.ai"), ("global", "api.bfl.ai"), ("eu", "api.eu.bfl.ai"), ("us", "api.us.bfl.ai")],
)
def test_a_request_goes_to_the_region_of_the_settings(shell: Shell, region: str | None, host: str) -> None:
    env = {} if region is None else {"FLUX2_BFL_REGION": region}

    ran = shell.run("max", "a fox", "-p", "bfl", "--dry-run", "--json", env=env)

    assert ran.json["url"] == f"https://{host}/v1/flux-2-max"


def test_a_region_that_there_is_not_is_refused(shell: Shell) -> None:
    ran = shell.run("max", "a fox", "-p", "bfl", "--dry-run", env={"FLUX2_BFL_REGION": "moon"})

    assert ran.code == 2
    assert "is not one of global, eu, us" in ran.err
