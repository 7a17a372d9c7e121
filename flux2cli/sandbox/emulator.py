"""The interface of one provider's emulator to the server: its name, its rules, and access to its images."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flux2cli.sandbox.http import ServerRequest, ServerResponse
from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.state import SandboxState

Handler = Callable[[SandboxState, ServerRequest], ServerResponse]
"""Responds to a request. HangUp to close the connection without a response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which requests a handler responds to. `kind` names them in counts and in the log, such as `acme.submit`."""

    kind: str
    method: str
    pattern: re.Pattern[str]
    handle: Handler


def rule(kind: str, method: str, pattern: str, handle: Handler) -> Rule:
    """A rule for one method and for paths that match the whole pattern.

    `GET` takes `HEAD`, too, and `*` every method. Named groups of the pattern become `ServerRequest.parts`.
    """
    return Rule(kind=kind, method=method, pattern=re.compile(pattern), handle=handle)


def owners(emulators: "Sequence[Emulator]", fault: str) -> tuple[str, ...]:
    """The names of the providers that have a fault: those that list it, or all when none does."""
    listed = tuple(emulator.NAME for emulator in emulators if fault in emulator.FAULTS)
    return listed or tuple(emulator.NAME for emulator in emulators)


class Emulator(Protocol):
    """The emulator of one provider: a module or an object, so that a plug-in can bring one of its own.

    Responses follow from the request and from `SandboxState` alone, since a server started tomorrow on the same
    directory has to give the same ones. So an emulator keeps nothing in memory: jobs, uploaded files and the routes of
    the catalogue are in the state. Handlers run in many threads at once.
    """

    NAME: str
    """The provider's name in the catalogue's routes, and `EmulatedJob.protocol` of the jobs made here."""

    KEY_HEADER: str
    """The header in which the provider's API key travels, in lower case, such as `authorization`."""

    FAULTS: tuple[str, ...]
    """The names of the faults that this provider has and not every other one does."""

    RULES: tuple[Rule, ...]
    """What it responds to. The server asks all emulators in turn and takes the first rule that matches."""

    def find_image(self, state: SandboxState, path: str, /) -> InputImage | None:
        """The image that a path below `/cdn/` on this server names; None for a path that is not this provider's."""
        ...
