"""What has to be true of directories, books and the server's counts when all killed runs were continued."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from flux2cli.core.job.job import Job


def broken_promises(work: Path, state: Path, jobs: Sequence[Job], posts: Mapping[str, int]) -> list[str]:
    """Sentences, one for each promise that is broken; none when all is well. Nothing may be running."""
    return [*_left_over(work, state), *_files_and_rows(work, jobs), *_posts(jobs, posts)]


def without_image(jobs: Sequence[Job], prompts: Sequence[str]) -> set[str]:
    """The prompts that have no saved job."""
    return set(prompts) - {str(job.prompt) for job in jobs if job.state == "saved"}


def _left_over(work: Path, state: Path) -> list[str]:
    parts = [f"temporary file left: {path}" for path in work.rglob("*") if path.name.endswith(".part")]
    return parts + [f"lock left: {path}" for path in (state / "run").iterdir()]


def _files_and_rows(work: Path, jobs: Sequence[Job]) -> list[str]:
    wrong = []
    rows = {Path(file.path): (job, file) for job in jobs for file in job.files if file.saved}
    images = {path for path in work.rglob("*") if path.is_file() and path.suffix in (".png", ".jpeg")}
    wrong += [f"image without a saved row: {path}" for path in images - set(rows)]
    wrong += [f"saved row without an image: {path}" for path in set(rows) - images]
    for path in images & set(rows):
        job, file = rows[path]
        record = json.loads(path.with_name(path.name + ".json").read_bytes())
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if not sha256 == file.sha256 == record["image"]["sha256"] or record["job_id"] != job.job_id:
            wrong.append(f"sidecar does not fit: {path}")
    sidecars = {path.with_suffix("") for path in work.rglob("*.json")}
    wrong += [f"sidecar without an image: {path}" for path in sidecars - images]
    for job in jobs:
        if job.state == "saved" and len(job.files) != (job.payload.get("num_images") or 1):
            wrong.append(f"job {job.job_id} is saved with {len(job.files)} files")
        if job.state in ("submitting", "submitted", "ready"):
            wrong.append(f"job {job.job_id} is still {job.state}")
    return wrong


def _posts(jobs: Sequence[Job], posts: Mapping[str, int]) -> list[str]:
    """No prompt is posted more often than once, and once more for each time that it was reported unknown."""
    by_prompt: dict[str, Counter[str]] = defaultdict(Counter)
    for job in jobs:
        by_prompt[str(job.prompt)][job.state] += 1
    wrong = []
    for prompt, count in posts.items():
        unknown = by_prompt[prompt]["unknown"]
        if count > 1 + unknown:
            wrong.append(f"`{prompt}` was posted {count} times and reported unknown {unknown} times")
    wrong += [f"`{p}` has {n['saved']} saved jobs" for p, n in by_prompt.items() if n["saved"] > 1]
    return wrong
