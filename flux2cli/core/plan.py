"""A validated request made ready to run: its body, its call, its price and where its images go. Sends nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from flux2cli.core.checks import asked_of
from flux2cli.core.cost import Estimate, estimate, planned_outputs
from flux2cli.core.job import Job, Output
from flux2cli.core.references import Reference
from flux2cli.core.request import Request
from flux2cli.providers.protocol import Provider, provider_named
from flux2cli.providers.wire import Call, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One request that could be sent now."""

    request: Request
    provider: Provider
    target: Target
    payload: Mapping[str, object]
    call: Call
    estimate: Estimate
    output: Output
    label: str | None = None

    def job(self, job_id: str, created_at: str) -> Job:
        """The ledger row of this request before it is sent. `created_at` is ISO 8601 in UTC."""
        route = self.request.route
        seed, prompt = self.request.values.get("seed"), self.request.values.get("prompt")
        body = json.dumps(self.payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return Job(
            job_id=job_id,
            state="submitting",
            provider=route.provider,
            variant=route.variant,
            endpoint=route.endpoint,
            mode=route.mode,
            request_key=self.request.key,
            created_at=created_at,
            updated_at=created_at,
            prompt=str(prompt) if prompt is not None else None,
            seed=seed if isinstance(seed, int) else None,
            payload=self.payload,
            payload_sha256=hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
            output=self.output,
            inputs=tuple(reference.record() for reference in self.request.references),
            warnings=self.request.warnings,
            label=self.label,
            estimate=self.estimate.record(),
            asked=asked_of(self.request),
        )


def _stand_in(reference: Reference) -> dict[str, object]:
    return {"sha256": reference.sha256, "bytes": reference.length, "name": reference.name}


def plan_request(request: Request, target: Target, output: Output, *, label: str | None = None) -> Plan:
    """Body, call and price of a request. A local image that is not uploaded yet is shown by its hash."""
    route = request.route
    provider = provider_named(route.provider)
    images: list[object] = [reference.url or _stand_in(reference) for reference in request.references]
    payload = provider.body(route, request.values, images, request.extra)
    return Plan(
        request=request,
        provider=provider,
        target=target,
        payload=payload,
        call=provider.submit(route.endpoint, payload, target),
        estimate=estimate(
            route,
            outputs=planned_outputs(route, request.values),
            inputs=[reference.size for reference in request.references],
        ),
        output=output,
        label=label,
    )
