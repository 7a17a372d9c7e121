"""The faults by the name that they have in the table, and the phases in which each says something."""

from collections.abc import Mapping
from dataclasses import dataclass

from hostile import acts, pictures
from hostile.acts import Act
from hostile.messages import Response, response_json
from hostile.scripts import Script

ALL = ("upload", "put", "submit", "stream", "status", "result", "download")
SAID = ("upload", "submit", "status", "result")
"""The phases whose right response is JSON."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the server does, in which phases that says something, and where it can be all the same."""

    act: Act
    phases: tuple[str, ...] = ALL
    providers: tuple[str, ...] = ("fal", "bfl", "vtrix")


_HTML = (400, 401, 403, 404, 407, 409, 413, 429, 451, 500, 502, 503)
_REDIRECTS = (301, 302, 303, 307)
_SHAPES: Mapping[str, object] = {
    "a list": [],
    "null": None,
    "a number": 7,
    "a text": "IN_QUEUE",
    "a proxy's object": {"ok": True, "message": "sign in"},
}
OWN = ("own 401", "own 404", "own 422", "own failure", "own moderation", "error in a 200")
_RIGHT = "HTTP/1.1 200 Said\r\nContent-Type: application/json\r\n"

FAULTS: Mapping[str, Fault] = {
    "connection refused": Fault(act=acts.refuse, phases=tuple(phase for phase in ALL if phase != "stream")),
    "connection reset": Fault(act=acts.reset),
    "closed without a byte": Fault(act=acts.close),
    "reset inside the body": Fault(act=acts.reset_inside),
    "truncated body": Fault(act=acts.truncate),
    **{f"HTML {status}": Fault(act=acts.html(status)) for status in _HTML},
    **{f"{status} to itself": Fault(act=acts.redirect(status)) for status in _REDIRECTS},
    "429, Retry-After ²": Fault(act=acts.say(response_json({"detail": "later"}, 429, Retry_After="²"))),
    "empty 200": Fault(act=acts.say(Response())),
    "HTML 200": Fault(act=acts.html(200)),
    **{f"200 with {name}": Fault(act=acts.say(response_json(body)), phases=SAID) for name, body in _SHAPES.items()},
    "200 of 100,000 levels": Fault(act=acts.deep_document, phases=SAID),
    "NaN for numbers": Fault(act=acts.numbers("NaN"), phases=SAID),
    "Infinity for numbers": Fault(act=acts.numbers("Infinity"), phases=SAID),
    "1e999999999 for numbers": Fault(act=acts.numbers("1e999999999"), phases=SAID),
    "1e30 for numbers": Fault(act=acts.numbers("1e30"), phases=SAID),
    "5,000 digits for numbers": Fault(act=acts.numbers("9" * 5000), phases=SAID),
    "a field of 300 levels": Fault(act=acts.deep_field, phases=SAID),
    "an error text of 300 levels": Fault(act=acts.deep_error, phases=SAID),
    "lone surrogates": Fault(act=acts.surrogates, phases=SAID),
    "said to be gzip": Fault(act=acts.coded("gzip")),
    "said to be br": Fault(act=acts.coded("br")),
    "gzip bomb": Fault(act=acts.bomb),
    "bomb in two codings": Fault(act=acts.stacked_bomb),
    "1xx without end": Fault(act=acts.drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n")),
    "headers without end": Fault(act=acts.drip(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n")),
    "body without end": Fault(act=acts.drip(f"{_RIGHT}Content-Length: 9999\r\n\r\n".encode(), b" ")),
    **{name: Fault(act=acts.own(name), phases=SAID) for name in OWN},
    "17 images": Fault(act=acts.many_images, phases=("result",), providers=("fal", "vtrix")),
    "no image": Fault(act=acts.no_image, phases=("result",)),
    "half an image": Fault(act=lambda exchange: exchange.send(pictures.half()), phases=("download",)),
    "a blank image": Fault(act=lambda exchange: exchange.send(pictures.blank()), phases=("download",)),
    "another format": Fault(act=lambda exchange: exchange.send(pictures.other_format()), phases=("download",)),
    "169 megapixels in 20 kB": Fault(act=lambda exchange: exchange.send(pictures.vast()), phases=("download",)),
}  # fmt: skip


def applies(name: str, phase: str, script: Script) -> bool:
    """Whether a fault says something in this phase of this provider."""
    fault = FAULTS[name]
    if script.name not in fault.providers or phase not in fault.phases:
        return False
    return name not in OWN or phase in script.own.get(name, {})
