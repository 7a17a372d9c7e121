"""Replies that never end, in each part of a response: `Say.drip` for a stub."""

from support.stub import Say

DRIPS = {
    "status line": (b"", b"H"),
    "1xx": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\n \r\n",
    ),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n", b" "),
}


def drip(part: str) -> Say:
    """The reply of which this part never ends."""
    return Say(drip=DRIPS[part])
