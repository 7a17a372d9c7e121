"""A provider in fal's protocol of whose rows 5 % meet a fault, in a process of its own: `python faulty_server.py`.

Which fault a row meets is drawn from its prompt, so that a run can be repeated. `GET /counts` has the submits by prompt
that made a job, the most for one prompt, and the faults that struck.
"""

import asyncio
import json
import random
from collections import Counter
from contextlib import AbstractContextManager
from typing import ClassVar

from zero_server import Provider, serve, served

FAULTS = ("429", "503", "lost", "moderated", "page", "failed", "cut", "gone", "odd", "reset")
"""A submit that is turned away twice, or once without a request id, or whose reply is lost; a refusal; a page in place
of status and result once; a job that fails; a download that is cut off once or is not there once; a result with values
that cannot be; a poll whose connection breaks."""

_PAGE = b"<html><title>Blocked</title>"


class Faulty(Provider):
    """One connection. What is counted and which job has which fault is shared by all."""

    jobs: ClassVar[Counter[str]] = Counter()
    struck: ClassVar[Counter[str]] = Counter()
    tries: ClassVar[Counter[str]] = Counter()
    fates: ClassVar[dict[str, str]] = {}

    def reply(self, method: bytes, path: str, body: bytes) -> None:
        """Reply to one request as the fault of its row has it, if it has one."""
        if path == "/counts":
            found = {"jobs": sum(self.jobs.values()), "most": max(self.jobs.values(), default=0), "struck": self.struck}
            self.send(said(200, json.dumps(found).encode(), b"application/json"))
        elif method == b"POST":
            self._submit(body)
        else:
            self._follow(path)

    def _submit(self, body: bytes) -> None:
        prompt = json.loads(body)["prompt"]
        dice = random.Random(prompt)
        fate = dice.choice(FAULTS) if dice.random() < 0.05 else ""
        self.tries[prompt] += 1
        if (fate == "429" and self.tries[prompt] <= 2) or (fate == "503" and self.tries[prompt] == 1):
            self._strike(fate)
            self.send(said(int(fate), b'{"detail": "later"}', b"application/json", b"Retry-After: 0\r\n"))
            return
        if fate == "moderated":
            self._strike(fate)
            detail = [{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}]
            self.send(said(422, json.dumps({"detail": detail}).encode(), b"application/json"))
            return
        self.jobs[prompt] += 1
        if fate == "lost":
            self._strike(fate)
            self.hang_up()
            return
        number = f"{len(self.fates):08d}"
        self.fates[number] = fate
        follow = f"{self.base}/queue/fal-ai/flux-2/requests/{number}-0000-4000-8000-000000000000"
        document = {"request_id": follow[-36:], "status": "IN_QUEUE", "response_url": follow,
                    "status_url": f"{follow}/status", "cancel_url": f"{follow}/cancel"}  # fmt: skip
        self.send(said(200, json.dumps(document).encode(), b"application/json"))

    def _follow(self, path: str) -> None:
        number = path.split("?")[0].replace("/status", "").replace("/stream", "").removesuffix(".png")[-36:-28]
        fate = self.fates.get(number, "")
        place = "image" if path.startswith("/cdn/") else "status" if "/status" in path else "result"
        self.tries[f"{number} {place}"] += 1
        first = self.tries[f"{number} {place}"] == 1
        match fate, place:
            case ("page", "status" | "result") if first:
                self._strike(fate)
                self.send(said(409, _PAGE, b"text/html"))
            case ("reset", "status") if first:
                self._strike(fate)
                self.hang_up()
            case ("failed", "result"):
                self._strike(fate)
                body = {"detail": "Runner server error", "error_type": "runner_server_error"}
                self.send(said(500, json.dumps(body).encode(), b"application/json"))
            case ("odd", "result"):
                self._strike(fate)
                image = {"url": f"{self.base}/cdn/{number}-0000-4000-8000-000000000000.png", "width": 1e30}
                text = json.dumps({"images": [image], "seed": "7", "timings": {"a": float("nan")}, "prompt": "data: x"})
                self.send(said(200, text.encode(), b"application/json", b"x-fal-billable-units: 1e999999999\r\n"))
            case ("cut", "image") if first:
                self._strike(fate)
                self.send(said(200, self.image, b"image/png")[:-20])
                self.hang_up()
            case ("gone", "image") if first:
                self._strike(fate)
                self.send(said(503, b"", b"text/plain"))
            case _:
                super().reply(b"GET", path, b"")

    def _strike(self, fate: str) -> None:
        self.struck[fate] += 1


def said(status: int, body: bytes, kind: bytes, more: bytes = b"") -> bytes:
    """A response as bytes."""
    head = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (status, kind, len(body), more)
    return head + body


def faulty_server() -> AbstractContextManager[str]:
    """The address of one that runs until the end of the block."""
    return served(__file__)


if __name__ == "__main__":
    asyncio.run(serve(8, Faulty))
