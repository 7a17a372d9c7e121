"""How long after a job is finished on the server flux2 asks for the result, and has the image saved. On loopback.

    python tests/bench/finished_to_requested.py [RUNS]

Prints medians in milliseconds over RUNS single jobs (default 30), each in a process of its own. Saved is when the
image got its name, beside its sidecar; file systems note that to some 4 ms.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

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
            FINISHED.append(time.time())
            self.wfile.write(b'data: {"status": "COMPLETED", "logs": null}\n\n')
            self.close_connection = True
        elif self.path.startswith("/queue"):
            REQUESTED.append(time.time())
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
        saved = [one_job(Path(scratch) / f"{number}", environ) for number in range(runs)]
    server.shutdown()
    say("result requested", REQUESTED)
    say("image saved", saved)


def one_job(folder: Path, environ: dict[str, str]) -> float:
    """Make one image; the second in which it got its name."""
    argv = [sys.executable, "-m", "flux2cli", "flash", "a fox", "-q", "-o", f"{folder}/"]
    subprocess.run(argv, env=environ, check=True, capture_output=True)
    (image,) = folder.glob("*.png")
    return image.stat().st_ctime


def say(what: str, reached: Sequence[float]) -> None:
    """Print how long after the end of the job that was."""
    waits = [(b - a) * 1000 for a, b in zip(FINISHED, reached, strict=True)]
    sys.stdout.write(f"finished -> {what}: median {statistics.median(waits):.1f} ms, ")
    sys.stdout.write(f"most {max(waits):.1f} ms over {len(waits)} runs\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 30)
