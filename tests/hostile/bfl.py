"""Black Forest Labs: the result is in the status."""

from typing import Any

from hostile.messages import Request, Response, response_json
from hostile.pictures import PICTURE
from hostile.scripts import JOBS, Place, Script, image_url, in_both, prompt_in


def _bfl_place(request: Request) -> Place:
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["prompt"])
    phase = "download" if request.path.startswith("/images/") else "status"
    return Place(phase=phase, prompt=prompt_in(request.path))


def _bfl_right(phase: str, prompt: str, url: str) -> Response:
    job = JOBS[prompt]
    match phase:
        case "submit":
            return response_json({"id": job, "polling_url": f"{url}/v1/get_result?id={job}&region=eu2", "cost": 7.0})
        case "status" | "result":
            made = {"sample": image_url(url, prompt), "prompt": prompt, "seed": 5, "duration": 1.5}
            return response_json({"id": job, "status": "Ready", "progress": 1.0, "cost": 7.0, "result": made})
    return PICTURE


def _bfl_status(status: int, word: str, **more: Any) -> Response:
    return response_json({"id": "job-fox", "status": word, "result": None, **more}, status)


BFL = Script(
    name="bfl",
    phases=("submit", "status", "result", "download"),
    environ=lambda url: {"FLUX2_BFL_URL": url, "BFL_API_KEY": "a-very-secret-key"},
    place=_bfl_place,
    right=_bfl_right,
    own={
        "own 401": dict.fromkeys(("submit", "status", "result"), response_json({"detail": "Not authenticated"}, 401)),
        "own 404": {
            "submit": response_json({"detail": "Not Found"}, 404),
            **in_both(_bfl_status(404, "Task not found")),
        },
        "own 422": {
            "submit": response_json({"detail": [{"loc": ["body", "prompt"], "msg": "no", "type": "value_error"}]}, 422),
            **in_both(_bfl_status(422, "Error", details={"error": "no"})),
        },
        "own failure": in_both(_bfl_status(200, "Error", details={"error": "no"})),
        "own moderation": in_both(_bfl_status(200, "Content Moderated", details={"Moderation Reasons": ["no"]})),
        "error in a 200": dict.fromkeys(("submit", "status", "result"), response_json({"errors": ["no"]})),
    },
)
