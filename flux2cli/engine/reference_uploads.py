"""Local reference images get an address at the provider, once per content and run, or are read to go inline."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.edges.reference_files import load
from flux2cli.errors import UsageError
from flux2cli.events import Event, Noted
from flux2cli.providers import registry
from flux2cli.wire import Target

Upload = Callable[[Request, Target, Reference, bytes], str]
"""Uploads the bytes of one reference; its address."""


class Uploader:
    """Uploads references from any thread; the same content goes up once."""

    def __init__(self, *, upload: Upload, listen: Callable[[Event], None]) -> None:
        self._upload = upload
        self._listen = listen
        self._known: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def uploaded(self, request: Request, target: Target) -> Request:
        """The request with an address for every reference, or with its content where it travels inside the request."""
        if all(reference.url for reference in request.references):
            return request
        if not registry.info(request.route.provider).uploads:
            return request.with_references(
                [r if r.url else replace(r, data=_content(request, r)) for r in request.references]
            )
        with self._lock:  # one upload at a time: two rows with one image must not send it twice
            return request.with_references([self._one(request, target, r) for r in request.references])

    def _one(self, request: Request, target: Target, reference: Reference) -> Reference:
        if reference.url:
            return reference
        key = (request.route.provider, str(reference.sha256))
        if key not in self._known:
            title = registry.info(request.route.provider).title
            self._listen(
                Noted(
                    job_id=None,
                    text=f"{reference.name} is uploaded to {title}: whoever knows its address can open it, for a day",
                )
            )
            self._known[key] = self._upload(request, target, reference, _content(request, reference))
        return replace(reference, url=self._known[key])


def _content(request: Request, reference: Reference) -> bytes:
    """The bytes again, which must still be those that were hashed."""
    if reference.data is not None:
        return reference.data
    limit = registry.info(request.route.provider).upload_limit
    data = load(Path(str(reference.path)), reference.source, limit=limit)
    import hashlib

    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise UsageError(f"The reference image `{reference.source}` changed while it was being used.")
    return data
