"""`flux2 jobs cancel | resolve | forget`: what a person decides about jobs. Submits nothing."""

from typing import Annotated

import typer

from flux2cli.app import App
from flux2cli.commands.cost import moment_of
from flux2cli.core.job.job import Job
from flux2cli.errors import Flux2Error, InterruptedRunError, PartialError, UsageError
from flux2cli.providers import registry
from flux2cli.runs.target import Destination, place_of, target_for

_Sandbox = Annotated[bool, typer.Option("--sandbox", help="The sandbox's jobs instead of the real ones.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
_TOO_LATE = "It was over before it could be cancelled, and is paid for"


def cancel(
    context: typer.Context,
    job: Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids, or their beginnings.")],
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,
) -> None:
    """Ask the provider to give jobs up. Work that has begun may be finished and billed all the same."""
    host: App = context.obj
    ledger = host.ledger(sandbox=_in_sandbox(host, sandbox=sandbox))
    ledger.recover()
    chosen = [ledger.get(word) for word in job]
    failed = 0
    with place_of(host, sandbox=_in_sandbox(host, sandbox=sandbox)) as place:
        for one in chosen:
            try:
                outcome, message = _cancel(host, one, place)
            except Flux2Error as error:
                if len(chosen) == 1 or isinstance(error, InterruptedRunError):
                    raise
                failed += 1
                host.terminal.styled("error", f"{one.job_id}: {error.message}")
                continue
            if json:
                host.out_json({"ok": True, "schema": "flux2cli/cancel/1", "job_id": one.job_id, "outcome": outcome,
                               "message": message})  # fmt: skip
            else:
                host.out(f"{one.job_id}  {message}")
    if failed:
        raise PartialError(f"{failed} of {len(chosen)} jobs could not be cancelled.", hint="`flux2 jobs list`")


def _cancel(host: App, job: Job, place: Destination) -> tuple[str, str]:
    """`cancelled`, `requested` or `too-late`, and a sentence about the job and its bill."""
    from flux2cli.engine import Engine, EventQueue, queries, supervise

    collect = f"`flux2 jobs fetch {job.job_id}` collects it"
    if job.state == "ready":
        return "too-late", f"{_TOO_LATE}: {collect}."
    if job.state != "submitted":
        raise UsageError(
            f"Job `{job.job_id}` is `{job.state}`, so there is nothing to cancel.",
            hint=f"`flux2 jobs show {job.job_id}`",
            job_id=job.job_id,
        )
    target = target_for(host, job.provider, place)
    events, ledger = EventQueue(), host.ledger(sandbox=place.is_sandbox)
    engine = Engine(http=host.http, ledger=ledger, now=host.now, clock=host.clock, listen=events.put)
    said, after = supervise(engine, events, lambda: queries.cancel(engine, job, target), lambda _: None)
    if said == "too-late" or after.state in ("ready", "saved"):
        return "too-late", f"{_TOO_LATE}: {collect}."
    if after.state == "cancelled":
        return "cancelled", "Cancelled. What was already done of it may be billed all the same."
    return "requested", f"Asked to stop; it may be finished and billed all the same, and then {collect}."


def resolve(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="Its id, or the beginning of it.")],
    request_id: Annotated[
        str | None, typer.Argument(metavar="[REQUEST_ID]", help="The provider's id, with `--as accepted`.")
    ] = None,
    verdict: Annotated[str, typer.Option("--as", metavar="accepted|not-sent", help="What became of the submit.")] = "",
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,
) -> None:
    """Say what became of a submit whose reply was lost: `--as accepted REQUEST_ID`, or `--as not-sent`."""
    host: App = context.obj
    inside = _in_sandbox(host, sandbox=sandbox)
    ledger = host.ledger(sandbox=inside)
    ledger.recover()
    found = ledger.get(job)
    _check_verdict(found, verdict, request_id)
    if ledger.claim(found.job_id) is None:
        raise UsageError(f"Job `{found.job_id}` is being worked on by another process.")
    if verdict == "not-sent":
        after = ledger.update(found.job_id, state="not-sent")
        said = "recorded as not sent; the same command sends it now"
    else:
        with place_of(host, sandbox=inside) as place:
            _check_request(host, found, str(request_id), place)
        follow = registry.provider_named(found.provider).lookup(found.endpoint, str(request_id))
        after = ledger.update(found.job_id, state="submitted", request_id=request_id, follow=follow, error=None)
        ledger.release(found.job_id)
        said = f"recorded as accepted; `flux2 jobs fetch {found.job_id}` collects it"
    if json:
        host.out_json({"ok": True, "schema": "flux2cli/resolve/1", "job_id": found.job_id, "state": after.state,
                       "request_id": after.request_id})  # fmt: skip
    else:
        host.out(f"{found.job_id}  {said}")


def _check_verdict(job: Job, verdict: str, request_id: str | None) -> None:
    usage = f"flux2 jobs resolve {job.job_id} --as not-sent, or --as accepted REQUEST_ID"
    if verdict not in ("accepted", "not-sent"):
        what = f"`--as {verdict}` is neither `accepted` nor `not-sent`" if verdict else "`--as` is missing"
        raise UsageError(f"{what}.", hint=usage)
    if (verdict == "accepted") != (request_id is not None):
        raise UsageError("A request id goes with `--as accepted`, and with nothing else.", hint=usage)
    if job.state != "unknown":
        raise UsageError(
            f"Job `{job.job_id}` is `{job.state}`: there is nothing unknown about it.",
            hint=f"`flux2 jobs show {job.job_id}`",
        )


def _check_request(host: App, job: Job, request_id: str, place: Destination) -> None:
    """UsageError for a request id that is another job's, or that the provider does not know."""
    from flux2cli.engine import Engine, EventQueue, queries, supervise

    ledger = host.ledger(sandbox=place.is_sandbox)
    if taken := ledger.jobs(provider=job.provider, request_id=request_id):
        raise UsageError(f"Request `{request_id}` is job `{taken[0].job_id}`.", hint="`flux2 jobs list` names all")
    events = EventQueue()
    engine = Engine(http=host.http, ledger=ledger, now=host.now, clock=host.clock, listen=events.put)
    target = target_for(host, job.provider, place)
    known = supervise(
        engine, events, lambda: queries.known_to_provider(engine, job, request_id, target), lambda _: None
    )
    title = registry.info(job.provider).title
    if known is False:
        raise UsageError(
            f"{title} knows no request `{request_id}` for {job.endpoint}.", hint="copy the id from its history"
        )
    if known is None:
        host.terminal.styled("warning", f"{title} could not be asked about `{request_id}`; it is taken as it is")


def forget(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Jobs before this day (UTC).")],
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,
) -> None:
    """Drop prompts, payloads and file names of settled jobs. Their dates and costs stay, for `flux2 cost`."""
    host: App = context.obj
    ledger = host.ledger(sandbox=_in_sandbox(host, sandbox=sandbox))
    ledger.recover()
    moment = str(moment_of(before, "--before"))
    forgotten, kept = ledger.forget(moment), ledger.unsettled_before(moment)
    if json:
        host.out_json({"ok": True, "schema": "flux2cli/forget/1", "forgotten": forgotten, "kept": kept})
        return
    host.out(f"{forgotten} job{'' if forgotten == 1 else 's'} forgotten")
    if kept:
        host.err(f"{kept} unsettled kept: `flux2 jobs list` names them")


def _in_sandbox(host: App, *, sandbox: bool) -> bool:
    return bool(host.config.get("sandbox", sandbox or None).value)
