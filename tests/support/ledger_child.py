"""What the tests of the ledger run as a process of its own: `ledger_child.py DIRECTORY ACTION [ARGUMENT...]`."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flux2cli.core.batch.claims import RowClaim, RowTaken
from flux2cli.core.job.job import Job
from flux2cli.core.request.output_path import Output
from flux2cli.edges.ledger import Ledger, new_job_id


def a_job(request_key: str) -> Job:
    return Job(
        job_id=new_job_id(),
        state="submitting",
        provider="fal",
        variant="flash",
        endpoint="fal-ai/flux-2/flash",
        mode="text",
        request_key=request_key,
        created_at="2026-03-01T10:00:00.000Z",
        updated_at="2026-03-01T10:00:00.000Z",
        prompt="a fox",
        seed=None,
        payload={"prompt": "a fox"},
        payload_sha256="0" * 64,
        output=Output(directory="/tmp", name="{slug}.{ext}"),
    )


def a_row(key: str, *, request_key: str = "fox", root: str = "/data/out") -> Job:
    return replace(a_job(request_key), row_root=root, row_key=key)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def begin_and_hold(ledger: Ledger, request_key: str) -> None:
    """Begin one job, say its id, and work on it until stdin ends."""
    say(ledger.begin(a_job(request_key)).job_id)
    sys.stdin.read()


def submit_and_hold(ledger: Ledger, request_key: str) -> None:
    """The same with a job that was accepted."""
    job = ledger.begin(a_job(request_key))
    say(ledger.update(job.job_id, state="submitted", request_id="r-1").job_id)
    sys.stdin.read()


def begin_forever(ledger: Ledger, request_key: str) -> None:
    """Begin jobs until killed, saying each id once it is durable."""
    while True:
        say(ledger.begin(a_job(request_key)).job_id)


def write_many(ledger: Ledger, request_key: str, count: str) -> None:
    """On the starter's word, begin and submit `count` jobs."""
    say("ready")
    sys.stdin.readline()
    for number in range(int(count)):
        job = ledger.begin(a_job(f"{request_key}-{number}"))
        ledger.update(job.job_id, state="submitted", request_id=f"{request_key}-{number}")


def claim_all(ledger: Ledger) -> None:
    """On the starter's word, claim every job and say which it got; then wait for stdin to end."""
    say("ready")
    sys.stdin.readline()
    for job in ledger.jobs():
        if ledger.claim(job.job_id) is not None:
            say(job.job_id)
    say("done")
    sys.stdin.read()


def begin_rows(ledger: Ledger) -> None:
    """Begin the row that each line of stdin names, which never had a job, and say what came of it."""
    say("ready")
    for line in sys.stdin:
        try:
            job = ledger.begin(a_row(line.strip(), request_key=line), claim=RowClaim.after(None, ()))
            say(f"began {job.job_id}")
        except RowTaken as taken:
            say(f"taken {taken.job.job_id}")


def begin_rows_forever(ledger: Ledger) -> None:
    """Begin one row after the other until killed, saying each key once its intent is durable."""
    for number in range(1_000_000):
        key = f"{number:032x}"
        ledger.begin(a_row(key, request_key=key), claim=RowClaim.after(None, ()))
        say(key)


if __name__ == "__main__":
    known = (
        begin_and_hold, submit_and_hold, begin_forever, write_many, claim_all, begin_rows, begin_rows_forever,
    )  # fmt: skip
    actions = {action.__name__: action for action in known}
    books = Ledger(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
    actions[sys.argv[2]](books, *sys.argv[3:])
    books.close()
