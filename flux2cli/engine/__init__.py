"""Drives flows with the edges: one job from intent to saved files, in any thread, stoppable at any instant."""

from flux2cli.engine.drive import Engine, Stopped
from flux2cli.engine.watch import watch

__all__ = ["Engine", "Stopped", "watch"]
