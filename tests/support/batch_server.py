"""The emulator for batches that are killed: faults by dice, and how often each prompt was paid for."""

import random
import threading
from collections import Counter
from dataclasses import replace
from typing import Any

from flux2cli.providers.registry import routes
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.http import ServerRequest, ServerResponse
from flux2cli.sandbox.server import Sandbox


class FaultySandbox(Sandbox):
    """Turns 10 % of submits away, loses the replies of 2 %, moderates 2 %, and breaks 5 % of the downloads."""

    def __init__(self, *, seed: int, **options: Any) -> None:
        super().__init__(emulators=emulators(), routes=routes(), **options)
        self.struck: Counter[str] = Counter()
        self.made = 0
        self._dice = random.Random(seed)
        self._lock = threading.Lock()

    @property
    def paid(self) -> Counter[str]:
        """Jobs that were made, by prompt."""
        return Counter(_prompt_of(job.body) for job in self.state.jobs.since(0.0))

    def respond(self, request: ServerRequest) -> ServerResponse:
        rule, _ = self.match(request)
        with self._lock:
            fault = self._fault(rule.kind if rule else "")
            if fault is not None:
                self.struck[fault] += 1
            if rule and rule.kind.endswith(".submit") and fault != "429":
                self.made += 1
        if fault is None:
            return super().respond(request)
        return super().respond(replace(request, headers={**request.headers, "x-flux2-fault": fault}))

    def _fault(self, kind: str) -> str | None:
        roll = self._dice.random()
        if kind.endswith(".submit"):
            return "429" if roll < 0.10 else "lost-reply" if roll < 0.12 else "moderated" if roll < 0.14 else None
        return "broken-download" if kind.endswith(".image") and roll < 0.05 else None


def _prompt_of(body: Any) -> str:
    """Vtrix wraps its fields."""
    inner = body.get("input", body)
    return str(inner["prompt"])
