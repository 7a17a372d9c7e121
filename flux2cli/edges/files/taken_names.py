"""Remembers which numbers of a name are taken, so that the many images of one name are not each tried from the first.

A memory of one run and no more: whether a name is free is decided where the file is linked, also between processes.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flux2cli.core.request.file_names import numbered


@dataclass(slots=True)
class _Numbers:
    """What is known of one name. All numbers below `next` are taken, and so are those in `taken`, which are above."""

    next: int = 1
    taken: set[int] = field(default_factory=set)


class TakenNames:
    """The numbers of names that were found taken or given out in this run. For any number of threads.

    It keeps nothing of a name that only one image wants, so that it stays small in a long batch.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, _Numbers] = {}

    def candidates(self, wanted: Path, is_usable: Callable[[Path], bool], *, lasting: bool) -> Iterator[Path]:
        """The usable paths for an image, in order: `wanted`, then its `-2`, `-3`…, which no other caller is given.

        `lasting`: what is not usable for this image is not usable for any other of this run.
        """
        name, n = str(wanted), 0
        while True:
            n = self._after(name, n)
            path = numbered(wanted, n)
            usable = is_usable(path)
            if (usable and n == 1) or ((usable or lasting) and self._take(name, n) and usable):
                yield path

    def _after(self, name: str, n: int) -> int:
        """The next number that is not known to be taken."""
        with self._lock:
            numbers = self._names.get(name)
            if numbers is None:
                return n + 1
            n = max(n + 1, numbers.next)
            while n in numbers.taken:
                n += 1
            return n

    def _take(self, name: str, n: int) -> bool:
        """Remember that the number is taken; False when it was known, since another thread has it."""
        with self._lock:
            numbers = self._names.setdefault(name, _Numbers())
            if n < numbers.next or n in numbers.taken:
                return False
            numbers.taken.add(n)
            while numbers.next in numbers.taken:
                numbers.taken.remove(numbers.next)
                numbers.next += 1
            return True
