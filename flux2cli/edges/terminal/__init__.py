"""Output on stderr: plain lines everywhere, colour and live lines on a terminal, never control characters from outside.

The only home of rich, which is loaded when a view is first drawn.
"""

from flux2cli.edges.terminal.sanitize import clean, clean_line
from flux2cli.edges.terminal.stderr import Terminal

__all__ = ["Terminal", "clean", "clean_line"]
