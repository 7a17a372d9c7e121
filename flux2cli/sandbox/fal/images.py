"""The CDN: drawn images and uploaded files, to anybody who knows the address."""

from flux2cli.sandbox.exchange import Answer, HangUp, Incoming, as_html, as_json, rule
from flux2cli.sandbox.fal.auth import note_leak
from flux2cli.sandbox.fal.outcome import FILE_PATH, IMAGE_PATH, find_picture
from flux2cli.sandbox.faults import Fault
from flux2cli.sandbox.site import Site


def _image(site: Site, ask: Incoming) -> Answer:
    note_leak(site, ask)
    picture = find_picture(site, ask.parts["id"], int(ask.parts["index"]), ask.parts["suffix"])
    if picture is None:
        return as_json({"detail": "Not Found"}, 404)
    whole = Answer(
        headers={"Content-Type": picture.media_type, "Cache-Control": "max-age=31536000"},
        body=site.pictures.get(picture),
    )
    fault = site.fault(ask, "download", site.jobs.get(ask.parts["id"]))
    return whole if fault is None else _spoilt(whole, fault)


def _spoilt(whole: Answer, fault: Fault) -> Answer:
    match fault.kind.name:
        case "broken-download":
            half = whole.body[: len(whole.body) // 2]
            return Answer(headers=whole.headers, body=half, length=len(whole.body))
        case "html-download":
            return as_html("Sign in to the network")
        case "missing-download":
            return as_json({"detail": "Not Found"}, 404)
        case "download-500":
            return as_html("500 Internal Server Error", 500)
    raise HangUp


def _upload(site: Site, ask: Incoming) -> Answer:
    note_leak(site, ask)
    upload = site.uploads.find(ask.parts["id"])
    data = site.uploads.read(upload) if upload else None
    if upload is None or data is None:
        return as_json({"detail": "Not Found"}, 404)
    return Answer(headers={"Content-Type": upload.media_type}, body=data)


RULES = (rule("fal.image", "GET", IMAGE_PATH, _image), rule("fal.file", "GET", FILE_PATH, _upload))
