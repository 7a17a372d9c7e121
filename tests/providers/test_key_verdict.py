"""What a status says about a key."""

import pytest

from flux2cli.providers.key_verdict import by_status
from flux2cli.wire import HttpResponse, KeyVerdict


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, b"", KeyVerdict(kind="accepted")),
        (401, b"", KeyVerdict(kind="rejected")),
        (403, b"", KeyVerdict(kind="rejected")),
        (403, b"Exhausted Balance", KeyVerdict(kind="no-balance")),
        (402, b"no balance left", KeyVerdict(kind="no-balance")),
        (402, b"", KeyVerdict(kind="undecided", detail="HTTP 402")),
        (500, b"balance", KeyVerdict(kind="undecided", detail="HTTP 500")),
    ],
)
def test_a_status_is_a_verdict(status: int, body: bytes, verdict: KeyVerdict) -> None:
    assert by_status(HttpResponse(status=status, body=body)) == verdict
