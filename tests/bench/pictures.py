"""What an emulated image costs the server: `python tests/bench/pictures.py [--images 100] [--size 1024x768]`.

The emulator runs in a process of its own. A client sends what `flux2` sends for an image: a submit, the stream of
events, the result, the download. Shown are milliseconds of the server's CPU per image, the least of some rounds, and
the mean of the images' bytes.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from support import plain_http
from support.sandbox_rig import AT_ONCE, KEY, new_sandbox, png

_ROUNDS = 5
_EMPTY = {"width": 64, "height": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A kind of request: its endpoint at fal and its body, but for the seed and a number after the prompt."""

    name: str
    endpoint: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds of CPU per image, and the mean of the images' bytes."""

    milliseconds: float
    size: int


class Server:
    """The process of the emulator, and a client of it."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, http: httpx.Client) -> None:
        self._process, self.url, self._http = process, url, http
        self._seed = 0

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Self]:
        """One that runs until the end of the block."""
        argv = [sys.executable, __file__, "--serve"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            url = process.stdout.readline().strip()
            with plain_http.client(base_url=url, headers={"Authorization": f"Key {KEY}"}, timeout=60) as http:
                yield cls(process, url, http)
            process.stdin.close()

    def cpu(self) -> float:
        """Seconds of CPU that the process has taken up to now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(file=self._process.stdin, flush=True)  # any line asks
        return float(self._process.stdout.readline())

    def image(self, case: Case) -> bytes:
        """A new image: another prompt and seed each time."""
        self._seed += 1
        body = {**case.body, "prompt": f"{case.body['prompt']} {self._seed}", "seed": self._seed}
        said = self._http.post(f"/queue/{case.endpoint}", json=body).raise_for_status()
        job = said.json()
        self._http.get(f"{job['status_url']}/stream").raise_for_status()
        made = self._http.get(job["response_url"]).raise_for_status().json()
        return plain_http.get(made["images"][0]["url"]).content

    def cost(self, case: Case, images: int) -> Cost:
        """What an image of this case costs: the least of some rounds, since what else the machine does adds to it."""
        self.image(case)
        rounds, size = [], 0
        for _ in range(_ROUNDS):
            began = self.cpu()
            size = sum(len(self.image(case)) for _ in range(images)) // images
            rounds.append((self.cpu() - began) / images)
        return Cost(milliseconds=min(rounds) * 1000, size=size)


def serve() -> None:
    """Run the emulator; print its address, then the seconds of CPU for each line on stdin, until it is closed."""
    import time

    with tempfile.TemporaryDirectory() as folder, new_sandbox(Path(folder), latency=AT_ONCE) as server:
        print(server.url, flush=True)  # noqa: T201 - how the parent learns it
        for _ in sys.stdin:
            print(time.process_time(), flush=True)  # noqa: T201


def cases(width: int, height: int) -> Sequence[Case]:
    """The formats, and images with references."""
    fox = {"prompt": "a fox in the snow, digital art, golden hour"}
    size = {"image_size": {"width": width, "height": height}}
    photo = "data:image/png;base64," + base64.b64encode(png(width, height)).decode()
    return (
        *(
            Case(name=kind, endpoint="fal-ai/flux-2/flash", body={**fox, **size, "output_format": kind})
            for kind in ("png", "jpeg", "webp")
        ),
        Case(
            name="png, a prompt in Chinese", endpoint="fal-ai/flux-2/flash", body={**size, "prompt": "雪中的狐狸" * 8}
        ),
        Case(
            name="png, an edit of two images",
            endpoint="fal-ai/flux-2/flash/edit",
            body={**fox, **size, "image_urls": [photo, photo]},
        ),
        Case(
            name="png, outpainted by a quarter",
            endpoint="fal-ai/flux-2-pro/outpaint",
            body={"prompt": "", "image_url": photo, "expand_left": width // 4},
        ),
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=40, help=f"of each kind, in each of {_ROUNDS} rounds")
    parser.add_argument("--size", default="1024x768", metavar="WxH")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return serve()
    width, height = map(int, given.size.split("x"))
    print(f"| {given.size} | CPU an image | bytes |\n| --- | ---: | ---: |")  # noqa: T201
    with Server.started() as server:
        for case in cases(width, height):
            cost = server.cost(case, given.images)
            print(f"| {case.name} | {cost.milliseconds:.1f} ms | {cost.size:,} |", flush=True)  # noqa: T201
    return None


if __name__ == "__main__":
    main()
