"""The document beside an image: every field of it, literally."""

from dataclasses import replace
from decimal import Decimal

from support.ledger_files import FOX

from flux2cli import __version__
from flux2cli.core.images.image import Image
from flux2cli.core.job.recorded_input import Input
from flux2cli.core.job.sidecar import sidecar
from flux2cli.core.money.job_cost import Cost
from flux2cli.wire import Result

IMAGE = Image(index=1, sha256="ab" * 32, bytes=1234, media_type="image/png", width=640, height=480, nsfw=False)
JOB = replace(
    FOX,
    request_id="r-1",
    payload={"prompt": "a fox", "seed": 7},
    inputs=(Input(name="photo.png", sha256="cd" * 32, bytes=9, width=3, height=2, media_type="image/png"),),
    row_id="hero", row_key="k1", row_root="/out",
    row_source="../rows.csv", given={"prompt": "a fox"}, label="art", meta={"scene": "night"}, warnings=("odd",),
    result=Result(images=(), seed=8, prompt="a red fox", timings={"inference": 0.5}),
)  # fmt: skip
COST = Cost(
    low=Decimal("0.01"), high=Decimal("0.01"), stage="final", price_source="https://x.example/p",
    price_verified_on="2026-03-01",
)  # fmt: skip


def test_the_whole_document() -> None:
    made = sidecar(JOB, IMAGE, file="fox.png", cost=COST, count=2, saved_at="2026-03-01T10:00:09.000Z")

    cost = made.pop("cost")
    assert made == {
        "schema": "flux2cli/sidecar/1",
        "provider": "fal",
        "variant": "flash",
        "endpoint": "fal-ai/flux-2/flash",
        "mode": "text",
        "job_id": "foxfox22",
        "request_id": "r-1",
        "created_at": "2026-03-01T10:00:00.000Z",
        "prompt": "a fox",
        "effective_prompt": "a red fox",
        "seed": 8,
        "given": {"prompt": "a fox"},
        "payload": {"prompt": "a fox", "seed": 7},
        "payload_sha256": "0" * 64,
        "request_key": "fox",
        "inputs": [
            {
                "name": "photo.png", "sha256": "cd" * 32, "bytes": 9, "width": 3, "height": 2,
                "media_type": "image/png", "url": None,
            }
        ],
        "row": {"id": "hero", "key": "k1", "source": "../rows.csv"},
        "label": "art",
        "meta": {"scene": "night"},
        "image": {
            "file": "fox.png",
            "sha256": "ab" * 32,
            "bytes": 1234,
            "media_type": "image/png",
            "width": 640,
            "height": 480,
            "index": 1,
            "nsfw": False,
        },
        "timings": {
            "submitted_at": "2026-03-01T10:00:00.000Z",
            "saved_at": "2026-03-01T10:00:09.000Z",
            "provider": {"inference": 0.5},
        },
        "warnings": ["odd"],
        "sandbox": False,
        "tool": {"name": "flux2cli", "version": __version__},
    }  # fmt: skip
    assert isinstance(cost, dict)
    assert cost["amount"] == "0.005", "its share"


def test_what_is_not_known_is_null() -> None:
    made = sidecar(FOX, IMAGE, file="fox.png", cost=Cost(), count=2, saved_at="2026-03-01T10:00:09.000Z")

    assert made["seed"] == 7
    assert (made["effective_prompt"], made["request_id"], made["row"], made["label"]) == (None, None, None, None)
    assert (made["inputs"], made["meta"], made["warnings"]) == ([], {}, [])
    assert made["timings"] == {
        "submitted_at": "2026-03-01T10:00:00.000Z", "saved_at": "2026-03-01T10:00:09.000Z", "provider": {}
    }  # fmt: skip
