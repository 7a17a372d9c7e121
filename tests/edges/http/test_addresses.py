"""Addresses of a host: all of them, in their order, and within the time limit whatever the resolver does."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest
from support.raw_server import failure, post
from support.stub import Stub

from flux2cli.edges.http import Http
from flux2cli.edges.http.addresses import addresses_of
from flux2cli.wire import HttpFailure, HttpRequest

STREAM = socket.SOCK_STREAM


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[Any, ...]) -> None:
    real = socket.getaddrinfo

    def found(host: str, port: int, *given: Any, **named: Any) -> list[Any]:
        if host != "queue.example":
            return real(host, port, *given, **named)
        return [(socket.AF_INET, STREAM, 6, "", (*address[:1], port, *address[1:])) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def _silent_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that does not come back before the test is over."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    yield
    over.set()


def test_each_address_comes_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ("fe80::1", 0, 3), ("2001:db8::1", 0, 0), ("192.0.2.1",), ("192.0.2.1",))

    assert addresses_of("queue.example", 443, None) == ["fe80::1%3", "2001:db8::1", "192.0.2.1"]


def test_a_name_that_does_not_resolve_is_a_failed_connection_with_its_reason() -> None:
    with pytest.raises(httpcore.ConnectError) as failed:
        addresses_of("nosuch.invalid", 443, None)

    assert isinstance(failed.value.__context__, socket.gaierror)


def test_a_name_that_cannot_be_one_is_not_sent(http: Http) -> None:
    lost = failure(http.send(HttpRequest(method="GET", url=f"http://{'a' * 64}.example/")))

    assert lost.sent == "no"


@pytest.mark.usefixtures("_silent_resolver")
def test_a_resolver_that_does_not_answer_ends_a_submit_as_not_sent_at_its_deadline(http: Http) -> None:
    assert http.send(post("http://queue.example"), seconds=0.2) == HttpFailure(
        kind="connect",
        sent="no",
        message="no connection to queue.example (the name queue.example was not resolved in time)",
    )


def test_the_next_address_is_tried_when_one_lets_nobody_in(
    http: Http, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, ("127.0.0.2",), ("127.0.0.1",))  # the stub listens at the second alone

    http.send(post(stub.url.replace("127.0.0.1", "queue.example")))

    assert [seen.method for seen in stub.seen] == ["POST"]


def test_all_addresses_together_have_the_time_of_one(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def never(address: tuple[str, int], timeout: float, **_: Any) -> socket.socket:
        tried.append(address[0])
        threading.Event().wait(timeout)
        raise TimeoutError

    resolve_to(monkeypatch, *((f"127.0.0.{n}",) for n in range(1, 200)))
    monkeypatch.setattr(socket, "create_connection", never)

    lost = failure(http.send(post("http://queue.example"), seconds=0.2))

    assert (lost.kind, lost.sent, tried) == ("connect", "no", ["127.0.0.1"])
