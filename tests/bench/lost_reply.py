"""How often a paid POST is sent when its reply is lost: `python tests/bench/lost_reply.py [--peer PYTHON]`.

A server reads the whole request and then drops the connection, so that the job may well have been accepted. Counted
are the POSTs that arrive until the client gives up. `--install` puts the official Python client of fal into a virtual
environment of its own first, from the package index; `--peer` names a Python that has it already.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.stub import Say, Stub

PEER = "fal-client==1.0.3"
_CALL = """
import os, fal_client, fal_client.client
fal_client.client.QUEUE_URL_FORMAT = os.environ["FLUX2_FAL_URL"] + "/queue/"
fal_client.submit("fal-ai/flux-2/flash", arguments={"prompt": "a fox"})
"""


@dataclass(frozen=True)
class Counted:
    """One client: the POSTs it sent, how it ended, and the seconds it took."""

    client: str
    posts: int
    exit_code: int
    seconds: float


def counted(client: str, argv: list[str], environ: dict[str, str], folder: Path) -> Counted:
    """Run a client against a server that drops every connection after the whole request."""
    with Stub() as server:
        server.on("POST", ".*", Say(drop=True))
        base = {"FAL_KEY": "id:secret", "FLUX2_FAL_URL": server.url}
        began = time.monotonic()
        ran = subprocess.run(argv, env={**environ, **base}, cwd=folder, capture_output=True, check=False, timeout=600)
        return Counted(client, len(server.posts()), ran.returncode, time.monotonic() - began)


def installed(folder: Path) -> str:
    """A Python of its own that has the peer."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    return python


def main() -> int:
    """Count, and print a row of a table for each client."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help=f"install {PEER} from the index, for this run only")
    parser.add_argument("--peer", metavar="PYTHON", help="a Python that has fal-client")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("FAL_", "FLUX2_"))}
        environ |= {f"FLUX2_{kind}_DIR": str(folder / kind.lower()) for kind in ("STATE", "CONFIG", "CACHE")}
        ours = [sys.executable, "-m", "flux2cli", "flash", "a fox"]
        rows = [counted(name, ours, environ, folder) for name in ("flux2 flash", "the same command again")]
        peer = installed(folder / "peer") if given.install else given.peer
        peer = peer or (sys.executable if find_spec("fal_client") else None)
        if peer is not None and shutil.which(peer):
            rows.append(counted("fal_client.submit", [peer, "-c", _CALL], environ, folder))
    print("| client | POSTs of one paid job | exit | seconds |\n|---|---|---|---|")  # noqa: T201
    for row in rows:
        print(f"| {row.client} | {row.posts} | {row.exit_code} | {row.seconds:.1f} |")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
