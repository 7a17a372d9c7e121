"""Drives flows with the edges: one job from intent to saved files, in any thread, stoppable at any instant."""

from flux2cli.engine.engine import Engine
from flux2cli.engine.event_queue import EventQueue
from flux2cli.engine.patience import Patience
from flux2cli.engine.resources import Stopped
from flux2cli.engine.supervise import supervise

__all__ = ["Engine", "EventQueue", "Patience", "Stopped", "supervise"]
