"""The faults: what the server does in the place of a right response. Each has the name that it has in the table."""

import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from hostile import pictures
from hostile.exchange import Exchange
from hostile.messages import Response, response_json
from hostile.scripts import Script

Act = Callable[[Exchange], object]

ALL = ("upload", "put", "submit", "stream", "status", "result", "download")
SAID = ("upload", "submit", "status", "result")
"""The phases whose right response is JSON."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the server does, in which phases that says something, and where it can be all the same."""

    act: Act
    phases: tuple[str, ...] = ALL
    providers: tuple[str, ...] = ("fal", "bfl", "vtrix")


# --- the connection


def refuse(_: Exchange) -> None:
    """Nothing: the server does not listen in this phase."""


def reset(exchange: Exchange) -> None:
    """Close by a reset instead of a response."""
    exchange.reset()


def close(exchange: Exchange) -> None:
    """Close without a byte."""
    exchange.close()


def reset_inside(exchange: Exchange) -> None:
    """Send the head and a part of the body, then reset."""
    body = exchange.right.body or b"nothing more than this"
    exchange.send_bytes(replace(exchange.right, length=len(body)).head + body[: len(body) // 2])
    exchange.reset()


def truncate(exchange: Exchange) -> None:
    """Announce a longer body than is sent, then close."""
    exchange.send_bytes(replace(exchange.right, length=len(exchange.right.body) + 100).content)
    exchange.close()


# --- other responses than the right one


def say(response: Response) -> Act:
    """The act that sends this response."""
    return lambda exchange: exchange.send(response)


def html(status: int) -> Act:
    """The act that sends a page, as something on the way does."""
    page = b"<!DOCTYPE html><html><head><title>Not today</title></head><body><h1>Not today</h1></body></html>"
    return say(Response(status, page, {"Content-Type": "text/html"}))


def redirect(status: int) -> Act:
    """The act that redirects to the very URL that was asked for."""
    return lambda exchange: exchange.send(Response(status, b"", {"Location": exchange.url}))


def deep_document(exchange: Exchange) -> None:
    """JSON of nothing but 100,000 levels."""
    exchange.send(Response(200, b"[" * 100_000 + b"]" * 100_000, {"Content-Type": "application/json"}))


def own(name: str) -> Act:
    """The act that sends an error response in the provider's own JSON."""
    return lambda exchange: exchange.send(exchange.script.own[name][exchange.phase])


# --- the right response with something odd in it


def _as_json(exchange: Exchange, change: Callable[[str], str]) -> None:
    exchange.send(replace(exchange.right, body=change(exchange.right.body.decode()).encode()))


def numbers(token: str) -> Act:
    """The act that sends the right response with this for every number, in texts and headers, too."""

    def act(exchange: Exchange) -> None:
        right = exchange.right
        headers = {n: token if n == "x-fal-billable-units" else value for n, value in right.headers.items()}
        body = re.sub(r'(?<=: )"?-?\d+(\.\d+)?"?(?=[,}\]])', lambda m: _quoted(token, m[0]), right.body.decode())
        exchange.send(replace(right, body=body.encode(), headers=headers))

    return act


def _quoted(token: str, before: str) -> str:
    return f'"{token}"' if before.startswith('"') else token


def deep_field(exchange: Exchange) -> None:
    """The right response with one more field, a list 300 levels deep."""
    _as_json(exchange, lambda text: f'{{"deep": {"[" * 300}"x"{"]" * 300}, {text[1:]}')


_TEXTS = re.compile(r'("(?:prompt|message|model)": ")')


def surrogates(exchange: Exchange) -> None:
    """The right response with half a surrogate pair in every prompt and message, and in a field of its own."""
    _as_json(exchange, lambda text: r'{"\ud800": "\udfff", ' + _TEXTS.sub(r"\1\\ud83d", text)[1:])


def deep_error(exchange: Exchange) -> None:
    """A 400 whose text is 300 levels deep."""
    text = f'{{"detail": {"[" * 300}"x"{"]" * 300}, "error": {"[" * 300}"x"{"]" * 300}}}'
    exchange.send(Response(400, text.encode(), {"Content-Type": "application/json"}))


def many_images(exchange: Exchange) -> None:
    """The right response with 17 images."""
    data = json.loads(exchange.right.body)
    holder = data if "images" in data else data["output"][0]
    name = "images" if "images" in data else "content"
    [image] = holder[name]
    holder[name] = [{**image, "url": image["url"].replace("-0.", f"-{number}.")} for number in range(17)]
    exchange.send(response_json(data))


def no_image(exchange: Exchange) -> None:
    """The right response without its image."""
    data = json.loads(exchange.right.body)
    data.update({name: None if name == "result" else [] for name in ("images", "output", "result") if name in data})
    exchange.send(response_json(data))


# --- codings of the body


def coded(coding: str) -> Act:
    """The act that sends the right response as it is, and says that it is coded so."""
    return lambda exchange: exchange.send(
        replace(exchange.right, headers={**exchange.right.headers, "Content-Encoding": coding})
    )


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    zeros = b" " * (1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(20)) + packer.flush()


def bomb(exchange: Exchange) -> None:
    """A few kilobytes that are 20 MiB of blanks."""
    exchange.send(Response(200, _bomb(), {"Content-Encoding": "gzip"}))


@cache
def _packed_twice() -> bytes:
    return zlib.compress(_bomb(), wbits=31)


def stacked_bomb(exchange: Exchange) -> None:
    """The same in two codings."""
    exchange.send(Response(200, _packed_twice(), {"Content-Encoding": "gzip, gzip"}))


# --- responses without an end


def drip(first: bytes, again: bytes) -> Act:
    """The act that sends the first bytes at once, and the others again and again."""
    return partial(Exchange.drip, first=first, again=again)


_HTML = (400, 401, 403, 404, 407, 409, 413, 429, 451, 500, 502, 503)
_REDIRECTS = (301, 302, 303, 307)
_WRONG_SHAPES: Mapping[str, object] = {"a list": [], "null": None, "a number": 7, "a text": "IN_QUEUE",
                 "a proxy's object": {"ok": True, "message": "sign in"}}  # fmt: skip
OWN = ("own 401", "own 404", "own 422", "own failure", "own moderation", "error in a 200")
_RIGHT = "HTTP/1.1 200 Said\r\nContent-Type: application/json\r\n"

FAULTS: Mapping[str, Fault] = {
    "connection refused": Fault(act=refuse, phases=tuple(phase for phase in ALL if phase != "stream")),
    "connection reset": Fault(act=reset),
    "closed without a byte": Fault(act=close),
    "reset inside the body": Fault(act=reset_inside),
    "truncated body": Fault(act=truncate),
    **{f"HTML {status}": Fault(act=html(status)) for status in _HTML},
    **{f"{status} to itself": Fault(act=redirect(status)) for status in _REDIRECTS},
    "429, Retry-After ²": Fault(act=say(response_json({"detail": "later"}, 429, Retry_After="²"))),
    "empty 200": Fault(act=say(Response())),
    "HTML 200": Fault(act=html(200)),
    **{f"200 with {name}": Fault(act=say(response_json(value)), phases=SAID) for name, value in _WRONG_SHAPES.items()},
    "200 of 100,000 levels": Fault(act=deep_document, phases=SAID),
    "NaN for numbers": Fault(act=numbers("NaN"), phases=SAID),
    "Infinity for numbers": Fault(act=numbers("Infinity"), phases=SAID),
    "1e999999999 for numbers": Fault(act=numbers("1e999999999"), phases=SAID),
    "1e30 for numbers": Fault(act=numbers("1e30"), phases=SAID),
    "5,000 digits for numbers": Fault(act=numbers("9" * 5000), phases=SAID),
    "a field of 300 levels": Fault(act=deep_field, phases=SAID),
    "an error text of 300 levels": Fault(act=deep_error, phases=SAID),
    "lone surrogates": Fault(act=surrogates, phases=SAID),
    "said to be gzip": Fault(act=coded("gzip")),
    "said to be br": Fault(act=coded("br")),
    "gzip bomb": Fault(act=bomb),
    "bomb in two codings": Fault(act=stacked_bomb),
    "1xx without end": Fault(act=drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n")),
    "headers without end": Fault(act=drip(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n")),
    "body without end": Fault(act=drip(f"{_RIGHT}Content-Length: 9999\r\n\r\n".encode(), b" ")),
    **{name: Fault(act=own(name), phases=SAID) for name in OWN},
    "17 images": Fault(act=many_images, phases=("result",), providers=("fal", "vtrix")),
    "no image": Fault(act=no_image, phases=("result",)),
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
