"""Signed addresses of images: good for ten minutes from the poll that made them, then refused."""

import hashlib
import hmac
import math
import re

from flux2cli.sandbox import downloads
from flux2cli.sandbox.bfl import task
from flux2cli.sandbox.http import Answer, Incoming, rule
from flux2cli.sandbox.input_images import Found
from flux2cli.sandbox.job_store import EmulatedJob
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.state import Site

LIFETIME_SECONDS = 600
"""How long `result.sample` can be downloaded (BFL's documentation)."""

_PATH = r"/cdn/bfl/(?P<id>[0-9a-f-]{36})/sample\.(?P<suffix>\w+)"


def address(job: EmulatedJob, picture: Picture, base: str, now: float) -> str:
    """A fresh address of the job's image."""
    until = str(math.ceil(now + LIFETIME_SECONDS))
    return f"{base}/cdn/bfl/{job.id}/sample.{picture.suffix}?se={until}&sig={_signature(job.id, until)}"


def _signature(job_id: str, until: str) -> str:
    """Ties the end to the job. Made from both alone, so that a server started anew accepts what another one signed."""
    return hashlib.sha256(f"flux2 sandbox {job_id} {until}".encode()).hexdigest()[:24]


def _is_good(site: Site, ask: Incoming) -> bool:
    until, signature = ask.asked("se"), ask.asked("sig")
    fits = hmac.compare_digest(signature.encode(), _signature(ask.parts["id"], until).encode())
    return fits and site.clock() < int(until)


def _image(site: Site, ask: Incoming) -> Answer:
    downloads.note_key(site, ask)
    if not _is_good(site, ask):
        return downloads.denied()
    done = task.finished(site, ask.parts["id"])
    if done is None or done[1].suffix != ask.parts["suffix"]:
        return downloads.missing()
    return downloads.serve(site, ask, *done)


def find(site: Site, path: str) -> Found | None:
    """What lies at a path of this host, whether its address has expired or not; None for a path of another form."""
    named = re.fullmatch(_PATH, path)
    if named is None:
        return None
    done = task.finished(site, named["id"])
    if done is None or done[1].suffix != named["suffix"]:
        return Found(kind="missing")
    return Found(kind="image", size=(done[1].width, done[1].height))


RULES = (rule("bfl.image", "GET", _PATH, _image),)
