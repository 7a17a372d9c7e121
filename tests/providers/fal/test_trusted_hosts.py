"""Where fal's key may go: fal's own https hosts, or the base that the user set; nowhere else."""

import pytest

from flux2cli.providers.fal import api as fal
from flux2cli.wire import HttpResponse, Secret, Target, UploadPlace

OWN = Target(key=Secret("id:secret"))
BASE = Target(base="http://127.0.0.1:8787", key=Secret("id:secret"))


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://queue.fal.run/fal-ai/flux-2/requests/r", True),
        ("https://fal.run/x", True),
        ("https://eu.queue.fal.run/x", True),
        ("https://queue.falrun.com/x", True),
        ("https://rest.fal.ai/storage", True),
        ("https://api.fal.ai/v1/models", True),
        ("https://QUEUE.FAL.RUN:443/x", True),
        ("http://queue.fal.run/x", False),
        ("https://queue.fal.run:8443/x", False),
        ("https://queue.fal.run.evil.example/x", False),
        ("https://evilfal.run/x", False),
        ("https://user@queue.fal.run/x", False),
        ("https://queue.fal.run@evil.example/x", False),
        ("https://evil.example/queue.fal.run", False),
        ("https://v3.fal.media/files/a.png", False),
        ("https://rest.fal.ai.evil.example/x", False),
        ("https://other.fal.ai/x", False),
        ("//queue.fal.run/x", False),
        ("https://[broken/x", False),
        ("https://evil.example\\.fal.run/x", False),
        ("https://queue.fal\n.run/x", False),
        ("https://queue.f\u0430l.run/x", False),
        ("http://127.0.0.1:8787/queue/x", False),
    ],
)
def test_fals_own_hosts_are_trusted_and_lookalikes_are_not(address: str, trusted: bool) -> None:
    assert fal.trusts(address, OWN) == trusted


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("http://127.0.0.1:8787/queue/x", True),
        ("http://127.0.0.1:87870/queue/x", False),
        ("http://127.0.0.1:8787.evil.example/x", False),
        ("https://queue.fal.run/x", False),
    ],
)
def test_with_a_base_of_the_users_only_that_is_trusted(address: str, trusted: bool) -> None:
    assert fal.trusts(address, BASE) == trusted


def test_a_follow_up_on_a_foreign_host_carries_no_key() -> None:
    call = fal.poll({"status": "https://evil.example/status"}, OWN)

    assert call.auth is None


def test_an_upload_place_must_be_https_or_under_the_base() -> None:
    def place(put_url: str, target: Target) -> object:
        return fal.uploaded(
            HttpResponse(
                status=200, body=b'{"upload_url": "%b", "file_url": "https://v3.fal.media/a"}' % put_url.encode()
            ),
            target,
        )

    assert place("https://storage.example/put?sig=1", OWN) is not None
    assert place("http://storage.example/put", OWN) is None
    assert place("http://127.0.0.1:8787/cdn/put", BASE) is not None
    assert place("http://127.0.0.1:9999/cdn/put", BASE) is None
    assert fal.put(UploadPlace(put_url="https://s.example/x", file_url="y"), "image/png", b"").auth is None
