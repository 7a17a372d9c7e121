"""Vtrix: the result is in the task."""

from hostile.messages import Request, Response, response_json
from hostile.pictures import PICTURE
from hostile.scripts import JOBS, Place, Script, image_url, in_both, prompt_in


def _vtrix_place(request: Request) -> Place:
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["input"][0]["params"]["prompt"])
    phase = "download" if request.path.startswith("/images/") else "status"
    return Place(phase=phase, prompt=prompt_in(request.path))


def _vtrix_right(phase: str, prompt: str, url: str) -> Response:
    task = {"id": JOBS[prompt], "model": "flux_2_max", "created_at": 1795197000, "progress": 0.5}
    match phase:
        case "submit":
            return response_json({**task, "status": "in_progress"})
        case "status" | "result":
            output = [{"content": [{"type": "image", "url": image_url(url, prompt)}]}]
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
        "own 404": {"submit": _vtrix_error(404, "no such model"), **in_both(_vtrix_error(404, "no such task"))},
        "own 422": {"submit": _vtrix_error(422, "no such field")},
        "own failure": in_both(_vtrix_failed("out of memory")),
        "own moderation": in_both(_vtrix_failed("content_policy_violation")),
        "error in a 200": dict.fromkeys(("submit", "status", "result"), _vtrix_error(200, "no")),
    },
)
