"""The emulator for runs that are killed: counts paid POSTs per prompt and tells how far each prompt has come."""

import io
import json
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

from flux2cli.providers.registry import routes
from flux2cli.runs.sandbox import emulators
from flux2cli.sandbox.http import RequestBody, ServerRequest, ServerResponse
from flux2cli.sandbox.server import Sandbox

STAGES = ("start", "POST", "reply", "poll", "result", "download", "downloaded")
"""What can be seen of a run from the server; `start` is the start of the process."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_BY_PATH = (("/status", "poll"), ("/cdn/", "download"), ("/requests/", "result"))


class CountingSandbox(Sandbox):
    """A sandbox whose `posts` counts submits by prompt, read to their last byte, accepted or not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(emulators=emulators(), routes=routes(), **options)
        self.posts: Counter[str] = Counter()
        self._reached: dict[str, dict[str, float]] = defaultdict(dict)
        self._news = threading.Condition()

    def forget(self, prompt: str) -> None:
        """A new run of this prompt begins."""
        with self._news:
            self._reached[prompt].clear()

    def reached(self, prompt: str) -> dict[str, float]:
        """When the prompt's run reached each stage, by `time.monotonic`."""
        with self._news:
            return dict(self._reached[prompt])

    def wait_for(self, prompt: str, stage: str, seconds: float) -> bool:
        """Whether the prompt's run reaches the stage in that time."""
        with self._news:
            return self._news.wait_for(lambda: stage in self._reached[prompt], seconds)

    def respond(self, request: ServerRequest) -> ServerResponse:
        """The sandbox's response, noted before and after."""
        if request.method == "POST" and request.path.startswith("/queue/"):
            content = request.body.read()
            prompt = str(json.loads(content)["prompt"])
            self._mark(prompt, "POST")
            self.posts[prompt] += 1
            response = super().respond(
                replace(request, body=RequestBody(io.BytesIO(content), {"content-length": str(len(content))}))
            )
            self._mark(prompt, "reply")
            return response
        found = _ID.search(request.path)
        job = self.state.jobs.get(found[0]) if found else None
        stage = next((stage for part, stage in _BY_PATH if part in request.path), None)
        if job is None or stage is None:
            return super().respond(request)
        prompt = str(job.body["prompt"])
        self._mark(prompt, stage)
        response = super().respond(request)
        if stage == "download":
            self._mark(prompt, "downloaded")
        return response

    def _mark(self, prompt: str, stage: str) -> None:
        with self._news:
            self._reached[prompt].setdefault(stage, time.monotonic())
            self._news.notify_all()
