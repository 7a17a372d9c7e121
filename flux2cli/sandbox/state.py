"""The state behind one server, which all emulated providers share: jobs, files, images, faults, balance, routes."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from flux2cli.catalog import Route
from flux2cli.sandbox.active_jobs import ActiveJobs
from flux2cli.sandbox.faults import Fault, Faults, Stage, parse_list
from flux2cli.sandbox.http import ServerRequest
from flux2cli.sandbox.input_images import InputImage, decode_data_url, inspect_image, loopback_path
from flux2cli.sandbox.job_store import EmulatedJob, JobStore, Latency
from flux2cli.sandbox.nested_look_ups import NestedLookUps
from flux2cli.sandbox.picture_cache import PictureCache
from flux2cli.sandbox.pictures import Picture
from flux2cli.sandbox.uploads import Uploads

FAULT_HEADER = "x-flux2-fault"

_MOST_COUNTERS = 20_000


class Balance:
    """The balance of the emulated account in US dollars, None for no limit. It is not kept when the server stops."""

    def __init__(self, amount: Decimal | None) -> None:
        self._amount = amount
        self._lock = threading.Lock()

    @property
    def amount(self) -> Decimal | None:
        """The remaining amount."""
        return self._amount

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self._amount is not None and self._amount <= 0

    def charge(self, amount: Decimal) -> bool:
        """Take the amount; False when there is not enough left."""
        with self._lock:
            if self._amount is None:
                return True
            if amount > self._amount:
                return False
            self._amount -= amount
            return True


ImageFinder = Callable[["SandboxState", str], InputImage | None]
"""Finds the image that a path below `/cdn/` names; None for a path that is another provider's."""


@dataclass(slots=True, kw_only=True)
class SandboxState:
    """What the handlers of one server share. `keys` are the only API keys accepted; None accepts any."""

    directory: Path
    routes: Sequence[Route]
    """The catalogue's routes, of all providers."""
    latency: Latency
    faults: Faults
    balance: Balance
    keys: Collection[str] | None
    key_headers: frozenset[str] = frozenset()
    """The headers in which the providers' API keys travel, in lower case."""
    clock: Callable[[], float]
    """Seconds since the epoch."""
    image_finders: tuple[ImageFinder, ...] = ()
    jobs: JobStore = field(init=False)
    uploads: Uploads = field(init=False)
    active: ActiveJobs = field(init=False)
    pictures: PictureCache = field(default_factory=PictureCache)
    stopping: threading.Event = field(default_factory=threading.Event)
    leaks: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    """Paths of uploads and images to which an API key was sent."""
    _requests_per_fault: Counter[tuple[str, str]] = field(default_factory=Counter)
    _look_ups: NestedLookUps = field(default_factory=NestedLookUps)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.jobs = JobStore(self.directory / "jobs")
        self.uploads = Uploads(self.directory / "files", self.clock)
        self.active = ActiveJobs(self.jobs)

    def route(self, provider: str, endpoint: str) -> Route | None:
        """The provider's route with this endpoint id or alias, or None."""
        named = (r for r in self.routes if r.provider == provider and endpoint in (r.endpoint, *r.aliases))
        return next(named, None)

    def has_key(self, request: ServerRequest) -> bool:
        """Whether the request has a header in which an API key travels."""
        return any(name in request.headers for name in self.key_headers)

    def record_leak(self, request: ServerRequest) -> None:
        """Record the path of a request that has an API key and needs none."""
        if self.has_key(request):
            self.leaks.append(request.path)

    def look_up(self, url: str) -> InputImage:
        """The reference image at a URL. A URL on another host counts as an image and is not requested."""
        if url[:5].lower() == "data:":
            return inspect_image(decode_data_url(url))
        path = loopback_path(url)
        if path is None or not path.startswith("/cdn/"):
            return InputImage(kind="image")
        return self._look_ups.nested(path, self._find)

    def _find(self, path: str) -> InputImage:
        found = (finder(self, path) for finder in self.image_finders)
        return next((image for image in found if image is not None), InputImage(kind="missing"))

    def drawn(self, picture: Picture) -> InputImage:
        """A drawn image as a reference."""
        return InputImage(kind="image", size=picture.size, data=self.pictures.get(picture))

    def fault(self, request: ServerRequest, stage: Stage, job: EmulatedJob | None = None) -> Fault | None:
        """The fault that strikes this request: one named in its header, one of its job, or one of the server.

        UnknownFaultError for a header that names no fault.
        """
        for fault in parse_list(request.headers.get(FAULT_HEADER, "")):
            if fault.kind.stage == stage:
                return fault
        if job is None:
            return self.faults.draw(stage)
        for fault in job.drawn_faults():
            if fault.kind.stage == stage and fault.strikes(self._count(f"{job.id} {fault.kind.name}", request.path)):
                return fault
        return None

    def job_faults(self, request: ServerRequest) -> list[Fault]:
        """The faults that will strike the job made by this request, or later requests for it."""
        named = parse_list(request.headers.get(FAULT_HEADER, ""))
        return [f for f in named if f.kind.stage not in ("submit", "upload")] + self.faults.draw_for_job()

    def _count(self, fault: str, path: str) -> int:
        with self._lock:
            if len(self._requests_per_fault) > _MOST_COUNTERS:
                self._requests_per_fault.clear()
            self._requests_per_fault[fault, path] += 1
            return self._requests_per_fault[fault, path]
