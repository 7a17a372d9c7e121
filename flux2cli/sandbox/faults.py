"""Faults on demand: their names, the requests that they strike, and the counters for `NAME:N` and `NAME:P%`."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Stage = Literal["submit", "job", "status", "stream", "result", "download", "upload"]
"""Which request a fault strikes: a submit, an upload, or a later one for the job. `job` changes how the job ends."""

_SPEC = re.compile(r"(?P<name>[a-z0-9-]+)(?:=(?P<argument>\d+(?:\.\d+)?))?(?::(?:(?P<first>\d+)|(?P<share>\d+)%))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A fault by its name. `argument` says what a number after `=` means, `default` is used when there is none."""

    name: str
    stage: Stage
    summary: str
    argument: str | None = None
    default: float | None = None

    @property
    def sentence(self) -> str:
        """What happens, and what a number means: `too many requests; 429=N: seconds in Retry-After`."""
        return f"{self.summary}; {self.name}=N: {self.argument}" if self.argument else self.summary


class UnknownFaultError(ValueError):
    """A text that is no fault; the message says why, in a sentence. `name`: the name, where there is none like it."""

    def __init__(self, message: str, *, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


_ROWS = (
    FaultKind(name="lost-before", stage="submit", summary="the connection closes before the body is read; no job"),
    FaultKind(name="lost-reply", stage="submit", summary="the job is accepted, the connection closes without a byte"),
    FaultKind(name="401", stage="submit", summary="the key is rejected"),
    FaultKind(name="402", stage="submit", summary="the account has no credits"),
    FaultKind(name="402-body", stage="submit", summary="the same with `error` and `message`"),
    FaultKind(name="403", stage="submit", summary="the key is not allowed to do this"),
    FaultKind(name="403-balance", stage="submit", summary="the account has no balance"),
    FaultKind(name="422", stage="submit", summary="the input is refused by the schema"),
    FaultKind(name="422-text", stage="submit", summary="the same with a text in place of a list"),
    FaultKind(name="429", stage="submit", summary="too many requests", argument="seconds in Retry-After"),
    FaultKind(
        name="429-body",
        stage="submit",
        summary="the same with `retry_after` in the body",
        argument="seconds in retry_after",
        default=1,
    ),
    FaultKind(name="500", stage="submit", summary="the server fails; no job, no request id"),
    FaultKind(name="500-accepted", stage="submit", summary="the server fails after it made the job; names its id"),
    FaultKind(name="502", stage="submit", summary="the gateway fails, with a page in HTML; no job"),
    FaultKind(name="503", stage="submit", summary="unavailable, without a request id; no job"),
    FaultKind(name="unknown-fields", stage="submit", summary="the job is accepted, the reply is `{}`"),
    FaultKind(name="no-id", stage="submit", summary="the job is accepted, the reply lacks its id"),
    FaultKind(name="foreign-poll", stage="submit", summary="the job is to be polled at another host"),
    FaultKind(name="insecure-poll", stage="submit", summary="the job is to be polled over http"),
    FaultKind(name="not-json", stage="submit", summary="the job is accepted, the reply is a page in HTML"),
    FaultKind(name="empty", stage="submit", summary="the job is accepted, the reply has no body"),
    FaultKind(name="huge", stage="submit", summary="the job is accepted, the reply has 50 MB"),
    FaultKind(name="moderated", stage="job", summary="the job ends refused by moderation"),
    FaultKind(name="moderated-request", stage="job", summary="moderation refuses the prompt, not the image"),
    FaultKind(name="failed", stage="job", summary="the job fails on the server"),
    FaultKind(name="failed-text", stage="job", summary="the job fails, its error is a text"),
    FaultKind(name="failed-message", stage="job", summary="the job fails, its error has `error_message`"),
    FaultKind(name="failed-integer", stage="job", summary="the job fails, its error code is an integer"),
    FaultKind(name="failed-silently", stage="job", summary="the job fails without an error"),
    FaultKind(name="422-late", stage="job", summary="the input is refused only in the result"),
    FaultKind(name="black", stage="job", summary="the images are black, as blocked ones are"),
    FaultKind(name="slow", stage="job", summary="the job runs longer", argument="seconds more", default=60),
    FaultKind(name="status-500", stage="status", summary="asking where the job stands fails"),
    FaultKind(name="unknown-status", stage="status", summary="the job stands at a word that nobody knows"),
    FaultKind(name="task-not-found", stage="status", summary="the job is not known when it is asked for"),
    FaultKind(name="stream-stall", stage="stream", summary="the event stream goes silent after its first event"),
    FaultKind(name="stream-cut", stage="stream", summary="the event stream ends after its first event"),
    FaultKind(name="stream-broken", stage="stream", summary="the connection closes after the stream's first event"),
    FaultKind(name="stream-buffered", stage="stream", summary="all events come at once, when the job is over"),
    FaultKind(name="result-500", stage="result", summary="fetching the result fails"),
    FaultKind(name="broken-download", stage="download", summary="the connection closes in the middle of the image"),
    FaultKind(name="html-download", stage="download", summary="a page in HTML comes instead of the image"),
    FaultKind(name="missing-download", stage="download", summary="the image is not there"),
    FaultKind(name="expired-download", stage="download", summary="the image's address has expired"),
    FaultKind(name="download-500", stage="download", summary="the server of the image fails"),
    FaultKind(name="upload-failed", stage="upload", summary="storing an uploaded file fails"),
)

KINDS: dict[str, FaultKind] = {row.name: row for row in _ROWS}
"""Every fault, by name. What only some providers do is in `FAULTS` of their emulators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A requested fault: it strikes the first `first` times, or `share` percent of the times, or always."""

    kind: FaultKind
    argument: float | None = None
    first: int | None = None
    share: int | None = None

    def strikes(self, count: int) -> bool:
        """Whether it strikes the `count`-th time, counted from 1. A share of 25 % is every fourth time."""
        if self.share is not None:
            return count * self.share // 100 > (count - 1) * self.share // 100
        return self.first is None or count <= self.first

    def __str__(self) -> str:
        argument = "" if self.argument is None else f"={self.argument:g}"
        return f"{self.kind.name}{argument}{'' if self.first is None else f':{self.first}'}"


def parse_fault(text: str) -> Fault:
    """From `NAME`, `NAME:N` or `NAME:P%`, with `=NUMBER` after names that take one; else UnknownFaultError."""
    found = _SPEC.fullmatch(text.strip().lower())
    kind = KINDS.get(found["name"]) if found else None
    if found is None or kind is None:
        name = found["name"] if found else text.strip()
        raise UnknownFaultError(f"There is no fault `{name}`; known: {', '.join(KINDS)}.", name=name)
    if found["argument"] and kind.argument is None:
        raise UnknownFaultError(f"The fault `{kind.name}` takes no number: `{text}`.")
    if found["share"] and int(found["share"]) > 100:
        raise UnknownFaultError(f"A share of more than 100 % makes no sense: `{text}`.")
    return Fault(
        kind=kind,
        argument=float(found["argument"]) if found["argument"] else kind.default,
        first=int(found["first"]) if found["first"] else None,
        share=int(found["share"]) if found["share"] else None,
    )


def parse_list(text: str) -> list[Fault]:
    """The faults in one text, separated by commas, as in the header of a request."""
    return [parse_fault(part) for part in text.split(",") if part.strip()]


class Faults:
    """The faults of one server, and how often each was due. Safe for many threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._counts = [0] * len(self._faults)
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "Faults":
        """Parses texts such as `429:2` or `lost-reply`; UnknownFaultError for an unknown fault."""
        return cls(fault for text in texts for fault in parse_list(text))

    @property
    def kinds(self) -> tuple[FaultKind, ...]:
        """The kinds of these faults."""
        return tuple(fault.kind for fault in self._faults)

    def draw(self, stage: Stage) -> Fault | None:
        """The fault that strikes this request, if any. Each fault of the stage counts the request until one strikes."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.kind.stage == stage and self._is_due(index):
                    return fault
        return None

    def draw_for_job(self) -> list[Fault]:
        """The faults that strike a new job, or later requests for it.

        A share decides which jobs are struck. `NAME:N` counts jobs where the fault changes how they end, and else the
        requests of each job: with `broken-download:1` the first download of every image breaks.
        """
        with self._lock:
            return [
                fault
                for index, fault in enumerate(self._faults)
                if fault.kind.stage not in ("submit", "upload") and (self._is_due(index) or self._per_request(fault))
            ]

    def _is_due(self, index: int) -> bool:
        self._counts[index] += 1
        return self._faults[index].strikes(self._counts[index])

    @staticmethod
    def _per_request(fault: Fault) -> bool:
        return fault.kind.stage != "job" and fault.first is not None
