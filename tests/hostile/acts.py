"""What the server can do in the place of a right response. Each function is an act, or makes one from its argument."""

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from hostile.exchange import Exchange
from hostile.messages import Response, response_json

Act = Callable[[Exchange], object]


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


def drip(first: bytes, again: bytes) -> Act:
    """The act that sends the first bytes at once, and the others again and again."""
    return partial(Exchange.drip, first=first, again=again)
