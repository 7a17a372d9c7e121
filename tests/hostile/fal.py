"""fal: a queue with a stream of events, and uploads in two requests."""

from hostile.messages import Request, Response, response_json
from hostile.pictures import PICTURE
from hostile.scripts import FOX, JOBS, Place, Script, image_url, prompt_in


def _fal_place(request: Request) -> Place:
    path = request.path
    if path.startswith("/rest/"):
        return Place(phase="upload", prompt=FOX)
    if request.method == "PUT":
        return Place(phase="put", prompt=FOX)
    if request.method == "POST":
        return Place(phase="submit", prompt=request.json["prompt"])
    if path.startswith("/images/"):
        return Place(phase="download", prompt=prompt_in(path))
    ends = {"/status/stream?logs=1": "stream", "/status": "status"}
    return Place(phase=next((ends[end] for end in ends if path.endswith(end)), "result"), prompt=prompt_in(path))


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
            image = {"url": image_url(url, prompt), "width": 16, "height": 16, "content_type": "image/png"}
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
