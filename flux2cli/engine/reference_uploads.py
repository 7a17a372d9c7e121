"""Uploads local reference images, once per content and run, or embeds them in the request."""

import random
import threading
from dataclasses import replace

from flux2cli.core.job import flow
from flux2cli.core.request.reference import Reference
from flux2cli.core.request.request import Request
from flux2cli.engine.flow_run import FlowRun
from flux2cli.engine.reference_content import ContentReader
from flux2cli.engine.resources import Resources
from flux2cli.events import Noted
from flux2cli.providers import registry
from flux2cli.providers.provider_info import ProviderInfo
from flux2cli.wire import Target


class Uploader:
    """Uploads references from any thread, each content once per provider."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._contents = ContentReader(lambda text: resources.listen(Noted(job_id=None, text=text)))
        self._uploaded: dict[tuple[str, str], Reference] = {}
        """Uploaded images by provider and hash of their file."""
        self._lock = threading.Lock()

    def upload(self, request: Request, target: Target, *, timeout: float | None = None) -> Request:
        """The request with a URL for every reference, or, if the provider has no uploads, with their content.

        `timeout` is seconds for all of them, from the start of the first, None for no limit.
        """
        if all(reference.url for reference in request.references):
            return request
        info = registry.info(request.route.provider)
        if not info.uploads:
            return request.with_references(
                [r if r.url else self._contents.read(r, info.upload_limit) for r in request.references]
            )
        with self._lock:  # one upload at a time: two rows with the same image must not upload it twice
            until = None if timeout is None else self._resources.clock() + timeout
            return request.with_references([self._with_url(r, info, target, until) for r in request.references])

    def _with_url(self, reference: Reference, info: ProviderInfo, target: Target, until: float | None) -> Reference:
        if reference.url:
            return reference
        key = (info.name, str(reference.sha256))
        if key not in self._uploaded:
            content = self._contents.read(reference, info.upload_limit)
            timeout = None if until is None else max(0.0, until - self._resources.clock())
            context = flow.FlowContext(
                provider=registry.provider_named(info.name),
                target=target,
                jitter=random.random(),  # noqa: S311 - spreads retries, hides nothing
                timeout=timeout,
            )
            steps = flow.upload(context, content, notice=self._notice(info))
            url = FlowRun(self._resources).drive(steps, timeout=timeout)
            self._uploaded[key] = replace(content, url=url, data=None)
        uploaded = self._uploaded[key]
        return replace(reference, url=uploaded.url, sent_sha256=uploaded.sent_sha256)

    def _notice(self, info: ProviderInfo) -> str | None:
        """What is to be said about uploads to a provider; None once there was one in this run."""
        if any(provider == info.name for provider, _ in self._uploaded):
            return None
        lifetime = f", {info.upload_lifetime}" if info.upload_lifetime else ""
        return f"reference images are uploaded to {info.title} and can be opened by anyone who has their URL{lifetime}"
