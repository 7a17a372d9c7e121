"""BFL's price query in the sandbox: prices for sizes and references, and what it refuses."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.emulated_apis import BflApi, emulated


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        (
            {"model": "flux-2-pro", "width": 1024, "height": 1024},
            {"cost": 3.0, "cost_usd": 0.03, "input_mp": 0.0, "output_mp": 1.0},
        ),
        (
            {"model": "flux-2-max", "width": 2048, "height": 2048, "input_images": [{"width": 1025, "height": 1024}]},
            {"cost": 22.0, "cost_usd": 0.22, "input_mp": 2.0, "output_mp": 4.0},
        ),
        ({"model": "flux-2-pro"}, {"cost": 3.0, "cost_usd": 0.03, "input_mp": 0.0, "output_mp": 1.0}),
    ],
)
def test_it_quotes_credits_dollars_and_megapixels(tmp_path: Path, body: Any, quoted: dict[str, float]) -> None:
    with emulated(BflApi, tmp_path, balance=Decimal(0)) as bfl:
        answer = bfl.http.post("/v1/pricing", json=body)

        assert (answer.status_code, answer.json()) == (200, quoted)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"model": "flux-3", "width": 1, "height": 1}, "model"),
        ({"width": 1, "height": 1}, "model"),
        ([1], "model"),
        ({"model": "flux-2-pro", "width": "wide"}, "width"),
        ({"model": "flux-2-pro", "width": True}, "width"),
        ({"model": "flux-2-pro", "width": -1}, "width"),
        ({"model": "flux-2-pro", "input_images": 1}, "width"),
        ({"model": "flux-2-pro", "input_images": ["x"]}, "width"),
    ],
)
def test_it_refuses_what_has_no_price(tmp_path: Path, body: Any, field: str) -> None:
    with emulated(BflApi, tmp_path) as bfl:
        answer = bfl.http.post("/v1/pricing", json=body)

        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", field]


def test_it_wants_a_key(tmp_path: Path) -> None:
    with emulated(BflApi, tmp_path) as bfl:
        bare = bfl.http.post("/v1/pricing", json={"model": "flux-2-pro"}, headers={"x-key": ""})

        assert (bare.status_code, bare.json()) == (403, {"detail": "Not authenticated"})
