"""A provider of fal that takes uploads, scripted."""

from pathlib import Path

from PIL import Image

from support.images import PNG
from support.stub import Say, Seen, Stub


def picture(path: Path, size: tuple[int, int] = (640, 480), color: str = "navy") -> Path:
    Image.new("RGB", size, color).save(path)
    return path


def script(stub: Stub) -> dict[str, str]:
    """fal as api documents describe it: uploads, queue, stream, result; the environment that leads there."""
    numbers = iter(range(1, 10))

    def initiate(_: Seen) -> Say:
        n = next(numbers)
        return Say(body={"upload_url": f"{stub.url}/cdn/put/{n}?sig=abc", "file_url": f"{stub.url}/cdn/files/{n}.png"})

    stub.on("POST", "/rest/.*", initiate)
    stub.on("PUT", "/cdn/put/.*", Say(status=200))
    stub.on("POST", "/queue/.*", Say(body={"request_id": "r-1"}))
    stub.on("GET", ".*/status.*", Say(body={"status": "COMPLETED", "logs": []}))
    stub.on("GET", "/queue/.*", Say(body={"images": [{"url": f"{stub.url}/cdn/a.png"}], "seed": 5}))
    stub.on("GET", "/cdn/a.png", Say(body=PNG))
    return {"FLUX2_FAL_URL": stub.url, "FAL_KEY": "id:secret"}
