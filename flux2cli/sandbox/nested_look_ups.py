"""Look-ups of drawn images within look-ups: a reference may be an image that was made from references itself."""

import threading
from collections.abc import Callable

from flux2cli.sandbox.input_images import InputImage

_DEEPEST = 50


class NestedLookUps(threading.local):
    """The look-ups that the current thread is in the middle of.

    Within one, each path is looked up once: images with ten references each, made from one another, would take for
    ever. Below fifty levels an image counts as one on another host: a long chain of edits would exhaust the stack.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._found: dict[str, InputImage] = {}

    def nested(self, path: str, look_up: Callable[[str], InputImage]) -> InputImage:
        """What `look_up` returns for the path, or returned for it before."""
        if path in self._found:
            return self._found[path]
        if self._depth == _DEEPEST:
            return InputImage(kind="image")
        self._depth += 1
        try:
            self._found[path] = look_up(path)
            return self._found[path]
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._found = {}
