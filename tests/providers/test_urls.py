"""URLs that responses give, read strictly: what could mean two hosts means none."""

import pytest

from flux2cli.providers.urls import is_https_at, may_carry, split
from flux2cli.wire import ApiKey, Secret

HOSTS = ("fal.run", "*.fal.media")


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://fal.run/a", True),
        ("https://FAL.run:443/a", True),
        ("https://v3.fal.media/a", True),
        ("https://a.b.fal.media/a", True),
        ("https://fal.media/a", False),
        ("https://evilfal.media/a", False),
        ("https://x.fal.run/a", False),
        ("https://fal.run.evil.example/a", False),
        ("https://fal.run:8443/a", False),
        ("http://fal.run/a", False),
        ("https://user@fal.run/a", False),
        ("https://fal.run\\@evil.example/a", False),
        ("https://evil.example#@fal.run", False),
        ("//fal.run/a", False),
        ("", False),
    ],
)
def test_which_hosts_are_trusted(url: str, trusted: bool) -> None:
    assert is_https_at(url, HOSTS) is trusted


@pytest.mark.parametrize(
    "url",
    ["https://a b.example", "https://a.example/\n", "https://a.example\\b", "https://ä.example", "https://:p@a.example",
     "https://a.example:0/", "https://a.example:99999/", "https://[::1/"],
)  # fmt: skip
def test_what_has_more_than_one_meaning_has_none(url: str) -> None:
    assert split(url) is None


KEY = ApiKey(Secret("k"), owner="X", hosts=("api.x.example", "*.eu.x.example"), base=None)
BASED = ApiKey(Secret("k"), owner="X", hosts=("api.x.example",), base="http://127.0.0.1:8787/x")


@pytest.mark.parametrize(
    ("key", "url", "allowed"),
    [
        (KEY, "https://api.x.example/v1", True),
        (KEY, "https://API.X.EXAMPLE:443/v1", True),
        (KEY, "https://a.b.eu.x.example/", True),
        (KEY, "https://eu.x.example/", False),
        (KEY, "https://other.api.x.example/", False),
        (KEY, "http://api.x.example/v1", False),
        (KEY, "https://api.x.example:8443/", False),
        (KEY, "https://api.x.example.evil.example/", False),
        (KEY, "https://api.x.example@evil.example/", False),
        (KEY, "https://evil.example\\.eu.x.example/", False),
        (KEY, "http://127.0.0.1:8787/x", False),
        (KEY, "nonsense", False),
        (BASED, "http://127.0.0.1:8787/x/v1", True),
        (BASED, "http://127.0.0.1:8787/other", True),
        (BASED, "https://api.x.example/v1", True),
        (BASED, "http://127.0.0.1:8788/x", False),
        (BASED, "https://127.0.0.1:8787/x", False),
        (BASED, "http://localhost:8787/x", False),
        (Secret("k"), "http://127.0.0.1:5/", True),
        (Secret("k"), "http://[::1]:5/", True),
        (Secret("k"), "https://api.x.example/", False),
    ],
)
def test_a_key_goes_to_its_own_hosts_and_to_the_server_of_its_base(key: Secret, url: str, allowed: bool) -> None:
    assert may_carry(key, url) == allowed
