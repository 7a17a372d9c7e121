"""A job whose reply was lost, looked for in the provider's history: what is found is offered, never assumed."""

from flux2cli.app import App
from flux2cli.core.job.job import Job
from flux2cli.errors import Flux2Error, InterruptedRunError
from flux2cli.providers import registry
from flux2cli.runs.target import place_of, target_for
from flux2cli.wire import HistoryEntry


def offers_for(host: App, job: Job, *, sandbox: bool) -> tuple[HistoryEntry, ...] | None:
    """The provider's requests that may be this unknown job; None when it is not unknown or cannot be looked for."""
    if job.state != "unknown":
        return None
    from flux2cli.engine import Engine, EventQueue, queries, supervise

    try:
        with place_of(host, sandbox=sandbox) as place:
            target = target_for(host, job.provider, place)
            ledger = host.ledger(sandbox=sandbox)
            events = EventQueue()
            engine = Engine(http=host.http, ledger=ledger, now=host.now, clock=host.clock, listen=events.put)
            return supervise(engine, events, lambda: queries.find(engine, job, target), lambda _: None)
    except Flux2Error as error:
        if isinstance(error, InterruptedRunError):
            raise
        return None  # no key, no network: it stays what it is


def tell_offers(host: App, job: Job, offers: tuple[HistoryEntry, ...] | None) -> None:
    """What the history says about an unknown job, on stderr, with the command that settles it."""
    if offers is None:
        return
    title = registry.info(job.provider).title
    if not offers:
        host.err(f"{title}'s history has no request like {job.job_id} from that time, so far")
    for past in offers:
        host.err(f"{title} has a request with the same body, sent {past.sent_at}: if it is this one,")
        host.err(f"  flux2 jobs resolve {job.job_id} --as accepted {past.request_id}")
