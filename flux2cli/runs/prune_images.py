"""Removes images whose rows are gone from their prompt file; the image cache keeps them."""

from collections.abc import Iterable
from pathlib import Path

from flux2cli.core.batch.plan.record import ImageRecord
from flux2cli.edges import files


def prune_images(records: Iterable[ImageRecord], images: files.ImageCache) -> int:
    """Remove the images of these records, which go to the cache first; returns how many.

    One that was edited stays, and so does one with another record than it had when the run was planned.
    """
    gone = 0
    for planned in records:
        path, record = Path(planned.path), files.record_at(planned.path)
        if record != planned or files.image_at(planned, hashed=True) != "recorded" or not images.save(path):
            continue
        files.remove_image(path)
        gone += 1
    return gone
