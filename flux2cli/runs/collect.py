"""Collects paid jobs: waits for running ones, and saves the images of finished ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flux2cli.core.job.collect_options import CollectOptions
from flux2cli.core.job.job import Job
from flux2cli.core.job.result import JobResult, error_of_job
from flux2cli.core.request.output_path import Output, parse_output
from flux2cli.core.request.templates import DEFAULT_TEMPLATE
from flux2cli.errors import Flux2Error, InterruptedRunError, UsageError
from flux2cli.runs.session import Listener, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The outcome of collecting one job. With neither `result` nor `error`, another process works on it."""

    job: Job
    result: JobResult | None = None
    error: Flux2Error | None = None


def jobs_to_collect(session: Session, ids: Sequence[str]) -> list[Job]:
    """The jobs with these ids or prefixes of ids; without any, all that are at a provider or wait to be saved."""
    session.ledger.recover()
    named = [session.ledger.get(word) for word in ids]
    return named or session.ledger.jobs(states=("submitted", "ready"), newest_first=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Collects jobs. If they were `named` on the command line, one that another process works on is an error.

    `progress` makes a listener for each job.
    """

    session: Session
    options: CollectOptions
    named: bool
    progress: Callable[[], Listener]

    def collect(self, jobs: Sequence[Job]) -> Iterator[Collected]:
        """Yield each job's outcome as it ends. Raises the error of a single job, and InterruptedRunError."""
        for job in jobs:
            try:
                done = Collected(job=job, result=self._result(job))
            except InterruptedRunError:
                raise
            except Flux2Error as error:
                if len(jobs) == 1:
                    raise
                done = Collected(job=job, error=error)
            yield done

    def _result(self, job: Job) -> JobResult | None:
        if job.state == "saved":
            if self.options.output is None:
                return JobResult.of_saved(job)
        elif job.state not in ("submitted", "ready"):
            raise error_of_job(job)
        claimed = self.session.ledger.claim(job.job_id)
        if claimed is None and self.named:
            raise UsageError(
                f"Job `{job.job_id}` is being worked on by another process.", hint="it will save the image"
            )
        if claimed is None:
            return None
        if claimed.state == "saved":  # by another process, meanwhile
            return JobResult.of_saved(claimed)
        target = self.session.target(job.provider)
        placed = replace(claimed, output=self._place(claimed))
        engine = self.session.engine()
        return self.session.supervise(
            engine, lambda: engine.collect(placed, target, timeout=self.options.timeout), listener=self.progress()
        )

    def _place(self, job: Job) -> Output:
        """The job's output: `output` if given, else the recorded one. An image meant for stdout goes to a file."""
        cwd = str(self.session.app.cwd)
        if self.options.output is not None:
            return parse_output(self.options.output, cwd=cwd, overwrite=False, is_directory=lambda p: Path(p).is_dir())[
                0
            ]
        return Output(directory=cwd, name=DEFAULT_TEMPLATE) if job.output.stdout else job.output
