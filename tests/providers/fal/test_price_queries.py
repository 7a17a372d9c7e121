"""fal's price requests and their responses, as its platform API has them."""

import json
from typing import Any

import pytest

from flux2cli.providers.fal import api as fal
from flux2cli.providers.fal.routes import ROUTES
from flux2cli.wire import HttpRequest, HttpResponse, PriceQuery, Secret, StatedPrice, Target

MAX, EDIT, DEV = "fal-ai/flux-2-max", "fal-ai/flux-2-max/edit", "fal-ai/flux-2"
KEY = Secret("id:s3cret")


def routes(*endpoints: str) -> list[Any]:
    return [route for route in ROUTES if route.endpoint in endpoints]


def read(body: Any, *endpoints: str, status: int = 200) -> tuple[StatedPrice, ...] | None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    query = PriceQuery(endpoints=endpoints, request=HttpRequest(method="GET", url="https://x"), size=(1024, 1024))
    return fal.stated_prices(HttpResponse(status=status, body=content), query)


def test_one_request_asks_about_several_endpoints_and_takes_the_key() -> None:
    (query,) = fal.price_queries(routes(MAX, EDIT), Target(key=KEY))

    assert query.endpoints == (MAX, EDIT)
    assert (query.size, query.references) == ((1024, 1024), 0)
    assert query.request.method == "GET"
    assert query.request.url == (
        "https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai/flux-2-max&endpoint_id=fal-ai/flux-2-max/edit"
    )
    assert query.request.body is None
    assert query.request.auth == ("Authorization", "Key", KEY)


def test_fifty_endpoints_at_most_are_in_one_request() -> None:
    queries = fal.price_queries([*ROUTES, *ROUTES][:51], Target(key=KEY))

    assert [len(query.endpoints) for query in queries] == [50, 1]


def test_under_a_base_url_the_key_goes_there() -> None:
    (query,) = fal.price_queries(routes(DEV), Target(base="http://127.0.0.1:9/x", key=KEY))

    assert query.request.url == "http://127.0.0.1:9/x/api/v1/models/pricing?endpoint_id=fal-ai/flux-2"
    assert query.request.auth == ("Authorization", "Key", KEY)


def test_prices_per_megapixel_are_read_and_others_are_quoted() -> None:
    """The prices are those that the API gave on 2026-07-22."""
    body = {
        "prices": [
            {"endpoint_id": MAX, "unit_price": 0.07, "unit": "megapixels", "currency": "USD"},
            {"endpoint_id": EDIT, "unit_price": 0.07, "unit": "megapixels", "currency": "USD"},
            {"endpoint_id": DEV, "unit_price": 0.00167, "unit": "compute seconds", "currency": "USD"},
        ],
        "next_cursor": None,
        "has_more": False,
    }

    assert read(body, DEV, MAX, EDIT) == (
        StatedPrice(endpoint=DEV, other="0.00167 USD per compute seconds"),
        StatedPrice(endpoint=MAX, amount="0.07"),
        StatedPrice(endpoint=EDIT, amount="0.07"),
    )


@pytest.mark.parametrize(
    ("row", "stated"),
    [
        ({"unit_price": "0.0024075", "unit": "megapixels"}, StatedPrice(endpoint=DEV, amount="0.0024075")),
        (
            {"unit_price": 0.04, "unit": "images", "currency": "USD"},
            StatedPrice(endpoint=DEV, other="0.04 USD per images"),
        ),
        (
            {"unit_price": 0.04, "unit": "megapixels", "currency": "EUR"},
            StatedPrice(endpoint=DEV, other="0.04 EUR per megapixels"),
        ),
        ({"unit_price": -1, "unit": "megapixels"}, StatedPrice(endpoint=DEV, other="no amount USD per megapixels")),
        ({"unit_price": None, "unit": ["x"]}, StatedPrice(endpoint=DEV, other="no amount USD per ?")),
        (
            {"unit_price": 1, "unit": "a\n" * 100, "currency": {}},
            StatedPrice(endpoint=DEV, other=f"1 ? per {'a ' * 19}a"),
        ),
    ],
)
def test_odd_rows_are_read_as_what_they_say(row: dict[str, Any], stated: StatedPrice) -> None:
    found = read({"prices": [{"endpoint_id": DEV, **row}]}, DEV)

    assert found is not None
    assert [(price.endpoint, price.amount, price.other.rstrip()) for price in found] == [
        (stated.endpoint, stated.amount, stated.other)
    ]


def test_rows_about_other_endpoints_and_second_ones_are_left_out() -> None:
    row = {"unit": "megapixels", "currency": "USD"}
    body = {"prices": [
        {"endpoint_id": DEV, "unit_price": 0.012, **row},
        {"endpoint_id": DEV, "unit_price": 0.5, **row},
        {"endpoint_id": "fal-ai/other", "unit_price": 0.5, **row},
        {"endpoint_id": 7}, "x", None,
    ]}  # fmt: skip

    assert read(body, DEV, MAX) == (StatedPrice(endpoint=DEV, amount="0.012"),)
    assert read({"prices": []}, DEV) == ()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"error": {"type": "not_found", "message": "Endpoint 'x' not found"}}),
        (403, b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"),
        (200, b"<html></html>"),
        (200, {"prices": None}),
        (200, []),
        (500, {"prices": []}),
    ],
)
def test_what_is_no_list_of_prices_is_none(status: int, body: Any) -> None:
    assert read(body, DEV, status=status) is None
