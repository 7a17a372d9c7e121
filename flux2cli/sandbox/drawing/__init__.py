"""Draws the emulator's images. The only part of the sandbox that uses Pillow.

The same picture gives the same bytes on every machine, with the same version of Pillow: its own font, its own encoders.
"""

from flux2cli.sandbox.drawing.given_images import measure, shrunk
from flux2cli.sandbox.drawing.image_files import draw

__all__ = ["draw", "measure", "shrunk"]
