"""What every script of a provider has: what it says in each phase of a job, and which phase a request belongs to.

Each job is named after its prompt, so that a request shows whose it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hostile.messages import Request, Response

FOX, OWL = "a fox", "an owl"
"""The prompts of the row that meets faults and of the one that does not."""

JOBS = {FOX: "job-fox", OWL: "job-owl"}
_PROMPTS = {job: prompt for prompt, job in JOBS.items()}


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a request is about: a phase, and the prompt of the job. Where result and status are one, it is `status`."""

    phase: str
    prompt: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """One provider. `place` says what a request is about, `right` is the correct response."""

    name: str
    phases: tuple[str, ...]
    environ: Callable[[str], dict[str, str]]
    place: Callable[[Request], Place]
    right: Callable[[str, str, str], Response]
    own: Mapping[str, Mapping[str, Response]]
    """Error responses in the provider's own JSON: by fault, then by phase."""
    key: str = "a-very-secret-key"


def image_url(url: str, prompt: str) -> str:
    """The URL of the image of a prompt at this server."""
    return f"{url}/images/{JOBS[prompt]}-0.png"


def prompt_in(path: str) -> str:
    """The prompt of the job that a path names."""
    return next(prompt for job, prompt in _PROMPTS.items() if job in path)


def in_both(response: Response) -> dict[str, Response]:
    """The response in the two phases that are one request where the status holds the result."""
    return {"status": response, "result": response}
