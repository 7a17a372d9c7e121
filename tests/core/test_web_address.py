"""Addresses that can be asked for over http(s), and all others."""

import pytest

from flux2cli.core.web_address import complaint_about


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a.png",
        "HTTP://x.example",
        "http://127.0.0.1:8787/cdn/a.png?x=1#y",
        "https://me:pw@x.example:8443/a",
        "https://[::1]/a.png",
        "https://füchslein.example/狐.png",
        "https://x.example/a b.png",
    ],
)
def test_an_address_that_can_be_asked_for(url: str) -> None:
    assert complaint_about(url) is None


@pytest.mark.parametrize(
    ("url", "clause"),
    [
        ("", "is not one of http(s)"),
        ("a.png", "is not one of http(s)"),
        ("/a.png", "is not one of http(s)"),
        ("//x.example/a.png", "is not one of http(s)"),
        ("file:///etc/passwd", "is not one of http(s)"),
        ("ftp://x.example/a.png", "is not one of http(s)"),
        ("javascript:alert(1)", "is not one of http(s)"),
        ("https://", "has no host"),
        ("https:///a.png", "has no host"),
        ("https://x.example:0/", "has the port 0"),
        ("https://x.example:99999/", "cannot be read"),
        ("https://x.example:port/", "cannot be read"),
        ("https://[::1/a.png", "cannot be read"),
        ("https://x example/a.png", "has a blank in its host"),
        ("https://x.example/a\r\nHost: y", "has control characters in it"),
        ("https://x.example/a\tb.png", "has control characters in it"),
    ],
)
def test_an_address_that_cannot(url: str, clause: str) -> None:
    assert complaint_about(url) == clause
