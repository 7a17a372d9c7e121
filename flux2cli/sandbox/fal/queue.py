"""fal's queue and its sync twin: submit, status, result, cancel, run."""

from collections.abc import Iterator
from dataclasses import replace

from flux2cli.sandbox.fal import replies
from flux2cli.sandbox.fal.auth import refusal
from flux2cli.sandbox.fal.outcome import find_job
from flux2cli.sandbox.fal.stream import stream
from flux2cli.sandbox.fal.submit import accept
from flux2cli.sandbox.http import Answer, Incoming, as_html, as_json, rule
from flux2cli.sandbox.job_store import EmulatedJob, stand
from flux2cli.sandbox.state import Site

_FOLLOW = r"/queue/(?P<app>.+)/requests/(?P<id>[^/]+)"
_GONE_CHECK_SECONDS = 0.1


def _submit(site: Site, ask: Incoming) -> Answer:
    made = accept(site, ask)
    if isinstance(made, Answer):
        return made
    return replies.submitted(made, ask.base, webhook="fal_webhook" in ask.query)


def _run(site: Site, ask: Incoming) -> Answer:
    made = accept(site, ask)
    if isinstance(made, Answer):
        return made
    while (left := made.ended_at - site.clock()) > 0 and not ask.gone():
        if site.stopping.wait(min(left, _GONE_CHECK_SECONDS)):
            raise ConnectionError("the sandbox stops")
    return replies.result(site, made, ask.base)


def _job(site: Site, ask: Incoming) -> EmulatedJob | Answer:
    """The job that a follow-up names, asked for under owner and app or under the whole endpoint id."""
    turned_away = refusal(site, ask)
    if turned_away is not None:
        return turned_away
    job = find_job(site, ask.parts["id"])
    if job is None or ask.parts["app"] not in (job.endpoint, replies.app_of(job.endpoint)):
        return as_json({"status": "NOT_FOUND"}, 404)
    return job


def _wants_logs(ask: Incoming) -> bool:
    return ask.asked("logs").lower() in ("1", "true")


def _status(site: Site, ask: Incoming) -> Answer:
    job = _job(site, ask)
    if isinstance(job, Answer):
        return job
    fault = site.fault(ask, "status", job)
    if fault is not None and fault.kind.name == "status-500":
        return as_json({"detail": "Internal Server Error"}, 500)
    if fault is not None and fault.kind.name == "task-not-found":
        return as_json({"status": "NOT_FOUND"}, 404)
    data, where = replies.status(site, job, ask.base, logs=_wants_logs(ask))
    if fault is not None:
        data["status"] = "ON_HOLD"
    return as_json(data, 200 if where.state == "done" else 202, {"x-fal-request-id": job.id})


def _stream(site: Site, ask: Incoming) -> Answer:
    job = _job(site, ask)
    if isinstance(job, Answer):
        return job
    fault = site.fault(ask, "stream", job)
    events = stream(site, ask, job, logs=_wants_logs(ask), fault=fault.kind.name if fault else None)
    headers = {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        "x-fal-request-id": job.id,
    }
    whole = Answer(headers=headers, chunks=events)
    return _buffered(whole, events) if fault and fault.kind.name == "stream-buffered" else whole


def _buffered(whole: Answer, events: Iterator[bytes]) -> Answer:
    return replace(whole, chunks=None, body=b"".join(events))


def _result(site: Site, ask: Incoming) -> Answer:
    job = _job(site, ask)
    if isinstance(job, Answer):
        return job
    if stand(job, site.clock()).state != "done":
        return as_json({"detail": "Request is still in progress"}, 400, {"x-fal-request-id": job.id})
    if site.fault(ask, "result", job):
        return as_html("500 Internal Server Error", 500)
    return replies.result(site, job, ask.base)


def _cancel(site: Site, ask: Incoming) -> Answer:
    job = _job(site, ask)
    if isinstance(job, Answer):
        return job
    if stand(job, site.clock()).state == "done":
        return as_json({"status": "ALREADY_COMPLETED"}, 400)
    site.jobs.cancel(job, site.clock())
    return as_json({"status": "CANCELLATION_REQUESTED"}, 202)


RULES = (
    rule("fal.status", "GET", f"{_FOLLOW}/status", _status),
    rule("fal.stream", "GET", f"{_FOLLOW}/status/stream", _stream),
    rule("fal.cancel", "PUT", f"{_FOLLOW}/cancel", _cancel),
    rule("fal.result", "GET", f"{_FOLLOW}(/response)?", _result),
    rule("fal.submit", "POST", r"/queue/(?P<endpoint>.+)", _submit),
    rule("fal.run", "POST", r"/run/(?P<endpoint>.+)", _run),
)
