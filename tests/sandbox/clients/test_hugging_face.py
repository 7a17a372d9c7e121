"""The fal provider of huggingface_hub 2.4.0."""

from pathlib import Path

from support.official_clients import CALLS, PYTHON, drive, with_python_clients
from support.sandbox_rig import AT_ONCE, png, running


@with_python_clients
def test_images_edits_and_errors(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(600, 300))
    with running(tmp_path / "state", latency=AT_ONCE, keys=frozenset({"id:secret"})) as rig:
        said = drive([str(PYTHON), str(CALLS / "hugging_face_calls.py"), rig.server.url, str(photo)])

        assert said["plain"] == [1024, 768]
        assert said["sized"] == [512, 768]
        assert said["lora"] == [1024, 768]
        assert said["edit"] == [1456, 720]
        assert said["edit_sized"] == [640, 512]
        assert said["refused"]["status"] == 422
        assert said["refused"]["detail"][0]["loc"] == ["body", "num_inference_steps"]
        assert said["no_key"] == {"status": 401, "detail": "No user found for Key ID and Secret"}
        assert rig.server.leaks == []
