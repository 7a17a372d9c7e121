"""Where the key of every provider goes, and where it never does."""

import pytest
from support.provider_contract import APIS, NAMES

from flux2cli.providers.interface import Provider
from flux2cli.providers.urls import bound_key, may_carry
from flux2cli.wire import HttpRequest, HttpResponse, Secret, Target

apis = pytest.mark.parametrize("api", APIS, ids=NAMES)
BASE = "http://127.0.0.1:8787"


def own_hosts(api: Provider) -> list[str]:
    return [host.replace("*", "region-1") for host in api.INFO.key_hosts]


def target(api: Provider, base: str | None = None) -> Target:
    return Target(base=base, key=bound_key(api.INFO, Secret("k"), base))


def requests(api: Provider, place: Target) -> list[HttpRequest]:
    """Everything that a provider asks with its key."""
    follow = api.lookup("some/endpoint", "request-1")
    optional = (api.stream(follow, place), api.cancel(follow, place), api.history("e", "2026-01-01T00:00:00Z", place))
    asked = [
        api.submit("some/endpoint", {}, place),
        api.poll(follow, place),
        api.result(follow, place),
        api.check_key(place),
        *[request for request in optional if request is not None],
    ]
    return [*asked, api.upload("a.png", "image/png", place)] if api.INFO.uploads else asked


@apis
def test_its_own_hosts_are_trusted_by_https_only(api: Provider) -> None:
    place = target(api)

    for host in own_hosts(api):
        assert api.trusts(f"https://{host}/x", place)
        assert api.trusts(f"https://{host.upper()}:443/x", place)
        assert not api.trusts(f"http://{host}/x", place)
        assert not api.trusts(f"https://{host}:8443/x", place)
        assert not api.trusts(f"https://user:pass@{host}/x", place)


@apis
def test_lookalikes_are_not_trusted(api: Provider) -> None:
    place = target(api)

    for host in own_hosts(api):
        for address in (
            f"https://{host}.evil.example/x",
            f"https://evil{host.replace('region-1.', '')}/x",
            f"https://{host}@evil.example/x",
            f"https://evil.example/{host}",
            f"https://evil.example\\.{host}/x",
            f"https://{host}\t.evil.example/x",
            f"//{host}/x",
            f"https://b\u00fccher.{host}/x",
            "https://[broken/x",
            f"{BASE}/x",
        ):
            assert not api.trusts(address, place), address


@apis
def test_with_a_base_url_its_server_is_trusted_and_no_other_that_looks_like_it(api: Provider) -> None:
    place = target(api, BASE)

    assert api.trusts(f"{BASE}/x", place)
    assert not api.trusts("http://127.0.0.1:87870/x", place)
    assert not api.trusts("http://127.0.0.1:8787.evil.example/x", place)
    assert not api.trusts("http://127.0.0.1:8787@evil.example/x", place)


@apis
@pytest.mark.parametrize("base", [None, BASE])
def test_every_request_takes_the_key_and_where_the_engine_lets_it_go(api: Provider, base: str | None) -> None:
    place = target(api, base)

    for request in requests(api, place):
        assert request.auth is not None
        assert request.auth[2] is place.key
        assert may_carry(request.auth[2], request.url)
        assert request.url.startswith(base or "https://")


@apis
def test_without_a_key_nothing_is_added(api: Provider) -> None:
    assert all(request.auth is None for request in requests(api, Target()))


@apis
def test_a_follow_up_elsewhere_carries_no_key(api: Provider) -> None:
    follow = dict.fromkeys(api.lookup("some/endpoint", "r"), "https://evil.example/x")

    for request in (api.poll(follow, target(api)), api.result(follow, target(api))):
        assert request.auth is None or not request.url.startswith("https://evil.example")


@apis
def test_only_the_submit_costs_money_and_it_goes_out_on_a_connection_of_its_own(api: Provider) -> None:
    submit, *free = requests(api, target(api))

    assert (submit.method, submit.fresh) == ("POST", True)
    assert not any(request.fresh for request in free)


@apis
def test_the_check_of_a_key_only_reads(api: Provider) -> None:
    assert api.check_key(target(api)).method == "GET"
    assert api.check_key(target(api)).body is None


@apis
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"{}", "accepted"),
        (401, b"", "rejected"),
        (403, b"", "rejected"),
        (402, b"Your balance is too low", "no-balance"),
        (403, b"Exhausted balance", "no-balance"),
        (500, b"", "undecided"),
        (302, b"", "undecided"),
        (429, b"", "undecided"),
    ],
)
def test_what_a_response_says_about_the_key(api: Provider, status: int, body: bytes, kind: str) -> None:
    assert api.key_verdict(HttpResponse(status=status, body=body)).kind == kind
