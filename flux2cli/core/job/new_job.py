"""The ledger row of a request before it is sent."""

import hashlib
import json

from flux2cli.core.job.compare import asked_of
from flux2cli.core.job.given import given_document
from flux2cli.core.job.job import Job
from flux2cli.core.job.recorded_input import input_of
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.prepare import PreparedRequest


def new_job(prepared: PreparedRequest, spec: JobSpec, *, job_id: str, created_at: str) -> Job:
    """The job in `submitting`, with what its spec asks for. `created_at` is ISO 8601 in UTC."""
    request, row = prepared.request, spec.row
    seed, prompt = request.values.get("seed"), request.values.get("prompt")
    body = json.dumps(prepared.payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Job(
        job_id=job_id,
        state="submitting",
        provider=request.route.provider,
        variant=request.route.variant,
        endpoint=request.route.endpoint,
        mode=request.mode,
        request_key=request.key,
        created_at=created_at,
        updated_at=created_at,
        prompt=str(prompt) if prompt is not None else None,
        seed=seed if isinstance(seed, int) else None,
        payload=prepared.payload,
        payload_sha256=hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
        output=spec.output,
        inputs=tuple(map(input_of, request.references)),
        warnings=request.warnings,
        label=spec.label,
        row_id=row.id if row else None,
        row_key=row.key if row else None,
        row_root=row.root if row else None,
        row_source=row.source if row else None,
        given=given_document(request),
        candidate=row.candidate if row else None,
        meta=dict(row.meta) if row else {},
        estimate=prepared.estimate,
        asked=asked_of(request),
    )
