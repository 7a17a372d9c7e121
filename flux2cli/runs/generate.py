"""One request: submit it and save its images. Prints nothing."""

from pathlib import Path

from flux2cli.app import App
from flux2cli.core.job.result import JobResult
from flux2cli.core.job.spec import JobSpec
from flux2cli.core.request.prepare import expected_cost
from flux2cli.core.run_options import RunOptions
from flux2cli.edges import places
from flux2cli.errors import NotAsAskedError
from flux2cli.events import IdenticalJob, Noted
from flux2cli.runs.limits import check_limits, day_budget
from flux2cli.runs.session import SILENT, Listener, Session
from flux2cli.runs.submission import Submission

_NAMED = 5
"""The most identical jobs that a run names."""


def generate(app: App, submission: Submission, options: RunOptions, listener: Listener = SILENT) -> JobResult:
    """Submit the request and save its images; with `wait` off, only submit it.

    BudgetError, before anything is sent, when it may cost too much; otherwise the error that the job ends with. With
    `strict`, the result's `differences` list how the images differ from the request.
    """
    request, output = submission.request, submission.output
    for note in submission.notes:
        listener.show(Noted(job_id=None, text=note))
    check_limits(app, options, expected_cost(request), request.count)
    with Session(app, sandbox=options.sandbox, listener=listener) as session:
        session.check_faults([request.route.provider])
        spec = JobSpec(
            request=request,
            target=session.target(request.route.provider),
            output=output,
            label=options.label,
            wait=options.wait,
            timeout=options.timeout,
            resubmit_unknown=options.resubmit_unknown,
            strict=options.strict,
            budget=day_budget(app, options),
        )
        for key in request.keys:
            for job in session.ledger.same_request(key, ("submitted", "ready"), limit=_NAMED):
                listener.show(IdenticalJob(job_id=job.job_id, state=job.state))
        places.prepare_directory(Path(output.directory))
        engine = session.engine()
        return session.supervise(engine, lambda: engine.generate(spec))


def not_as_asked(result: JobResult) -> NotAsAskedError:
    """The error for saved images that differ from the request."""
    return NotAsAskedError(
        f"Saved, but not as asked: {'; '.join(result.differences)}.",
        hint=f"the files are kept: `flux2 jobs show {result.job.job_id}`",
        job_id=result.job.job_id,
        request_id=result.job.request_id,
    )
