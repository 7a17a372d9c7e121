"""Moves images with their records to the places that their rows fix, before a batch begins.

A kill leaves each image at its old place, at its new one, or at both; the one of a ring of places that makes room is in
the image cache, too.
"""

import os.path
from collections.abc import Container, Iterable
from pathlib import Path

from flux2cli.core.batch.plan.moves import moving_path
from flux2cli.edges import files
from flux2cli.errors import UsageError

Move = tuple[str, str]
"""The absolute paths of an image and of its new place."""


def move_images(moves: Iterable[Move], images: files.ImageCache, *, replaced: Container[str] = ()) -> frozenset[str]:
    """Move all that can be moved: a place that another image leaves is free then, and one that stays taken is left.

    What is at the places of `replaced` goes to the image cache. Returns the paths of images that were not moved.

    UsageError when a file cannot be written.
    """
    waiting = dict(moves)
    left = set()
    while waiting:
        free = [source for source, target in waiting.items() if target not in waiting]
        if not free:  # a ring: one of its images makes room
            source = next(iter(waiting))
            target = waiting.pop(source)
            images.keep(Path(source))
            aside = moving_path(source)
            if _moved(source, aside) == source:
                left.add(source)
            else:
                waiting[aside] = target
            continue
        for source in free:
            target = waiting.pop(source)
            if target in replaced and os.path.lexists(source) and images.save(Path(target)):
                files.remove_image(Path(target))
            if _moved(source, target) == source:
                left.add(source)
    return frozenset(left)


def _moved(source: str, target: str) -> str:
    """Move one image, unless it is gone or its place is taken; returns where it is."""
    document = files.sidecar_at(Path(source))
    if document is None:
        return source
    if not os.path.lexists(target):
        files.remove_image(Path(target))  # a record whose image is gone
    elif not files.is_recorded_at(Path(target), document):  # else a killed run was about to remove the source
        return source
    try:
        found = files.copy_image(Path(source), document, Path(target), overwrite=False)
    except FileNotFoundError:
        return source  # another process moved it meanwhile
    except (OSError, files.BrokenImageError) as error:
        raise UsageError(
            f"`{source}` cannot be moved to `{target}`: {error}.",
            hint="nothing was sent, and the image is where it was",
        ) from None
    files.remove_image(Path(source))
    return str(found)
