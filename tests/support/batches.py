"""Batches of a file of prompts, and what they leave."""

from io import BytesIO

from PIL import Image

from support.farm import Farm
from support.shell import Ran, Shell


def _png(size: int) -> bytes:
    made = BytesIO()
    Image.effect_noise((size, size), 50).save(made, "PNG")
    return made.getvalue()


LARGER = _png(16)


def batch(shell: Shell, farm: Farm, *argv: str, text: str, name: str = "prompts.txt") -> Ran:
    (shell.cwd / name).write_text(text)
    return again(shell, farm, *argv, name=name)


def again(shell: Shell, farm: Farm, *argv: str, name: str = "prompts.txt") -> Ran:
    return shell.run("batch", name, "-m", "flash", "-o", "out/", *argv, env=farm.env)


def images(shell: Shell) -> list[str]:
    return [name for name in shell.files() if name.endswith(".png")]
