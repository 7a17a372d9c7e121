"""`flux2 jobs`: what was submitted, where it stands, and collecting what was paid for; `settling` has the decisions."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer

from flux2cli.app import App
from flux2cli.commands import settling
from flux2cli.commands.cost import moment_of
from flux2cli.core.job.job import UNSETTLED, Job, Output, State
from flux2cli.core.job.result import JobResult, SavedImage, error_of_job
from flux2cli.core.job.sidecar import seed_of
from flux2cli.core.request.file_names import DEFAULT_TEMPLATE
from flux2cli.core.request.messages import suggest
from flux2cli.core.request.output_path import parse_output
from flux2cli.errors import Flux2Error, InterruptedRunError, PartialError, UsageError
from flux2cli.options.help_screens import Commands
from flux2cli.output import job_progress, result
from flux2cli.providers import registry
from flux2cli.runs.lost_jobs import offers_for, tell_offers
from flux2cli.runs.target import Destination, place_of, target_for

app = Commands(summary="What was submitted and where it stands; collect what was paid for.")

_Sandbox = Annotated[bool, typer.Option("--sandbox", help="The sandbox's jobs instead of the real ones.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
_Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Only errors on stderr.")]
_Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Retries, too.")]
_OutputFlag = Annotated[
    str | None, typer.Option("-o", "--output", metavar="DIR/|TEMPLATE|FILE", help="Somewhere else than first asked.")
]
_Timeout = Annotated[
    str | None, typer.Option("--timeout", metavar="SECONDS", help="How long to wait; 0 is for ever. [default 600]")
]
_RECENT = 20
_LOOKED_FOR = 5
"""Unknown jobs that `fetch` looks for by itself; each costs a request."""


def command(_name: str) -> Any:
    """The Typer group."""
    return typer.main.get_command(app)


@app.command("list")
def list_jobs(
    context: typer.Context,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only jobs in this state.")] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="Only this provider's.")] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="TEXT", help="Only jobs of this label.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only jobs from this day (UTC) on.")
    ] = None,
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,
) -> None:
    """List unsettled jobs and the last 20; with a filter, all that fit; with --json, all."""
    host: App = context.obj
    if state is not None and state not in get_args(State):
        raise UsageError(f"There is no state `{state}`.", hint=suggest(state, get_args(State)))
    ledger = host.ledger(sandbox=_in_sandbox(host, sandbox=sandbox))
    ledger.recover()
    states = None if state is None else (cast("State", state),)
    if provider is not None and provider not in registry.names():
        raise UsageError(f"There is no provider `{provider}`.", hint=suggest(provider, registry.names()))
    jobs = ledger.jobs(states=states, provider=provider, label=label, since=moment_of(since, "--since"))
    filtered = any(word is not None for word in (state, provider, label, since))
    if json:
        host.out_json([_row(host, job) for job in jobs])
        return
    shown = [job for n, job in enumerate(jobs) if filtered or n < _RECENT or job.state in UNSETTLED]
    for job in reversed(shown):
        host.out(_line(host, job))
    if not jobs:
        host.err("no jobs fit" if filtered and not state else f"no jobs are {state}" if state else "no jobs yet")


def _in_sandbox(host: App, *, sandbox: bool) -> bool:
    return bool(host.config.get("sandbox", sandbox or None).value)


def _row(host: App, job: Job) -> dict[str, object]:
    return {
        "job_id": job.job_id,
        "state": job.state,
        "provider": job.provider,
        "variant": job.variant,
        "endpoint": job.endpoint,
        "request_id": job.request_id,
        "prompt": job.prompt,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "cost": dict(job.cost or job.estimate),
        "files": [result.shown(host, file.path) for file in job.files if file.saved],
        "error": dict(job.error) if job.error else None,
        "label": job.label,
    }


def _line(host: App, job: Job) -> str:
    from flux2cli.edges.terminal import clean

    prompt = clean(job.prompt or "")
    short = prompt if len(prompt) <= 40 else prompt[:39] + "…"
    files = " ".join(result.shown(host, file.path) for file in job.files if file.saved)
    when = job.created_at[:19].replace("T", " ")
    return f"{job.job_id}  {job.state:<10}  {when}  {job.provider} {job.variant}  {short}  {files}".rstrip()


@app.command()
def show(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="Its id, or the beginning of it.")],
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,
) -> None:
    """Show everything that is on record about one job."""
    host: App = context.obj
    ledger = host.ledger(sandbox=_in_sandbox(host, sandbox=sandbox))
    ledger.recover()
    found = ledger.get(job)
    offers = offers_for(host, found, sandbox=_in_sandbox(host, sandbox=sandbox))
    document = {**_row(host, found), "endpoint": found.endpoint, "mode": found.mode, "seed": found.seed,
                "payload": found.payload, "inputs": list(found.inputs), "warnings": list(found.warnings),
                "request_key": found.request_key, "result": found.result, "sandbox": found.sandbox,
                "output": str(Path(found.output.directory) / found.output.name),
                "found": offers and [{"request_id": o.request_id, "sent_at": o.sent_at} for o in offers]}  # fmt: skip
    if json:
        host.out_json(document)
        return
    from flux2cli.edges.terminal import clean

    for name, value in document.items():
        if value not in (None, [], {}, ""):
            host.out(f"{name:<12} {clean(str(value))}")
    tell_offers(host, found, offers)


@app.command()
def wait(
    context: typer.Context,
    job: Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids, or their beginnings.")],
    timeout: _Timeout = None,
    output: _OutputFlag = None,
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,  # noqa: ARG001 - `main` has read it
    quiet: _Quiet = False,
    verbose: _Verbose = False,
) -> None:
    """Wait for jobs and save their images."""
    host: App = context.obj
    host.quiet, host.verbose = quiet, verbose
    collect(host, job, timeout=_seconds(host, timeout), output=output, sandbox=_in_sandbox(host, sandbox=sandbox))


@app.command()
def fetch(
    context: typer.Context,
    job: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", help="Default: all that are unsettled.")
    ] = None,
    timeout: _Timeout = None,
    output: _OutputFlag = None,
    *,
    sandbox: _Sandbox = False,
    json: _Json = False,  # noqa: ARG001 - `main` has read it
    quiet: _Quiet = False,
    verbose: _Verbose = False,
) -> None:
    """Collect what was paid for: wait for what is running, download what is finished. Costs nothing."""
    host: App = context.obj
    host.quiet, host.verbose = quiet, verbose
    collect(host, job or [], timeout=_seconds(host, timeout), output=output,
            sandbox=_in_sandbox(host, sandbox=sandbox))  # fmt: skip


def _seconds(host: App, text: str | None) -> float | None:
    return float(str(host.config.get("timeout", text).value)) or None


def collect(host: App, ids: list[str], *, timeout: float | None, output: str | None, sandbox: bool) -> None:
    """Collect the named jobs, or all unsettled ones; one line or one JSON object per job, errors told as they come."""
    ledger = host.ledger(sandbox=sandbox)
    ledger.recover()
    named = [ledger.get(word) for word in ids]
    jobs = named or ledger.jobs(states=("submitted", "ready"), newest_first=False)
    if not jobs:
        host.err("nothing to collect")
    failed: list[Flux2Error] = []
    with place_of(host, sandbox=sandbox) as place:
        for job in jobs:
            try:
                _one(host, job, place, timeout=timeout, output=output, named=bool(named))
            except Flux2Error as error:
                if len(jobs) == 1 or isinstance(error, InterruptedRunError):
                    raise
                failed.append(error)
                _tell(host, job, error)
    if not named:
        _name_unknown(host, ledger.jobs(states=("unknown",)), sandbox=sandbox)
    if failed:
        raise PartialError(f"{len(failed)} of {len(jobs)} jobs could not be collected.", hint="`flux2 jobs list`")


def _name_unknown(host: App, jobs: list[Job], *, sandbox: bool) -> None:
    """Name what may have been accepted, newest first, and look for the newest in the provider's history."""
    for number, job in enumerate(jobs):
        host.err(f"unknown: {job.job_id} may have been accepted; see `flux2 jobs show {job.job_id}`")
        if number < _LOOKED_FOR:
            tell_offers(host, job, offers_for(host, job, sandbox=sandbox))


