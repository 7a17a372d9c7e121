"""URLs that responses give, read strictly: what could mean two hosts means none."""

import pytest

from flux2cli.providers.urls import is_https_at, split

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
