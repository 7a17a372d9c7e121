"""What is written beside an image and in the ledger about its cost: values in, JSON objects out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flux2cli import __version__
from flux2cli.core.job.job import Job
from flux2cli.core.money.cost import Estimate, Pixels, dollars, estimate, money, shares
from flux2cli.providers.registry import by_endpoint

SCHEMA = "flux2cli/sidecar/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One image as it came: its bytes' hash, length in bytes, media type and size in pixels."""

    index: int
    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    nsfw: bool | None = None


def request_cost(job: Job, outputs: Sequence[Pixels | None]) -> dict[str, object]:
    """What the whole request came to: reported by the provider, else the price table on the sizes that came.

    `amount` and `max` differ when the size of an input is not known. Decimal text; null when unknown, never 0.
    """
    result = job.result or {}
    reported = dollars(result.get("reported_cost"))
    if reported is None and (job.cost or {}).get("source") in ("reported", "sandbox"):  # told when it was accepted
        reported = dollars((job.cost or {}).get("amount"))
    by_table = _by_table(job, outputs)
    source = "sandbox" if job.sandbox else "reported" if reported is not None else "estimated"
    usage = result.get("usage")
    return {
        "amount": money(by_table.low if reported is None else reported),
        "max": money(by_table.high if reported is None else reported),
        "currency": "USD",
        "source": source,
        "billable_units": result.get("billable_units"),
        "discount": usage.get("discount") if isinstance(usage, Mapping) else None,
        "price_source": by_table.price.source if by_table.price else None,
        "price_verified_on": by_table.price.verified_on if by_table.price else None,
    }


def _by_table(job: Job, outputs: Sequence[Pixels | None]) -> Estimate:
    route = by_endpoint(job.provider, job.endpoint)
    if route is None:
        return Estimate(low=None, high=None, price=None)
    return estimate(route, outputs=outputs, inputs=[_size(item) for item in job.inputs])


def _size(item: Mapping[str, object]) -> Pixels | None:
    width, height = item.get("width"), item.get("height")
    return (width, height) if isinstance(width, int) and isinstance(height, int) else None


def share_of(cost: Mapping[str, object], index: int, count: int) -> dict[str, object]:
    """One image's share of a request's cost; the remainder of the division is on the first image."""
    total = dollars(cost["amount"])
    return {
        "amount": money(shares(total, count)[index]),
        "currency": cost["currency"],
        "source": cost["source"],
        "request_amount": cost["amount"],
        "request_max": cost["max"],
        "billable_units": cost["billable_units"],
        "discount": cost["discount"],
        "price_source": cost["price_source"],
        "price_verified_on": cost["price_verified_on"],
    }


def sidecar(job: Job, picture: Picture, *, file: str, cost: Mapping[str, object], saved_at: str) -> dict[str, object]:
    """The record beside one image. `file` is the image's name, `cost` its share; keys and secrets are never in it."""
    result = job.result or {}
    return {
        "schema": SCHEMA,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "mode": job.mode,
        "job_id": job.job_id,
        "request_id": job.request_id,
        "created_at": job.created_at,
        "prompt": job.prompt,
        "effective_prompt": result.get("prompt"),
        "seed": seed_of(job),
        "payload": job.payload,
        "payload_sha256": job.payload_sha256,
        "request_key": job.request_key,
        "inputs": list(job.inputs),
        "row": {"id": job.row_id, "key": job.row_key} if job.row_key else None,
        "label": job.label,
        "meta": dict(job.meta),
        "image": {
            "file": file,
            "sha256": picture.sha256,
            "bytes": picture.bytes,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "index": picture.index,
            "nsfw": picture.nsfw,
        },
        "cost": dict(cost),
        "timings": {"submitted_at": job.created_at, "saved_at": saved_at, "provider": result.get("timings") or {}},
        "warnings": list(job.warnings),
        "sandbox": job.sandbox,
        "tool": {"name": "flux2cli", "version": __version__},
    }


def seed_of(job: Job) -> int | None:
    """The seed that the provider returned, else the one that was sent, else None."""
    returned = (job.result or {}).get("seed")
    return returned if isinstance(returned, int) else job.seed
