"""Tells responses of something on the way (a proxy, a login page of the network, a CDN) from the provider's own."""

import re
from dataclasses import replace

from flux2cli.providers.error_text import sentence
from flux2cli.providers.interface import Provider
from flux2cli.providers.reply_shape import reply_shape
from flux2cli.wire import HttpResponse, Problem

_READ = 4096
"""Bytes of a foreign body that are read, to show whose it is."""
_LONGEST_CODING = 40
_TITLE = re.compile(r"<title>([^<]*)", re.IGNORECASE)


def explained(provider: Provider, response: HttpResponse, body: bytes | None = None) -> Problem:
    """The problem that an error response to a request with this body reports, in the provider's words or as foreign.

    A foreign problem is never final: nothing on the way knows how a job ended.
    """
    return replace(_explained(provider, response, body), reply=reply_shape(response))


def _explained(provider: Provider, response: HttpResponse, body: bytes | None) -> Problem:
    problem = provider.explain(response)
    if response.undecoded and response.status < 400 and response.json() is None:
        return replace(problem, message=f"{problem.message.rstrip('.')}: it is {_coded(response.undecoded)}.")
    if not 400 <= response.status < 500 or (problem.code == "cancelled" and problem.final):
        return problem
    clause = foreign(provider.INFO.title, response)
    if clause is not None:
        name = f"FLUX2_{provider.INFO.name.upper()}_URL"
        hint = f"a proxy, a login page of the network or a wrong {name} does that; `flux2 doctor` looks at them"
        message = f"{clause[0].upper()}{clause[1:]}."
        problem = replace(problem, message=message, hint=hint, foreign=True, final=False)
    if response.status == 413 and body is not None:
        message = f"The request is too large ({_size(body)}): {clause or problem.message.rstrip('.')}."
        problem = replace(problem, message=message, hint="scale the reference images down")
    return problem


def foreign(title: str, response: HttpResponse) -> str | None:
    """The clause that says that the provider of this title did not answer; None for a body that is JSON."""
    if response.json() is not None:
        return None
    if response.undecoded:
        return f"something between here and {title} answered {response.status} {_coded(response.undecoded)}"
    text = response.body[:_READ].decode("utf-8", "replace").strip()
    start = f"something between here and {title} answered {response.status}"
    if not text:
        return f"something between here and {title}, or {title} itself, answered {response.status} without a body"
    page = _TITLE.search(text)
    if page is None and not text.startswith("<"):
        return sentence(start, text).rstrip(".")
    return sentence(f"{start} with an HTML page", page and page[1]).rstrip(".")


def _coded(coding: str) -> str:
    return f"in the content coding `{coding[:_LONGEST_CODING]}`, which is not decoded"


def _size(body: bytes) -> str:
    size = len(body) / 2**20
    return f"{size:.1f} MiB" if size >= 0.1 else "less than 0.1 MiB"
