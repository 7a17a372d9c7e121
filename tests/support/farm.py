"""A provider in fal's protocol where every prompt has its own fate, and every paid request is counted by prompt."""

import json
import threading
from collections import Counter
from typing import Any

from support.images import PNG
from support.stub import Say, Seen, Stub

POLICY = {"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation", "input": "x"}


class Farm:
    """Put in front of a Stub. `fates` maps a prompt to what becomes of its submits, in turn; the last one for ever.

    `ok`, `lost` (the reply), `429`, `422`, `401`, `403-balance`, `moderated`, `failed` (5xx), `late-422`,
    `no-download`, `slow` (0.3 s at the submit).
    """

    def __init__(self, stub: Stub, **fates: list[str]) -> None:
        self.fates: dict[str, list[str]] = dict(fates)
        self.paid: Counter[str] = Counter()
        self.retry_after: str | None = "0"
        self._stub = stub
        self._ends: dict[str, tuple[str, dict[str, Any]]] = {}
        self._lock = threading.Lock()
        stub.on("POST", "/queue/.*", self.submit)
        done = b'data: {"status": "COMPLETED", "logs": []}\n\n'
        stub.on("GET", ".*/status/stream.*", Say(body=done, headers={"Content-Type": "text/event-stream"}))
        stub.on("GET", ".*/status", Say(body={"status": "COMPLETED", "logs": []}))
        stub.on("GET", "/queue/.*/requests/r-.*", self._result)
        stub.on("GET", "/cdn/gone-.*", Say(status=404))
        stub.on("GET", "/cdn/.*", Say(body=PNG))

    @property
    def env(self) -> dict[str, str]:
        return {"FLUX2_FAL_URL": self._stub.url, "FAL_KEY": "id:very-secret"}

    @property
    def prompts(self) -> list[str]:
        """Every prompt that was submitted, in order."""
        return [seen.json["prompt"] for seen in self._stub.posts()]

    def _fate(self, prompt: str) -> str:
        fates = self.fates.get(prompt, ["ok"])
        return fates.pop(0) if len(fates) > 1 else fates[0]

    def submit(self, seen: Seen) -> Say:
        """The answer to a submit."""
        body = seen.json
        prompt = body["prompt"]
        fate = self._fate(prompt)
        match fate:
            case "429":
                headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
                return Say(status=429, body={"detail": "Too many requests"}, headers=headers)
            case "422":
                return Say(
                    status=422, body={"detail": [{"loc": ["body", "prompt"], "msg": "too odd", "type": "value_error"}]}
                )
            case "401":
                return Say(status=401, body={"detail": "Cannot access application. Authentication is required."})
            case "403-balance":
                return Say(status=403, body={"detail": "User is locked. Reason: Exhausted balance."})
        with self._lock:
            self.paid[prompt] += 1
            request_id = f"r-{len(self._ends) + 1}"
            self._ends[request_id] = (fate, body)
        if fate == "lost":
            return Say(drop=True)
        return Say(body={"request_id": request_id}, wait=0.3 if fate == "slow" else 0.0)

    def _result(self, seen: Seen) -> Say:
        request_id = seen.path.rpartition("/")[2]
        fate, body = self._ends[request_id]
        match fate:
            case "moderated":
                return Say(status=422, body={"detail": [POLICY]})
            case "late-422":
                detail = {"loc": ["body", "prompt"], "msg": "too odd", "type": "value_error", "input": "x"}
                return Say(status=422, body={"detail": [detail]})
            case "failed":
                return Say(status=500, body={"detail": "The runner failed.", "error_type": "runner_server_error"})
        name = f"gone-{request_id}.png" if fate == "no-download" else f"{request_id}.png"
        number = int(request_id[2:])
        return Say(body={"images": [{"url": f"{self._stub.url}/cdn/{name}"}], "seed": body.get("seed", 1000 + number)})


def lines(text: str) -> list[Any]:
    """JSONL, parsed."""
    return [json.loads(line) for line in text.splitlines()]
