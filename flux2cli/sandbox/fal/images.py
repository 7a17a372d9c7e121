"""The CDN: drawn images and uploaded files, to anybody who knows the address."""

from flux2cli.sandbox import downloads
from flux2cli.sandbox.fal.auth import note_leak
from flux2cli.sandbox.fal.outcome import FILE_PATH, IMAGE_PATH, find_picture
from flux2cli.sandbox.http import Answer, Incoming, as_json, rule
from flux2cli.sandbox.state import Site


def _image(site: Site, ask: Incoming) -> Answer:
    downloads.note_key(site, ask)
    picture = find_picture(site, ask.parts["id"], int(ask.parts["index"]), ask.parts["suffix"])
    if picture is None:
        return downloads.missing()
    return downloads.serve(site, ask, site.jobs.get(ask.parts["id"]), picture)


def _upload(site: Site, ask: Incoming) -> Answer:
    note_leak(site, ask)
    upload = site.uploads.find(ask.parts["id"])
    data = site.uploads.read(upload) if upload else None
    if upload is None or data is None:
        return as_json({"detail": "Not Found"}, 404)
    return Answer(headers={"Content-Type": upload.media_type}, body=data)


RULES = (rule("fal.image", "GET", IMAGE_PATH, _image), rule("fal.file", "GET", FILE_PATH, _upload))
