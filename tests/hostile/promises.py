"""What has to be true after every run, whatever the server did. Each function names the promises that are broken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from support.shell import Ran

from hostile.cells import Cell
from hostile.rig import Rig
from hostile.scripts import FOX, OWL

SETTLING = (
    "own 404", "own 422", "own failure", "own moderation", "error in a 200", "an error text of 300 levels", "no image",
)  # fmt: skip
"""Faults that are a provider's own words for the end of a job, if they are in the shape that it gives them."""

_SENT_AGAIN = ("HTML 407", "HTML 429", "HTML 503", "429, Retry-After ²")
"""Responses to a submit that mean that nothing was accepted."""

_ASKED_ONCE = ("1xx without end", "headers without end", "body without end")
"""Faults after which nothing is asked again, since the deadline passed meanwhile."""


def broken(rig: Rig, ran: Ran, cell: Cell) -> list[str]:
    """Sentences, one for each promise that is broken; none when all is well."""
    return [*_posts(rig, cell), *_said(ran, cell), *_secrets(rig, ran), *_files(rig), *_kept(rig, cell)]


def _posts(rig: Rig, cell: Cell) -> Iterator[str]:
    allowed = 3 if cell.phase == "submit" and cell.fault in _SENT_AGAIN else 1
    for prompt, count in rig.server.submits.items():
        if count > (allowed if prompt == FOX else 1):
            yield f"{prompt} was posted {count} times"


def _said(ran: Ran, cell: Cell) -> Iterator[str]:
    if "Traceback" in ran.err or "Warning:" in ran.err:
        yield f"Python speaks: {ran.err}"
    errors = [line for line in ran.err.splitlines() if line.startswith("error:")]
    if cell.way == "fetch":
        if len(errors) != (0 if ran.code == 0 else 1):
            yield f"{len(errors)} error lines: {ran.err}"
        if ran.code and ran.out:
            yield f"stdout of a failure: {ran.out}"
        return
    documents = [_strict(text) for text in (ran.out.splitlines() if cell.way == "batch" else [ran.out])]
    if cell.way == "single":
        said = documents[0]["error"]["exit_code"] if not documents[0]["ok"] else 0
        if said != ran.code:
            yield f"the document says {said} and the exit code is {ran.code}"
    elif not any(document.get("schema") == "flux2cli/batch/1" for document in documents):
        yield f"a batch without its summary: {ran.out}"


def _strict(text: str) -> dict[str, Any]:
    """The JSON object, in which no reader finds anything odd."""

    def refuse(token: str) -> None:
        raise ValueError(f"{token} is no JSON")

    text.encode()  # half a surrogate pair has no bytes
    found = json.loads(text, parse_constant=refuse)
    assert isinstance(found, dict), text
    return found


def _secrets(rig: Rig, ran: Ran) -> Iterator[str]:
    key = rig.script.key
    if key in ran.out + ran.err:
        yield "the key is in the output"
    files = [path for path in rig.shell.cwd.parent.rglob("*") if path.is_file()]
    yield from (f"the key is in {path}" for path in files if key.encode() in path.read_bytes())
    yield from (f"the key was sent along with {request}" for request in rig.server.leaks)


def _files(rig: Rig) -> Iterator[str]:
    """Images are whole, each has its sidecar, and nothing else lies there."""
    out = rig.shell.cwd / "out"
    paths = {path for path in out.rglob("*") if path.is_file()} if out.is_dir() else set()
    sidecars = {path for path in paths if path.suffix == ".json"}
    images = paths - sidecars
    if {path.with_name(f"{path.name}.json") for path in images} != sidecars:
        yield f"odd files: {sorted(map(str, paths))}"
    for path in images:
        yield from _whole(path)
    recorded = {rig.shell.cwd / file for job in rig.listed() for file in job["files"]}
    if images != recorded:
        yield f"{sorted(recorded)} are recorded and {sorted(images)} are there"


def _whole(path: Path) -> Iterator[str]:
    if path.suffix not in (".png", ".jpg", ".webp"):
        yield f"{path.name} is left"
        return
    document = _strict(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    if document["schema"] != "flux2cli/sidecar/1":
        yield f"{path.name} has an odd sidecar"
    if path.stat().st_size < 15_000:  # the vast one takes seconds
        with Image.open(path) as image:
            image.load()


def _kept(rig: Rig, cell: Cell) -> Iterator[str]:
    """What was accepted can be collected, or was settled in the provider's own words."""
    state = rig.jobs().get(FOX, {}).get("state", "none")
    accepted = cell.phase in ("stream", "status", "result", "download")
    settled = ("failed", "expired", "moderated") if cell.fault in SETTLING else ()
    if accepted and state not in ("submitted", "ready", "saved", *settled):
        yield f"a job that was accepted is {state}"
    if accepted and state in ("submitted", "ready") and rig.server.met < 2 and cell.fault not in _ASKED_ONCE:
        yield f"a job that is {state} was asked about {rig.server.met} times"
    if state in ("submitted", "ready", "failed", "expired"):
        yield from _collected(rig)
    if cell.way == "batch":
        yield from _continued(rig, state)


def _collected(rig: Rig) -> Iterator[str]:
    """From a server that behaves, `jobs fetch` gets the image without another paid request."""
    rig.server.heal()
    before = dict(rig.server.submits)
    ran = rig.flux2("jobs", "fetch", str(rig.jobs()[FOX]["job_id"]), "--timeout", "60")
    if ran.code != 0 or rig.jobs()[FOX]["state"] != "saved":
        yield f"it cannot be collected: {ran.err}"
    if dict(rig.server.submits) != before:
        yield "collecting it was paid for"
    yield from _files(rig)


def _continued(rig: Rig, state: str) -> Iterator[str]:
    """The same batch again, at a server that behaves, makes what is missing and buys nothing that may be there."""
    rig.server.heal()
    before = rig.server.submits[FOX]
    ran = rig.batch()
    bought = rig.server.submits[FOX] - before
    if bought > (0 if state in ("unknown", "submitted", "ready", "saved", "failed", "expired") else 1):
        yield f"a row that was {state} was posted again"
    if rig.server.submits[OWL] != 1 or rig.jobs()[OWL]["state"] != "saved":
        yield f"the other row was posted {rig.server.submits[OWL]} times: {ran.err}"
    yield from _files(rig)
