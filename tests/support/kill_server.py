"""The emulator for runs that are killed: counts paid POSTs per prompt and tells how far each prompt has come."""

import io
import json
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

from flux2cli.sandbox.http import Answer, Body, Incoming
from flux2cli.sandbox.server import Sandbox

STAGES = ("start", "POST", "reply", "poll", "result", "download", "downloaded")
"""What can be seen of a run from the server; `start` is the start of the process."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_BY_PATH = (("/status", "poll"), ("/cdn/", "download"), ("/requests/", "result"))


class CountingSandbox(Sandbox):
    """A sandbox whose `posts` counts submits by prompt, read to their last byte, accepted or not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
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

    def answer(self, ask: Incoming) -> Answer:
        """The sandbox's answer, noted before and after."""
        if ask.method == "POST" and ask.path.startswith("/queue/"):
            content = ask.body.read()
            prompt = str(json.loads(content)["prompt"])
            self._mark(prompt, "POST")
            self.posts[prompt] += 1
            said = super().answer(replace(ask, body=Body(io.BytesIO(content), {"content-length": str(len(content))})))
            self._mark(prompt, "reply")
            return said
        found = _ID.search(ask.path)
        job = self.site.jobs.get(found[0]) if found else None
        stage = next((stage for part, stage in _BY_PATH if part in ask.path), None)
        if job is None or stage is None:
            return super().answer(ask)
        prompt = str(job.body["prompt"])
        self._mark(prompt, stage)
        said = super().answer(ask)
        if stage == "download":
            self._mark(prompt, "downloaded")
        return said

    def _mark(self, prompt: str, stage: str) -> None:
        with self._news:
            self._reached[prompt].setdefault(stage, time.monotonic())
            self._news.notify_all()
