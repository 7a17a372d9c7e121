"""A request through a SOCKS proxy, over real sockets, and what is refused before a connection is made."""

import socket
from contextlib import closing

import pytest
from support.socks_server import CERTIFICATE, SocksServer
from support.stub import Say, Stub

from flux2cli.edges.http import Http
from flux2cli.errors import NetworkSettingError
from flux2cli.wire import HttpFailure, HttpRequest, HttpResponse

URL = "https://queue.fal.run/fal-ai/flux-2/flash"


@pytest.mark.parametrize("kind", ["socks5", "socks5h"])
@pytest.mark.parametrize("variable", ["ALL_PROXY", "https_proxy"])
def test_a_request_goes_through_a_socks_proxy_which_resolves_the_name(stub: Stub, kind: str, variable: str) -> None:
    stub.on("POST", "/fal-ai/flux-2/flash", Say(body={"request_id": "r-1"}))
    with SocksServer(stub.url) as proxy:
        environ = {variable: f"{kind}://{proxy.address}", "SSL_CERT_FILE": str(CERTIFICATE)}
        with closing(Http(environ)) as http:
            response = http.send(HttpRequest(method="POST", url=URL, body=b"{}", fresh=True))

    assert isinstance(response, HttpResponse)
    assert response.json() == {"request_id": "r-1"}
    assert proxy.asked == ["queue.fal.run:443"]


@pytest.mark.parametrize(
    "environ",
    [{"ALL_PROXY": "ftp://proxy"}, {"HTTPS_PROXY": "://"}, {"SSL_CERT_FILE": "/nope.pem"}, {"SSL_CERT_DIR": "/nope"}],
)
def test_what_cannot_be_used_is_found_without_a_request(environ: dict[str, str]) -> None:
    [variable] = environ
    with closing(Http(environ)) as http:
        with pytest.raises(NetworkSettingError, match=variable):
            http.check(URL)
        with pytest.raises(NetworkSettingError, match=variable):
            http.send(HttpRequest(method="POST", url=URL, body=b"{}", fresh=True))


def test_a_server_on_this_machine_needs_neither_proxy_nor_certificates() -> None:
    environ = {"ALL_PROXY": "ftp://proxy", "SSL_CERT_FILE": "/nope.pem"}
    with closing(Http(environ)) as http:
        http.check("http://127.0.0.1:8787/queue")


def test_a_proxy_that_is_not_there_is_named_by_its_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with closing(Http({"ALL_PROXY": f"socks5h://me:s3cret@{address}"})) as http:
        failure = http.send(HttpRequest(method="POST", url=URL, body=b"{}", fresh=True))

    assert failure == HttpFailure(
        kind="connect",
        sent="no",
        message="no connection to queue.fal.run through the proxy in ALL_PROXY (Connection refused)",
    )


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_proxy_whose_name_does_not_resolve_is_named_and_not_the_host_behind_it(kind: str) -> None:
    with closing(Http({"HTTPS_PROXY": f"{kind}://me:s3cret@nosuch.invalid:3128"})) as http:
        failure = http.send(HttpRequest(method="POST", url=URL, body=b"{}", fresh=True))

    assert failure == HttpFailure(
        kind="unresolvable",
        sent="no",
        message="no connection to queue.fal.run through the proxy in HTTPS_PROXY (the proxy's name does not resolve)",
    )
