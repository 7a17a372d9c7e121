"""Judges one row: from its records, what lies at their paths, and what the ledger says, to a state and an action.

Pure: the caller has looked at files and ledger. The states are asked for in the order of `PlanState`.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from flux2cli.core.batch.claims import RecordedRow
from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.core.batch.plan.record_index import Records
from flux2cli.core.batch.plan.verdict import ImageState, Verdict
from flux2cli.core.batch.resume import Action, RetryChoice, decide
from flux2cli.core.request.file_names import relative_path

Match = Literal["key", "request", "like", "id"]
"""How records belong to a row: by its row key, by the request of an image without a row, by all but the endpoint, or by
its id alone: then they are of another request."""

Occupant = Literal["file", "other row", "conflict", "unreadable"]
"""What keeps a row from its place: a file without a record, another row's image, or a sidecar that is no record."""

_COLLECTED = ("submitted", "ready")
_IN_PROGRESS = ("submitting", *_COLLECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user wants beyond the rules: `--retry-…`, `--update`, `--overwrite`, `--adopt`, `--remake`.

    `remake` sends every row that has images or records, in their places.
    """

    retry: RetryChoice = field(default_factory=RetryChoice)
    update: bool = False
    overwrite: bool = False
    adopt: bool = False
    remake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """What is known of one row. `images` holds a state for each record; `count` is the number of images it asks for.

    `place` is the path that the row fixes for its first image, None where an image stays where it is; `occupant` is
    what stands there and is not the row's. `changes` names the fields that differ when the match is by `id`.
    `counts_sandbox`: a placeholder of the sandbox is as good as an image.
    """

    records: Records = ()
    match: Match | None = None
    images: tuple[ImageState, ...] = ()
    count: int = 1
    changes: tuple[str, ...] = ()
    place: str | None = None
    occupant: Occupant | None = None
    is_guarded: bool = False
    """Whether the occupant stays in any case: the sandbox replaces no real image."""
    settles: bool = False
    """Whether the image is that of one side of a merged sidecar."""
    job: RecordedRow | None = None
    aside: str | None = None
    """The image of the job that was not fit for the row's place, as reasons name it."""
    alive: bool = False
    """Whether a living process works on the job."""
    counts_sandbox: bool = False
    in_sandbox: bool = False
    """Whether the run is one in the sandbox, which leaves images that are none of its own as they are."""
    cwd: str = ""
    """The directory to which reasons name images."""

    def name(self, path: str) -> str:
        """The path as reasons have it."""
        return relative_path(path, self.cwd)


def judge(facts: RowFacts, choices: Choices) -> Verdict:
    """The row's state, and what a run does about it."""
    verdict = _judged(facts, choices)
    return verdict if verdict.records is facts.records else replace(verdict, records=facts.records)


def _judged(facts: RowFacts, choices: Choices) -> Verdict:
    job = _newer(facts)
    if job is not None and job.state in _IN_PROGRESS and (facts.alive or job.state in _COLLECTED):
        if facts.alive:
            return Verdict(state="running", action="await", reasons=("another process works on it",))
        return Verdict(state="ready", action="collect", reasons=(f"job {job.job_id} can be collected",))
    if facts.in_sandbox and facts.records and not facts.records[0].sandbox:
        return Verdict(state="done", action="skip", reasons=("the sandbox does not touch a real image",))
    if facts.occupant is not None and (verdict := _occupied(facts, choices)) is not None:
        return verdict
    if "other" in facts.images and not choices.remake:
        return _edited(facts, choices)
    is_kept_out = facts.occupant in ("conflict", "unreadable")
    if facts.place is not None and facts.records and facts.records[0].path != facts.place and not is_kept_out:
        return _moved(facts, choices, facts.place)
    return _in_place(facts, choices, job)


def _newer(facts: RowFacts) -> RecordedRow | None:
    """The ledger's job, unless a record is newer than it."""
    job = facts.job
    if job is None or any(
        record.job_id != job.job_id and record.created_at > job.created_at for record in facts.records
    ):
        return None
    return job


def _occupied(facts: RowFacts, choices: Choices) -> Verdict | None:
    """The verdict on a row whose place something else has; None where that may be replaced."""
    match facts.occupant:
        case "conflict" | "unreadable" if choices.remake:
            return None
        case "conflict" if facts.settles:
            return Verdict(state="conflict", action="settle", reasons=("its sidecar has the marks of a merge",))
        case "conflict":
            reason = "its sidecar has the marks of a merge, and neither side is of this image; --remake makes it again"
            return Verdict(state="conflict", action="keep", reasons=(reason,), is_settled=False)
        case "unreadable":
            reason = "its sidecar is gone or cannot be read; --remake makes it again"
            return Verdict(state="unreadable", action="keep", reasons=(reason,), is_settled=False)
    if choices.overwrite and not facts.is_guarded:
        return None
    what = "a file without a record" if facts.occupant == "file" else "the image of another row"
    place = facts.name(facts.place or "")
    return Verdict(
        state="foreign",
        action="refuse",
        reasons=(f"{what} is at {place}",),
        name=place,
        is_settled=False,
        is_overwritable=not facts.is_guarded,
    )


def _edited(facts: RowFacts, choices: Choices) -> Verdict:
    names = [facts.name(record.path) for record, state in _pairs(facts) if state == "other"]
    reasons = [f"{name} has other bytes than its record" for name in names]
    if facts.match == "id":
        reasons.append(_changed(facts))
    if choices.adopt:
        return Verdict(state="edited", action="adopt", reasons=tuple(reasons))
    return Verdict(state="edited", action="keep", reasons=tuple(reasons), is_settled=facts.match != "id")


def _moved(facts: RowFacts, choices: Choices, place: str) -> Verdict:
    """The verdict on a row whose images lie elsewhere: they are moved, and what else is to be done is done there."""
    then = _in_place(facts, choices, _newer(facts))
    if "none" in facts.images or "broken" in facts.images:  # there is nothing to move
        return then
    reasons = (f"{facts.name(facts.records[0].path)} moves to {facts.name(place)}", *then.reasons)
    return replace(then, state="placed elsewhere", reasons=reasons, place=place, replaces=facts.occupant is not None)


def _in_place(facts: RowFacts, choices: Choices, job: RecordedRow | None) -> Verdict:
    if choices.remake and facts.records:
        return Verdict(state="changed" if facts.match == "id" else "done", action="send", reasons=("made again",))
    if job is not None and facts.aside is not None and not choices.retry.moderated:
        reason = f"its new image is blank or flagged: {facts.aside}; pick it, or --retry-moderated"
        return Verdict(state="refused", action="keep", reasons=(reason,), is_settled=False)
    if facts.records and facts.records[0].sandbox and not facts.counts_sandbox:
        return Verdict(state="sandbox", action="send", reasons=("the sandbox drew it",))
    is_same = facts.match not in (None, "id")
    if is_same and _is_whole(facts):
        if "pointer" in facts.images:
            return Verdict(state="pointer", action="skip", reasons=("its image is with Git LFS",))
        note = ("the same request, to another endpoint",) if facts.match == "like" else ()
        return Verdict(state="done", action="skip", reasons=note, records=facts.records)
    if job is not None and job.state != "saved" and (verdict := _ended(job, choices.retry)) is not None:
        return verdict
    if facts.match == "id" and any(state in ("recorded", "pointer", "other") for state in facts.images):
        action: Action = "send" if choices.update or choices.overwrite else "refuse"
        name = facts.name(facts.records[0].path)
        reasons = (_changed(facts),)
        return Verdict(state="changed", action=action, reasons=reasons, name=name, is_settled=action == "send")
    if is_same:
        return Verdict(state="missing", action="send", reasons=_missing(facts))
    if job is not None and job.state == "saved":
        return Verdict(state="missing", action="send", reasons=("neither its image nor its record is there",))
    return Verdict(state="new", action="send")


def _is_whole(facts: RowFacts) -> bool:
    """Whether all images are there, or with Git LFS; how many there are to be, an old record does not say."""
    there = {record.index for record, state in _pairs(facts) if state in ("recorded", "pointer")}
    return len(there) == len(facts.records) and set(range(facts.count)) <= there


def _ended(job: RecordedRow, retry: RetryChoice) -> Verdict | None:
    """The verdict on a row whose job ended without an image and is not sent again by itself."""
    action = decide(job.state, error_code=job.error_code, present=False, alive=False, retry=retry)
    if job.state in ("unknown", "submitting"):
        reason = f"whether job {job.job_id} was accepted is not known"
        return Verdict(state="unknown", action=action, reasons=(reason,), is_settled=False)
    if action != "report":
        return None
    how = "moderated" if job.state == "moderated" or job.error_code == "moderated" else job.state
    return Verdict(state="refused", action=action, reasons=(f"job {job.job_id} was {how}",), is_settled=False)


def _missing(facts: RowFacts) -> tuple[str, ...]:
    words = {"none": "is gone", "broken": "is not whole"}
    found = [f"{facts.name(record.path)} {words[state]}" for record, state in _pairs(facts) if state in words]
    return tuple(found) or (f"{len(facts.records)} of {facts.count} images are there",)


def _changed(facts: RowFacts) -> str:
    return f"changed: {', '.join(facts.changes)}"


def _pairs(facts: RowFacts) -> list[tuple[ImageRecord, ImageState]]:
    return list(zip(facts.records, facts.images, strict=True))
