"""Costs as JSON documents, and back: one form for the ledger's rows, for sidecars and for stdout.

The order of the keys and the text of amounts are part of the form. What an older version did not write reads as None.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flux2cli.catalog.pricing import money
from flux2cli.core.money.job_cost import Cost, CostStage
from flux2cli.providers.amounts import amount_of

Document = dict[str, object]
"""A JSON object."""


def cost_document(cost: Cost) -> Document:
    """A cost: amounts as decimal text, null when unknown. What its stage cannot know is not in it."""
    document: Document = {
        "amount": money(cost.low),
        "max": money(cost.high),
        "currency": "USD",
        "source": cost.source,
    }
    if cost.stage == "final":
        document |= {"billable_units": cost.billable_units, "discount": cost.discount}
    if cost.stage != "stated":
        document |= {"price_source": cost.price_source, "price_verified_on": cost.price_verified_on}
    return document


def share_document(cost: Cost, share: Decimal | None) -> Document:
    """One image's share of a request's final cost."""
    return {
        "amount": money(share),
        "currency": "USD",
        "source": cost.source,
        "request_amount": money(cost.low),
        "request_max": money(cost.high),
        "billable_units": cost.billable_units,
        "discount": cost.discount,
        "price_source": cost.price_source,
        "price_verified_on": cost.price_verified_on,
    }


def cost_from(document: Mapping[str, Any]) -> Cost:
    """The cost that a document holds."""
    stage: CostStage = "stated"
    if "price_source" in document or not document:
        stage = "final" if "billable_units" in document else "estimate"
    return Cost(
        low=amount_of(document.get("amount")),
        high=amount_of(document.get("max")),
        source=document.get("source", "estimated"),
        stage=stage,
        billable_units=document.get("billable_units"),
        discount=document.get("discount"),
        price_source=document.get("price_source"),
        price_verified_on=document.get("price_verified_on"),
    )
