"""Candidates: further images of a row, with seeds of their own, of which one may be picked as the row's image."""

import hashlib
import os.path
from dataclasses import replace
from pathlib import Path, PurePath

from flux2cli.core.batch.plan.place import fixed_place
from flux2cli.core.batch.row import CandidateOf, Row
from flux2cli.core.batch.row_keys import row_key
from flux2cli.core.images.image import Image
from flux2cli.core.job.job import Job
from flux2cli.core.request.name_fields import planned_path
from flux2cli.core.request.output_path import Output
from flux2cli.core.request.templates import whole_names
from flux2cli.errors import UsageError

FOLDER = ".candidates"
"""Where they are, below the output root: `.candidates/ID/SEED.png`. Hidden folders hold no images of rows."""
_SEEDS = 1 << 31


def candidate_row(row: Row, root: str, index: int) -> Row:
    """Candidate `index`, from 0, of a row below an output root. Its seed and its key are the same each time.

    UsageError for a row without an id, or one whose model takes no seed.
    """
    row_id = row.id or ""
    if "seed" not in row.request.route.fields:
        raise UsageError(
            f"{row.request.route.endpoint} takes no seed, so there are no candidates.", hint="leave --candidates out"
        )
    seed = int(hashlib.sha256(f"{row.key}\n{index}".encode()).hexdigest(), 16) % _SEEDS
    request = replace(row.request, values={**row.request.values, "seed": seed})
    folder = _folder(row_id)
    place = fixed_place(row) or planned_path(request, row.output, row_id=row_id, label=row.label, meta=row.meta)
    return replace(
        row,
        request=request,
        key=row_key(request.key, row_id=f"{row_id}\ncandidate {index}", repeat=0),
        former_key=None,
        id=None,
        places_itself=False,
        output=Output(directory=str(PurePath(root, FOLDER, folder)), name="{seed}.{ext}"),
        candidate=CandidateOf(id=row_id, key=row.key, place=os.path.relpath(place, root)),
    )


def as_candidate(job: Job, image: Image, place: Path) -> tuple[Job, Path]:
    """The job of a row as that of a candidate, and the path of its image among the row's candidates.

    `place` is where the image was to go. For an image that is not fit to replace the one that is there. A row without
    an id has the start of its key for one.
    """
    root, key = str(job.row_root), str(job.row_key)
    row_id = job.row_id or key[:8]
    candidate = CandidateOf(id=row_id, key=key, place=os.path.relpath(place, root))
    name = f"{job.effective_seed or job.job_id}{f'-{image.index}' if image.index else ''}.{image.extension}"
    return replace(job, candidate=candidate.document()), Path(root, FOLDER, _folder(row_id), name)


def is_candidate(path: str, root: str) -> bool:
    """Whether an image below an output root lies among the candidates of its rows."""
    return path.startswith(os.path.join(root, FOLDER, ""))


def _folder(row_id: str) -> str:
    return str(whole_names("{id}", {"id": row_id}, "row")[0])
