"""How long after a job is finished on the server flux2 asks for the result, and has it saved. On loopback.

    python tests/bench/finished_to_requested.py [RUNS]

Prints medians in milliseconds over RUNS single jobs (default 30), each in a process of its own.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
FINISHED: list[float] = []
REQUESTED: list[float] = []


class Handler(BaseHTTPRequestHandler):
    """fal's queue for one job at a time, which takes 300 ms."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Accept."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(b'{"request_id": "r"}')

    def do_GET(self) -> None:
        """Stream, result, image."""
        if "/stream" in self.path:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b'data: {"status": "IN_PROGRESS", "logs": null}\n\n')
            threading.Event().wait(0.3)
            FINISHED.append(time.monotonic())
            self.wfile.write(b'data: {"status": "COMPLETED", "logs": null}\n\n')
            self.close_connection = True
        elif self.path.startswith("/queue"):
            REQUESTED.append(time.monotonic())
            host = self.headers["Host"]
            self._say(b'{"images": [{"url": "http://%s/a.png"}], "seed": 1}' % host.encode())
        else:
            self._say(PNG)

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def main(runs: int) -> None:
    """Run and print."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as scratch:
        environ = {
            **os.environ,
            "FLUX2_STATE_DIR": f"{scratch}/state",
            "FLUX2_CONFIG_DIR": f"{scratch}/config",
            "FLUX2_FAL_URL": f"http://127.0.0.1:{server.server_address[1]}",
            "FAL_KEY": "a:b",
        }
        for _ in range(runs):
            subprocess.run(
                [sys.executable, "-m", "flux2cli", "flash", "a fox", "-q", "-o", f"{scratch}/out/"],
                env=environ,
                check=True,
                capture_output=True,
            )
    server.shutdown()
    asked = [(b - a) * 1000 for a, b in zip(FINISHED, REQUESTED, strict=True)]
    sys.stdout.write(f"finished -> result requested: median {statistics.median(asked):.1f} ms, ")
    sys.stdout.write(f"most {max(asked):.1f} ms over {runs} runs\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 30)
