"""What a well-behaved provider says in each phase of a job, and which phase a request belongs to.

Each job is named after its prompt, so that a request shows whose it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hostile.messages import Request, Response, response_json
from hostile.pictures import PICTURE

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


def _image(url: str, prompt: str, number: int = 0) -> str:
    return f"{url}/images/{JOBS[prompt]}-{number}.png"


def _prompt_in(path: str) -> str:
    """The prompt of the job that a path names."""
    return next(prompt for job, prompt in _PROMPTS.items() if job in path)


# --- fal: a queue with a stream of events, and uploads in two requests


def _fal_place(request: Request) -> Place:
    path = request.path
    if path.startswith("/rest/"):
        return Place(phase="upload", prompt=FOX)
    if request.method == "PUT":
        return Place(phase="put", prompt=FOX)
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["prompt"])
    if path.startswith("/images/"):
        return Place(phase="download", prompt=_prompt_in(path))
    ends = {"/status/stream?logs=1": "stream", "/status": "status"}
    return Place(phase=next((ends[end] for end in ends if path.endswith(end)), "result"), prompt=_prompt_in(path))


def _fal_right(phase: str, prompt: str, url: str) -> Response:
    root = f"{url}/queue/fal-ai/flux-2-max/requests/{JOBS[prompt]}"
    done = {"status": "COMPLETED", "logs": [{"message": "done"}], "metrics": {"inference_time": 1.5}}
    match phase:
        case "upload":
            return response_json({"upload_url": f"{url}/place/fox", "file_url": f"{url}/files/fox.png", "size": 1})
        case "put":
            return Response()
        case "submit":
            urls = {"status_url": f"{root}/status", "response_url": root, "cancel_url": f"{root}/cancel"}
            queued = {"request_id": JOBS[prompt], "status": "IN_QUEUE", "queue_position": 0, "logs": None, **urls}
            return response_json(queued, x_fal_request_id=JOBS[prompt])
        case "stream":
            event = response_json(done).body
            return Response(200, b"data: " + event + b"\n\n", {"Content-Type": "text/event-stream"})
        case "status":
            return response_json(done)
        case "result":
            image = {"url": _image(url, prompt), "width": 16, "height": 16, "content_type": "image/png"}
            body: dict[str, object] = {"images": [image], "seed": 5, "prompt": prompt, "timings": {"inference": 1.5},
                    "has_nsfw_concepts": [False]}  # fmt: skip
            return response_json(body, x_fal_billable_units="1.0")
    return PICTURE


def _fal_detail(status: int, kind: str) -> Response:
    return response_json({"detail": [{"loc": ["body", "prompt"], "msg": "no", "type": kind}]}, status)


_FAL_401 = response_json({"detail": "No user found for Key ID and Secret"}, 401)
_FAL_404 = response_json({"status": "NOT_FOUND"}, 404)
_FAL_PATH = response_json({"detail": "Path /flux-2-max not found"})

FAL = Script(
    name="fal",
    phases=("upload", "put", "submit", "stream", "status", "result", "download"),
    environ=lambda url: {"FLUX2_FAL_URL": url, "FAL_KEY": "id:a-very-secret-key"},
    place=_fal_place,
    right=_fal_right,
    own={
        "own 401": dict.fromkeys(("upload", "submit", "status", "result"), _FAL_401),
        "own 404": {
            "submit": response_json({"detail": 'Application "flux-2-max" not found'}, 404),
            "status": _FAL_404, "result": _FAL_404,
        },
        "own 422": {"submit": _fal_detail(422, "value_error"), "result": _fal_detail(422, "value_error")},
        "own failure": {
            "status": response_json({"status": "COMPLETED", "error": "no", "error_type": "runner_server_error"}),
            "result": _fal_detail(500, "internal_server_error"),
        },
        "own moderation": {"result": _fal_detail(422, "content_policy_violation")},
        "error in a 200": dict.fromkeys(("upload", "submit", "status", "result"), _FAL_PATH),
    },
)  # fmt: skip


# --- Black Forest Labs: the result is in the status


def _bfl_place(request: Request) -> Place:
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["prompt"])
    phase = "download" if request.path.startswith("/images/") else "status"
    return Place(phase=phase, prompt=_prompt_in(request.path))


def _bfl_right(phase: str, prompt: str, url: str) -> Response:
    job = JOBS[prompt]
    match phase:
        case "submit":
            return response_json({"id": job, "polling_url": f"{url}/v1/get_result?id={job}&region=eu2", "cost": 7.0})
        case "status" | "result":
            made = {"sample": _image(url, prompt), "prompt": prompt, "seed": 5, "duration": 1.5}
            return response_json({"id": job, "status": "Ready", "progress": 1.0, "cost": 7.0, "result": made})
    return PICTURE


def _bfl_status(status: int, word: str, **more: Any) -> Response:
    return response_json({"id": "job-fox", "status": word, "result": None, **more}, status)


def _both(response: Response) -> dict[str, Response]:
    """The response in the two phases that are one request."""
    return {"status": response, "result": response}


BFL = Script(
    name="bfl",
    phases=("submit", "status", "result", "download"),
    environ=lambda url: {"FLUX2_BFL_URL": url, "BFL_API_KEY": "a-very-secret-key"},
    place=_bfl_place,
    right=_bfl_right,
    own={
        "own 401": dict.fromkeys(("submit", "status", "result"), response_json({"detail": "Not authenticated"}, 401)),
        "own 404": {"submit": response_json({"detail": "Not Found"}, 404), **_both(_bfl_status(404, "Task not found"))},
        "own 422": {
            "submit": response_json({"detail": [{"loc": ["body", "prompt"], "msg": "no", "type": "value_error"}]}, 422),
            **_both(_bfl_status(422, "Error", details={"error": "no"})),
        },
        "own failure": _both(_bfl_status(200, "Error", details={"error": "no"})),
        "own moderation": _both(_bfl_status(200, "Content Moderated", details={"Moderation Reasons": ["no"]})),
        "error in a 200": dict.fromkeys(("submit", "status", "result"), response_json({"errors": ["no"]})),
    },
)


# --- Vtrix: the result is in the task


def _vtrix_place(request: Request) -> Place:
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["input"][0]["params"]["prompt"])
    phase = "download" if request.path.startswith("/images/") else "status"
    return Place(phase=phase, prompt=_prompt_in(request.path))


def _vtrix_right(phase: str, prompt: str, url: str) -> Response:
    task = {"id": JOBS[prompt], "model": "flux_2_max", "created_at": 1795197000, "progress": 0.5}
    match phase:
        case "submit":
            return response_json({**task, "status": "in_progress"})
        case "status" | "result":
            output = [{"content": [{"type": "image", "url": _image(url, prompt)}]}]
            usage = {"cost": "0.0665", "discount": 0.05, "quantity": 1}
            return response_json({**task, "status": "completed", "seed": 5, "output": output, "usage": usage})
    return PICTURE


def _vtrix_error(status: int, text: str) -> Response:
    return response_json({"error": {"code": "002014001", "message": text}}, status)


def _vtrix_failed(text: str) -> Response:
    return response_json({"id": "job-fox", "status": "failed", "error": {"code": 2014, "error_message": text}})


VTRIX = Script(
    name="vtrix",
    phases=("submit", "status", "result", "download"),
    environ=lambda url: {"FLUX2_VTRIX_URL": url, "VTRIX_API_KEY": "a-very-secret-key"},
    place=_vtrix_place,
    right=_vtrix_right,
    own={
        "own 401": dict.fromkeys(("submit", "status", "result"), _vtrix_error(401, "no such key")),
        "own 404": {"submit": _vtrix_error(404, "no such model"), **_both(_vtrix_error(404, "no such task"))},
        "own 422": {"submit": _vtrix_error(422, "no such field")},
        "own failure": _both(_vtrix_failed("out of memory")),
        "own moderation": _both(_vtrix_failed("content_policy_violation")),
        "error in a 200": dict.fromkeys(("submit", "status", "result"), _vtrix_error(200, "no")),
    },
)

SCRIPTS = {script.name: script for script in (FAL, BFL, VTRIX)}
