"""BFL's price requests and their responses, with the fields of its SDK."""

import json
from typing import Any

import pytest

from flux2cli.providers.bfl import api as bfl
from flux2cli.providers.bfl.routes import ROUTES
from flux2cli.wire import HttpResponse, Secret, StatedPrice, Target

KEY = Secret("s3cret")
PRO = [route for route in ROUTES if route.endpoint == "flux-2-pro"]


def read(body: Any, status: int = 200) -> tuple[StatedPrice, ...] | None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    (query, *_) = bfl.price_queries(PRO, Target())
    return bfl.stated_prices(HttpResponse(status=status, body=content), query)


def test_three_requests_show_the_first_megapixel_a_further_one_and_a_reference() -> None:
    queries = bfl.price_queries(PRO, Target(key=KEY))

    assert [json.loads(query.request.body or b"") for query in queries] == [
        {"model": "flux-2-pro", "width": 1024, "height": 1024},
        {"model": "flux-2-pro", "width": 2048, "height": 1024},
        {
            "model": "flux-2-pro",
            "width": 1024,
            "height": 1024,
            "input_images": [{"width": 1024, "height": 1024}],
        },
    ]
    assert [(query.size, query.references) for query in queries] == [
        ((1024, 1024), 0),
        ((2048, 1024), 0),
        ((1024, 1024), 1),
    ]
    for query in queries:
        assert query.endpoints == ("flux-2-pro",)
        assert (query.request.method, query.request.url) == ("POST", "https://api.bfl.ai/v1/pricing")
        assert query.request.auth == ("x-key", "", KEY)


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ({"cost": 3.0, "cost_usd": 0.03, "output_mp": 1.0, "input_mp": 0.0}, "0.03"),
        ({"cost": 4.5}, "0.045"),
        ({"cost": 4.5, "cost_usd": None}, "0.045"),
        ({"cost": 0, "cost_usd": 0}, "0"),
    ],
)
def test_the_dollars_are_read_or_else_the_credits(body: dict[str, Any], amount: str) -> None:
    assert read(body) == (StatedPrice(endpoint="flux-2-pro", amount=amount),)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"detail": "Not Found"}),
        (422, {"detail": [{"loc": ["body", "model"], "msg": "no", "type": "value_error"}]}),
        (200, {"cost": "much"}),
        (200, {"cost_usd": -1}),
        (200, [1]),
        (200, b"<html></html>"),
    ],
)
def test_what_has_no_price_is_none(status: int, body: Any) -> None:
    assert read(body, status) is None
