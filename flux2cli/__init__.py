"""flux2cli: make and edit images with the FLUX.2 models wherever they are hosted."""

__version__ = "0.1.0"
