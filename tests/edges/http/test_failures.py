"""What the wire did, told apart: not sent, sent and lost, answered. Over real sockets."""

import socket
import struct

from support.raw_server import failure, one_connection, post
from support.stub import Say, Stub

from flux2cli.edges.http import Http


def speak_plainly(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.0 400 no\r\n\r\n")
    connection.recv(65536)


def cut_short(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_refused_connection_was_not_sent(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    found = failure(http.send(post(f"http://127.0.0.1:{port}")))

    assert (found.kind, found.sent) == ("connect", "no")
    assert "hidden" not in found.message


def test_a_connection_dropped_after_the_whole_body_was_sent(http: Http) -> None:
    found = failure(http.send(post(one_connection(lambda c: c.recv(65536)))))

    assert (found.kind, found.sent) == ("broken", "yes")


def test_a_connection_dropped_in_the_middle_of_the_body_was_not_sent(http: Http) -> None:
    found = failure(http.send(post(one_connection(cut_short), b"x" * 20_000_000)))

    assert found.sent == "no"


def test_a_reply_that_breaks_off_was_sent(http: Http) -> None:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    assert failure(http.send(post(one_connection(behave)))).sent == "yes"


def test_a_name_that_does_not_resolve(http: Http) -> None:
    found = failure(http.send(post("https://nosuch.invalid")))

    assert (found.kind, found.sent) == ("unresolvable", "no")
    assert found.message == "the name nosuch.invalid does not resolve"


def test_what_speaks_no_tls_is_not_sent_to(http: Http) -> None:
    address = one_connection(speak_plainly)

    found = failure(http.send(post(address.replace("http:", "https:"))))

    assert found.sent == "no"


def test_a_download_that_breaks_off_is_a_failure(http: Http, stub: Stub) -> None:
    stub.on("GET", ".*", Say(body=b"abc", length=10))

    assert failure(http.download(stub.url, lambda _: None)).kind == "broken"
