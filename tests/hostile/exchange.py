"""One request that is met by a fault, and what a fault can do to its connection."""

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hostile.messages import Response
from hostile.scripts import Script

_PAUSE = 0.02
"""Seconds between two pieces of a response that drips."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request in a phase, the connection that it came on, and the response that would be right."""

    connection: socket.socket
    script: Script
    phase: str
    url: str
    right: Response
    wait_out: Callable[[], None]
    """Lets the client's time pass, for responses that never end."""

    def send(self, response: Response) -> None:
        """Send a whole response."""
        self.send_bytes(response.content)

    def send_bytes(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(content)

    def close(self) -> None:
        """End the connection in order."""
        self.connection.close()

    def reset(self) -> None:
        """End the connection by a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def drip(self, *, first: bytes, again: bytes) -> None:
        """Send the first bytes at once and the others until the client goes away, 8 s at most."""
        self.send_bytes(first)
        for number in range(400):
            self.send_bytes(again)
            threading.Event().wait(_PAUSE)
            if number == 1:
                self.wait_out()
        self.close()
