"""Uploads local reference images, once per content and run, or embeds them in the request."""

import random
import threading
from dataclasses import replace
from pathlib import Path

from flux2cli.core.job import flow
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.edges.reference_files import load
from flux2cli.engine.flow_run import FlowRun
from flux2cli.engine.resources import Resources
from flux2cli.errors import UsageError
from flux2cli.events import Noted
from flux2cli.providers import registry
from flux2cli.wire import Target


class Uploader:
    """Uploads references from any thread, each content once per provider."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._urls: dict[tuple[str, str], str] = {}
        """URLs of uploaded images by provider and hash of the content."""
        self._lock = threading.Lock()

    def upload(self, request: Request, target: Target) -> Request:
        """The request with a URL for every reference, or, if the provider has no uploads, with their content."""
        if all(reference.url for reference in request.references):
            return request
        if not registry.info(request.route.provider).uploads:
            return request.with_references(
                [r if r.url else replace(r, data=_content(request, r)) for r in request.references]
            )
        with self._lock:  # one upload at a time: two rows with the same image must not upload it twice
            return request.with_references([self._with_url(request, target, r) for r in request.references])

    def _with_url(self, request: Request, target: Target, reference: Reference) -> Reference:
        if reference.url:
            return reference
        provider = request.route.provider
        key = (provider, str(reference.sha256))
        if key not in self._urls:
            info = registry.info(provider)
            text = f"{reference.name} is uploaded to {info.title}: whoever knows its address can open it"
            text += f", {info.upload_lifetime}" if info.upload_lifetime else ""
            self._resources.listen(Noted(job_id=None, text=text))
            context = flow.FlowContext(
                provider=registry.provider_named(provider),
                target=target,
                jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
            )
            steps = flow.upload(context, reference, _content(request, reference))
            self._urls[key] = FlowRun(self._resources).drive(steps)
        return replace(reference, url=self._urls[key])


def _content(request: Request, reference: Reference) -> bytes:
    """Read the file again; UsageError when it has changed since it was hashed."""
    if reference.data is not None:
        return reference.data
    limit = registry.info(request.route.provider).upload_limit
    data = load(Path(str(reference.path)), reference.source, limit=limit)
    import hashlib

    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise UsageError(f"The reference image `{reference.source}` changed while it was being used.")
    return data
