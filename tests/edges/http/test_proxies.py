"""Which proxy a URL goes through, and that its handshake does not count as sent."""

import pytest
from support.raw_server import failure, one_connection, post

from flux2cli.edges.http import Http, proxy_for
from flux2cli.edges.http.proxies import Proxy
from flux2cli.errors import NetworkSettingError


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://queue.fal.run/x", {}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ("https://queue.fal.run/x", {"https_proxy": "proxy:3128"}, "http://proxy:3128"),
        ("https://queue.fal.run/x", {"ALL_PROXY": "socks5://proxy"}, "socks5://proxy"),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "fal.run"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "a.b, .fal.run"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "no_proxy": "*"}, None),
        ("https://queue.fal.run/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "al.run"}, "http://proxy"),
        ("https://queue.fal.run:444/x", {"HTTPS_PROXY": "http://proxy", "NO_PROXY": "fal.run:443"}, "http://proxy"),
        ("http://127.0.0.1:8787/x", {"HTTP_PROXY": "http://proxy"}, None),
        ("http://localhost:8787/x", {"ALL_PROXY": "http://proxy"}, None),
        ("http://[::1]:8787/x", {"HTTP_PROXY": "http://proxy"}, None),
    ],
)
def test_the_proxy_for_an_address(url: str, environ: dict[str, str], proxy: str | None) -> None:
    found = proxy_for(url, environ)

    assert (found and found.url) == proxy


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("ftp://me:s3cret@proxy", "it begins with `ftp://`, and proxies are http, https, socks5 or socks5h"),
        ("socks4://proxy", "it begins with `socks4://`, and proxies are http, https, socks5 or socks5h"),
        ("://", "it begins with `://`, and proxies are http, https, socks5 or socks5h"),
        ("http://", "it has no host"),
        ("socks5h://:1080", "it has no host"),
        ("http://proxy:port", "its port is no number up to 65535, or its host cannot be read"),
        ("http://proxy:99999", "its port is no number up to 65535, or its host cannot be read"),
        ("http://[::1:3128", "its port is no number up to 65535, or its host cannot be read"),
        ("proxy:0", "its port is 0"),
        ('"http://proxy:3128"', "it has quotes around it"),
        ("http://my proxy:3128", "it has blanks or control characters inside"),
    ],
)
@pytest.mark.parametrize("variable", ["ALL_PROXY", "https_proxy"])
def test_a_proxy_that_cannot_be_used_is_an_error_and_never_left_out(variable: str, value: str, reason: str) -> None:
    with pytest.raises(NetworkSettingError) as found:
        proxy_for("https://queue.fal.run/x", {variable: value})

    assert found.value.message == f"The proxy in {variable} cannot be used: {reason}."


def test_a_proxy_that_is_not_used_is_not_looked_at() -> None:
    assert proxy_for("https://queue.fal.run/x", {"HTTPS_PROXY": "ftp://proxy", "NO_PROXY": "fal.run"}) is None


def test_blanks_around_a_proxy_do_not_count() -> None:
    assert proxy_for("https://fal.run", {"HTTPS_PROXY": " http://proxy:3128\n"}) == Proxy(
        url="http://proxy:3128", variable="HTTPS_PROXY"
    )
    assert proxy_for("https://fal.run", {"HTTPS_PROXY": " "}) is None


def test_a_proxys_own_handshake_does_not_count_as_sent() -> None:
    proxy = one_connection(lambda c: c.recv(65536))

    proxied = Http({"HTTPS_PROXY": proxy})

    found = failure(proxied.send(post("https://queue.fal.run")))

    proxied.close()
    assert found.sent == "no"
