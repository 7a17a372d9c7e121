"""Drives the unmodified `fal-client` against a sandbox; run as a script because it changes addresses in that module.

Prints one JSON object. Arguments: the sandbox's address, an image file.
"""

import json
import sys
from pathlib import Path
from typing import Any

import fal_client
import fal_client.client as client


def point_at(base: str) -> None:
    client.RUN_URL_FORMAT = f"{base}/run/"
    client.QUEUE_URL_FORMAT = f"{base}/queue/"
    client.REST_URL = f"{base}/rest"
    client.CDN_URL = f"{base}/cdn"


def failure(call: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    try:
        call(*args, **kwargs)
    except fal_client.FalClientHTTPError as error:
        return {"status": error.status_code, "detail": error.response.json()["detail"]}
    return {}


def main(base: str, picture: str) -> None:
    point_at(base)
    fal = fal_client.SyncClient(key="id:secret")
    updates: list[Any] = []
    said: dict[str, Any] = {}
    said["subscribe"] = fal.subscribe(
        "fal-ai/flux-2", {"prompt": "a fox", "seed": 7}, with_logs=True, on_queue_update=updates.append
    )
    said["updates"] = list(dict.fromkeys(type(update).__name__ for update in updates))
    said["logs"] = [line["message"] for line in updates[-1].logs]
    handle = fal.submit("fal-ai/flux-2/flash", {"prompt": "a fox", "seed": 7, "output_format": "jpeg"})
    said["status"] = type(handle.status()).__name__
    said["events"] = list(dict.fromkeys(type(event).__name__ for event in handle.iter_events(with_logs=True)))
    said["result"] = handle.get()
    said["by_id"] = fal.result("fal-ai/flux-2/flash", handle.request_id)
    said["run"] = fal.run("fal-ai/flux-2-max", {"prompt": "a fox", "seed": 7})
    waiting = fal.submit("fal-ai/flux-2", {"prompt": "a fox"})
    waiting.cancel()
    said["cancelled"] = failure(waiting.get)
    said["upload"] = fal.upload_file(Path(picture))
    said["upload_older"] = fal.upload(b"bytes", "text/plain", "note.txt", repository="fal")
    data = Path(picture).read_bytes()
    said["upload_parts"] = client.MultipartUpload.save(
        client=fal._get_cdn_client(), token_manager=fal._token_manager, file_name="p.png", data=data, chunk_size=100
    )
    edit = {"prompt": "at night", "image_urls": [said["upload"], said["upload_parts"]]}
    said["edit"] = fal.subscribe("fal-ai/flux-2-max/edit", edit)
    said["refused"] = failure(fal.subscribe, "fal-ai/flux-2/flash", {"prompt": "a fox", "num_images": 9})
    said["bad_image"] = failure(
        fal.subscribe, "fal-ai/flux-2/flash/edit", {"prompt": "x", "image_urls": [said["upload_older"]]}
    )
    sys.stdout.write(json.dumps(said))


main(*sys.argv[1:])
