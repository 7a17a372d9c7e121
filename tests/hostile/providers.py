"""The providers that the server can play, by name, in the order of the table."""

from hostile.bfl import BFL
from hostile.fal import FAL
from hostile.vtrix import VTRIX

SCRIPTS = {script.name: script for script in (FAL, BFL, VTRIX)}
