"""Costs as JSON, key by key, and back."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from flux2cli.core.money import cost_documents
from flux2cli.core.money.job_cost import Cost

PRICED = Cost(price_source="https://example.com/prices", price_verified_on="2026-11-20")
COSTS = [
    (
        replace(PRICED, low=Decimal("0.1"), high=Decimal("0.280")),
        ('{"amount": "0.10", "max": "0.28", "currency": "USD", "source": "estimated",'
        ' "price_source": "https://example.com/prices", "price_verified_on": "2026-11-20"}'),
    ),
    (
        Cost(),
        ('{"amount": null, "max": null, "currency": "USD", "source": "estimated",'
        ' "price_source": null, "price_verified_on": null}'),
    ),
    (
        Cost(low=Decimal("0.045"), high=Decimal("0.045"), source="reported", stage="stated"),
        '{"amount": "0.045", "max": "0.045", "currency": "USD", "source": "reported"}',
    ),
    (
        Cost(
            low=Decimal("0.0665"), high=Decimal("0.0665"), source="reported", stage="final",
            billable_units="1", discount=0.05,
        ),
        ('{"amount": "0.0665", "max": "0.0665", "currency": "USD", "source": "reported",'
        ' "billable_units": "1", "discount": 0.05, "price_source": null, "price_verified_on": null}'),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cost", "text"), COSTS)
def test_a_cost_has_the_keys_of_its_stage(cost: Cost, text: str) -> None:
    assert json.dumps(cost_documents.cost_document(cost)) == text
    assert cost_documents.cost_from(json.loads(text)) == cost


def test_an_emptied_cost_is_unknown() -> None:
    assert cost_documents.cost_from({}) == Cost()


def test_a_share_names_the_whole_request_beside_it() -> None:
    cost = replace(PRICED, low=Decimal("0.10"), high=Decimal("0.16"), stage="final")

    assert json.dumps(cost_documents.share_document(cost, cost.share(0, 3))) == (
        '{"amount": "0.033334", "currency": "USD", "source": "estimated", "request_amount": "0.10",'
        ' "request_max": "0.16", "billable_units": null, "discount": null,'
        ' "price_source": "https://example.com/prices", "price_verified_on": "2026-11-20"}'
    )
