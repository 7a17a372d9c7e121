"""Collects paid jobs: waits for running ones, and saves the images of finished ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flux2cli.core.job.collect_options import CollectOptions
from flux2cli.core.job.image_path import whole_path
from flux2cli.core.job.job import ASKED_AGAIN, SETTLED, Job
from flux2cli.core.job.result import JobResult, error_of_job
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.templates import DEFAULT_TEMPLATE
from flux2cli.edges.ledger.job_lists import JobFilter
from flux2cli.edges.places import Places
from flux2cli.errors import AuthError, BalanceError, Flux2Error, InterruptedRunError, UsageError
from flux2cli.runs.output_place import check_free, one_place_only, output_at
from flux2cli.runs.session import Listener, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The outcome of collecting one job. With neither `result` nor `error`, another process works on it."""

    job: Job
    result: JobResult | None = None
    error: Flux2Error | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """The jobs to collect, and how many they are. They may be too many to hold: go through them once."""

    jobs: Iterable[Job]
    count: int


def jobs_to_collect(session: Session, ids: Sequence[str]) -> Collection:
    """The jobs with these ids or prefixes of ids; without any, all that are at a provider or wait to be saved."""
    ledger = session.ledger
    ledger.recover()
    if ids:
        named = [ledger.get(word) for word in ids]
        return Collection(jobs=named, count=len(named))
    waiting = JobFilter(states=("submitted", "ready"))
    return Collection(
        jobs=ledger.each_job(waiting, newest_first=False), count=sum(ledger.count(("submitted", "ready")).values())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Collects jobs. If they were `named` on the command line, one that another process works on is an error.

    `progress` makes a listener for each job.
    """

    session: Session
    options: CollectOptions
    named: bool
    progress: Callable[[], Listener]

    def collect(self, collection: Collection) -> Iterator[Collected]:
        """Yield each job's outcome as it ends. Raises the error of a single job, and InterruptedRunError.

        After a provider has refused the key or the account until the deadline, it is not asked about its other jobs.
        """
        output = self._output(collection.count)
        refused: dict[str, Flux2Error] = {}
        for job in collection.jobs:
            try:
                if job.provider in refused and job.state not in SETTLED:
                    raise refused[job.provider]
                done = Collected(job=job, result=self._result(job, output))
            except InterruptedRunError:
                raise
            except Flux2Error as error:
                if collection.count == 1:
                    raise
                if isinstance(error, AuthError | BalanceError):
                    refused[job.provider] = error
                done = Collected(job=job, error=error)
            yield done

    def _output(self, jobs: int) -> Output | None:
        """The output that was asked for, None to save where each job's own says; UsageError when it cannot be used."""
        if self.options.output is None:
            return None
        output, _ = output_at(self.session.app, self.options.output)
        if jobs > 1 and (output.explicit or output.stdout):
            raise one_place_only(output)
        Places().check_directory(output.directory)
        return output

    def _result(self, job: Job, output: Output | None) -> JobResult | None:
        if job.state == "saved":
            if output is None:
                return JobResult.of_saved(job)
        elif job.state not in ("submitted", "ready") and not self._asks_again(job):
            raise error_of_job(job)
        placed = replace(job, output=output or self._own_output(job))
        if output is not None and not output.stdout:
            _check_place(placed)
        claimed = self.session.ledger.claim(job.job_id, ended=self._asks_again(job))
        if claimed is None and self.named:
            raise UsageError(
                f"Job `{job.job_id}` is being worked on by another process.", hint="it will save the image"
            )
        if claimed is None:
            return None
        if claimed.state == "saved":  # by another process, meanwhile
            return JobResult.of_saved(claimed)
        target = self.session.target(job.provider)
        placed = replace(claimed, output=placed.output)
        engine = self.session.engine()
        return self.session.supervise(
            engine, lambda: engine.collect(placed, target, timeout=self.options.timeout), listener=self.progress()
        )

    def _asks_again(self, job: Job) -> bool:
        """Whether this job, which ended without a result, was named, so that the provider is asked once more."""
        return self.named and job.state in ASKED_AGAIN and job.request_id is not None

    def _own_output(self, job: Job) -> Output:
        """The job's recorded output. An image meant for stdout goes to a file."""
        return Output(directory=str(self.session.app.cwd), name=DEFAULT_TEMPLATE) if job.output.stdout else job.output


def _check_place(job: Job) -> None:
    """UsageError when the job's images cannot be where its output says; the job can still be collected."""
    if job.output.explicit and (job.asked.count or 1) > 1:
        raise one_place_only(job.output)
    path = str(whole_path(job))
    Places().check(path, is_file=job.output.explicit)
    if job.output.explicit and path not in {file.path for file in job.files}:
        check_free(path, hint="give another name, or a directory, which numbers names")
