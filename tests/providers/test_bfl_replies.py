"""Black Forest Labs: what its replies become, and which addresses the key may go to."""

from typing import Any

import pytest
from support.images import PNG
from support.shell import Ran, Shell
from support.stub import Say, Stub

from flux2cli.providers.bfl import api as bfl
from flux2cli.wire import Accepted, HttpResponse, Secret, Target

JOB = "7b1d"
OWN = Target(key=Secret("k"))


def keyed(stub: Stub) -> dict[str, str]:
    return {"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "bfl-secret"}


def created(stub: Stub, **more: Any) -> Say:
    return Say(body={"id": JOB, "polling_url": f"{stub.url}/v1/get_result?id={JOB}&region=eu2", "cost": 7.5, **more})


def ready(stub: Stub, **more: Any) -> dict[str, Any]:
    result = {"sample": f"{stub.url}/delivery/x.png?sig=1", "prompt": "a fox, in detail", "seed": 42, "duration": 1.5}
    return {"id": JOB, "status": "Ready", "result": result, **more}


def job(stub: Stub, *replies: Any, create: Say | None = None) -> None:
    stub.on("POST", "/v1/flux-2-max", create or created(stub))
    stub.on("GET", "/v1/get_result.*", *[r if isinstance(r, Say) else Say(body=r) for r in replies])
    stub.on("GET", "/delivery/.*", Say(body=PNG, headers={"Content-Type": "image/png"}))


def run(shell: Shell, stub: Stub, *flags: str) -> Ran:
    return shell.run("max", "a fox", "-p", "bfl", *flags, "--json", env=keyed(stub))


def state(shell: Shell) -> str:
    return str(shell.run("jobs", "list", "--json").json[0]["state"])


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


ENDS: list[tuple[dict[str, Any], int, str, str]] = [
    ({"status": "Request Moderated"}, 6, "moderated", "moderation refused the request."),
    (
        {"status": "Content Moderated", "result": None, "details": {"Moderation Reasons": ["Sexual", "Violence"]}},
        6,
        "moderated",
        "moderation refused the image: Sexual, Violence.",
    ),
    ({"status": "Error", "error": "content_policy_violation", "message": "no"}, 6, "moderated", "no."),
    ({"status": "Error", "error": "generation_timeout", "message": "took too long"}, 7, "failed", "took too long."),
    ({"status": "Error", "error": {"code": "internal_error", "message": "boom"}}, 7, "failed", "boom."),
    ({"status": "Error"}, 7, "failed", "Black Forest Labs failed the job."),
    ({"state": "Failed", "details": "boom"}, 7, "failed", "boom."),
    ({"status": "Error", "error": "invalid_image", "message": "not an image"}, 2, "failed", "not an image."),
]


@pytest.mark.parametrize(("reply", "code", "ended", "said"), ENDS)
def test_every_end_has_its_exit_code(
    shell: Shell, stub: Stub, reply: dict[str, Any], code: int, ended: str, said: str
) -> None:
    job(stub, {"id": JOB, **reply})

    ran = run(shell, stub)

    assert ran.code == code
    assert said in ran.json["error"]["message"]
    assert state(shell) == ended
    assert len(stub.posts()) == 1


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


REFUSALS: list[tuple[int, object, int, str, str]] = [
    (401, {"detail": "Not authenticated"}, 3, "rejected the key: Not authenticated.", "flux2 keys list"),
    (403, {"detail": "Not authenticated"}, 3, "rejected the key", "flux2 keys list"),
    (403, {"detail": "Insufficient credits"}, 4, "for lack of credits", "buy credits"),
    (402, {"detail": "Insufficient credits"}, 4, "for lack of credits: Insufficient credits.", "waiting does not help"),
    (422, {"detail": [{"loc": ["body", "width"], "msg": "too small", "type": "x"}]}, 2, "width: too small", ""),
    (422, {"detail": "prompt is missing"}, 2, "prompt is missing", ""),
    (400, {"error": "bad_request", "message": "no prompt", "details": {}}, 2, "no prompt", ""),
    (400, b"", 2, "refused the request with 400.", ""),
    (404, {"detail": "Not Found"}, 2, "Not Found", ""),
    (307, b"", 7, "a redirect, which is not followed", "FLUX2_BFL_URL"),
]


@pytest.mark.parametrize(("status", "body", "code", "said", "hint"), REFUSALS)
def test_a_refusal_at_the_create_ends_it(
    shell: Shell, stub: Stub, status: int, body: object, code: int, said: str, hint: str
) -> None:
    job(stub, create=Say(status=status, body=body, headers={"Location": f"{stub.url}/elsewhere"}))

    ran = run(shell, stub)

    assert ran.code == code
    assert said in ran.json["error"]["message"]
    assert hint in str(ran.json["error"]["hint"])
    assert state(shell) == "rejected"
    assert len(stub.seen) == 1


def test_a_vtrix_key_at_bfl_is_told_as_a_key_that_it_rejects(shell: Shell, stub: Stub) -> None:
    job(stub, create=Say(status=403, body={"detail": "Not authenticated - Invalid Authentication"}))

    ran = shell.run("max", "x", "-p", "bfl", env={"FLUX2_BFL_URL": stub.url, "BFL_API_KEY": "vtrix-key"})

    assert ran.code == 3
    assert "Black Forest Labs rejected the key" in ran.err
    assert "vtrix-key" not in ran.err


def test_too_many_active_jobs_are_waited_for_as_long_as_the_body_says(shell: Shell, stub: Stub) -> None:
    stub.on("POST", ".*", Say(status=429, body={"error": "rate_limit", "retry_after": 0}), created(stub))
    job(stub, ready(stub))

    assert run(shell, stub).code == 0
    assert len(stub.posts()) == 2


def test_a_wait_that_is_too_long_is_5_at_once(shell: Shell, stub: Stub) -> None:
    job(stub, create=Say(status=429, body={"error": "rate_limit", "message": "24 active", "retry_after": 900}))

    ran = run(shell, stub)

    assert (ran.code, ran.json["error"]["code"]) == (5, "rate_limited")
    assert "takes no more jobs until some are finished: 24 active." in ran.json["error"]["message"]
    assert len(stub.seen) == 1


@pytest.mark.parametrize("reply", [Say(body={"polling_url": "x"}), Say(body=b""), Say(status=503), Say(drop=True)])
def test_a_create_without_a_usable_answer_is_unknown_and_not_sent_again(shell: Shell, stub: Stub, reply: Say) -> None:
    job(stub, create=reply)

    assert run(shell, stub).code == 9
    assert len(stub.posts()) == 1
