"""Drives the unmodified fal provider of `huggingface_hub` against a sandbox. Prints one JSON object.

Arguments: the sandbox's address, an image file. Each image is told by its size. The library asks the hub which endpoint
a model has; its own table for local tests answers instead.
"""

import json
import sys
from pathlib import Path
from typing import Any

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import InferenceProviderMapping
from huggingface_hub.inference._providers import PROVIDERS
from huggingface_hub.inference._providers._common import HARDCODED_MODEL_INFERENCE_MAPPING

LORA = "someone/flux2-lora"


def mapping(model: str, endpoint: str, task: str, **more: str) -> InferenceProviderMapping:
    return InferenceProviderMapping(
        provider="fal-ai", hf_model_id=model, providerId=endpoint, status="live", task=task, **more
    )


def point_at(base: str) -> None:
    """Change the hosts of both kinds of task, and nothing else about them."""
    for task, path in (("text-to-image", "run"), ("image-to-image", "queue")):
        PROVIDERS["fal-ai"][task].base_url = f"{base}/{path}"


def failure(call: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    try:
        call(*args, **kwargs)
    except HfHubHTTPError as error:
        return {"status": error.response.status_code, "detail": error.response.json()["detail"]}
    return {}


def main(base: str, photo: str) -> None:
    known = HARDCODED_MODEL_INFERENCE_MAPPING["fal-ai"]
    known["dev"] = mapping("dev", "fal-ai/flux-2", "text-to-image")
    known[LORA] = mapping(LORA, "fal-ai/flux-2/lora", "text-to-image", adapterWeightsPath="lora.safetensors")
    known["edit"] = mapping("edit", "fal-ai/flux-2/edit", "image-to-image")
    point_at(base)
    client = InferenceClient(provider="fal-ai", api_key="id:secret")
    said: dict[str, Any] = {
        "plain": client.text_to_image("a fox", model="dev", seed=7).size,
        "sized": client.text_to_image(
            "a fox", model="dev", width=512, height=768, num_inference_steps=20, guidance_scale=3.0
        ).size,
        "lora": client.text_to_image("a fox", model=LORA).size,
        "edit": client.image_to_image(Path(photo), "at night", model="edit").size,
        "edit_sized": client.image_to_image(
            Path(photo), "at night", model="edit", target_size={"width": 640, "height": 512}
        ).size,
        "refused": failure(client.text_to_image, "a fox", model="dev", num_inference_steps=999),
        "no_key": failure(InferenceClient(provider="fal-ai", api_key="wrong").text_to_image, "a fox", model="dev"),
    }
    sys.stdout.write(json.dumps(said))


main(*sys.argv[1:])
