"""What the protocols of one server share: jobs, uploaded files, pictures, faults, balance. No protocol knowledge."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from flux2cli.sandbox.faults import Fault, Faults, Stage, parse_list
from flux2cli.sandbox.http import Incoming
from flux2cli.sandbox.input_images import Found, inline, looked_at, own_path
from flux2cli.sandbox.job_store import EmulatedJob, JobStore, Latency
from flux2cli.sandbox.new_jobs import Active
from flux2cli.sandbox.pictures import Pictures
from flux2cli.sandbox.uploads import Uploads

FAULT_HEADER = "x-flux2-fault"
KEY_HEADERS = ("authorization", "x-key")
"""Where API keys travel: the first with fal and Vtrix, the second with Black Forest Labs."""

_COUNTED = 20_000


class Balance:
    """Money that runs down, in US dollars; None is without end. Lives as long as the server."""

    def __init__(self, amount: Decimal | None) -> None:
        self._amount = amount
        self._lock = threading.Lock()

    @property
    def amount(self) -> Decimal | None:
        """What is left."""
        return self._amount

    def charge(self, amount: Decimal) -> bool:
        """Take the amount, or say False when there is not enough left."""
        with self._lock:
            if self._amount is None:
                return True
            if amount > self._amount:
                return False
            self._amount -= amount
            return True


Finder = Callable[["Site", str], Found | None]
"""Says what lies at a path below `/cdn/`; None for a path that is another's."""


@dataclass(slots=True, kw_only=True)
class Site:
    """The state behind one server. `keys` are the only keys accepted; None accepts any."""

    state: Path
    latency: Latency
    faults: Faults
    balance: Balance
    keys: Collection[str] | None
    clock: Callable[[], float]
    jobs: JobStore = field(init=False)
    uploads: Uploads = field(init=False)
    active: Active = field(init=False)
    pictures: Pictures = field(default_factory=Pictures)
    stopping: threading.Event = field(default_factory=threading.Event)
    leaks: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    """Paths to which a key was sent that is none of their business."""
    finders: tuple[Finder, ...] = ()
    """Asked in turn for what lies at a path below `/cdn/`."""
    _struck: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.jobs = JobStore(self.state / "jobs")
        self.uploads = Uploads(self.state / "files", self.clock)
        self.active = Active(self.jobs)

    def look(self, address: str) -> Found:
        """What lies behind a reference image's address. Other hosts are taken at their word: none is contacted."""
        if address[:5].lower() == "data:":
            return looked_at(inline(address))
        path = own_path(address)
        if path is None or not path.startswith("/cdn/"):
            return Found(kind="image")
        answers = (finder(self, path) for finder in self.finders)
        return next((found for found in answers if found is not None), Found(kind="missing"))

    def fault(self, ask: Incoming, stage: Stage, job: EmulatedJob | None = None) -> Fault | None:
        """The fault that strikes this request: asked for in its header, drawn by its job, or by the server.

        UnknownFaultError for a header that names no fault.
        """
        for fault in parse_list(ask.headers.get(FAULT_HEADER, "")):
            if fault.kind.stage == stage:
                return fault
        if job is None:
            return self.faults.draw(stage)
        for fault in job.life():
            if fault.kind.stage == stage and fault.strikes(self._turn(f"{job.id} {fault.kind.name}", ask.path)):
                return fault
        return None

    def life(self, ask: Incoming) -> list[Fault]:
        """The faults that a job made by this request will have."""
        asked = [f for f in parse_list(ask.headers.get(FAULT_HEADER, "")) if f.kind.stage not in ("submit", "upload")]
        return asked + self.faults.draw_life()

    def _turn(self, fault: str, path: str) -> int:
        with self._lock:
            if len(self._struck) > _COUNTED:
                self._struck.clear()
            self._struck[fault, path] += 1
            return self._struck[fault, path]