def _tell(host: App, job: Job, error: Flux2Error) -> None:
    host.terminal.styled("error", f"{job.job_id}: {error.message}")
    if host.json:
        from flux2cli.cli import error_document

        host.out_json(error_document(error))


def _one(host: App, job: Job, place: Destination, *, timeout: float | None, output: str | None, named: bool) -> None:
    from flux2cli.engine import Engine, EventQueue, supervise

    ledger = host.ledger(sandbox=place.is_sandbox)
    if job.state == "saved":
        if output is None:
            result.show_outcome(host, saved_outcome(job))
            return
    elif job.state not in ("submitted", "ready"):
        raise error_of_job(job)
    claimed = ledger.claim(job.job_id)
    if claimed is None:
        if named:
            raise UsageError(
                f"Job `{job.job_id}` is being worked on by another process.", hint="it will save the image"
            )
        host.err(f"{job.job_id} is being worked on by another process")
        return
    if claimed.state == "saved":  # by another process, meanwhile
        result.show_outcome(host, saved_outcome(claimed))
        return
    target = target_for(host, job.provider, place)
    events = EventQueue()
    engine = Engine(
        http=host.http, ledger=ledger, now=host.now, clock=host.clock, listen=events.put, emit=host.copy_out
    )
    claimed = replace(claimed, output=_elsewhere(host, claimed, output))
    shower = job_progress.JobProgress(host)
    outcome = supervise(
        engine, events, lambda: engine.collect(claimed, target, timeout=timeout), shower.show, shower.tick
    )
    result.show_outcome(host, outcome)


def saved_outcome(job: Job) -> JobResult:
    """A job that was saved before, from its record."""
    measured = (job.result or {}).get("images")
    images = []
    for file, said in zip(job.files, measured if isinstance(measured, list) else [], strict=False):
        images.append(
            SavedImage(
                index=file.index,
                path=file.path,
                sidecar=f"{file.path}.json",
                sha256=file.sha256,
                bytes=file.bytes,
                media_type=str(said.get("media_type")),
                width=said["width"],
                height=said["height"],
                nsfw=said["nsfw"],
            )
        )
    return JobResult(job=job, images=tuple(images), cost=job.cost or {}, seed=seed_of(job))


def _elsewhere(host: App, job: Job, output: str | None) -> Output:
    """Where a collected job's images go: as first asked, unless said otherwise. What was for stdout goes to a file."""
    if output is not None:
        return parse_output(output, cwd=str(host.cwd), overwrite=False, is_directory=lambda p: Path(p).is_dir())[0]
    if job.output.stdout:
        return Output(directory=str(host.cwd), name=DEFAULT_TEMPLATE)
    return job.output


for _settle in (settling.cancel, settling.resolve, settling.forget):
    app.command()(_settle)
