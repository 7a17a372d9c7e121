"""A prompt file with ids, places and an edit, whose images are made in the sandbox."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

from support.shell import Ran, Shell

HEAD = "id,prompt,output,meta.page,image\n"
ROWS = {
    "hero": "a fox,hero.png,home,",
    "owl": "an owl,sub/owl.png,birds,",
    "logo": "on a mug,mug.png,shop,logo.png",
    "hen": "a hen,hen.png,birds,",
    "cat": "a cat,cat.png,home,",
}


class Project:
    """A prompt file and its images, made in the sandbox."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.rows = dict(ROWS)
        Image.new("RGB", (64, 64), "red").save(shell.cwd / "logo.png")

    def run(self, *argv: str, cache: bool = True, fault: str = "") -> Ran:
        text = HEAD + "".join(f"{row_id},{rest}\n" for row_id, rest in self.rows.items())
        (self.shell.cwd / "p.csv").write_text(text)
        env = {"FLUX2_SANDBOX_FAULT": fault} if fault else {}
        if not cache:
            env["FLUX2_CACHE_IMAGES"] = "0"
        return self.shell.run("batch", "p.csv", "-m", "flash", "-o", "out/", "--sandbox", *argv, env=env)

    @property
    def submits(self) -> int:
        """How many jobs were ever submitted."""
        return len(self.shell.run("jobs", "list", "--json", "--sandbox", "--limit", "500").json)

    @property
    def cache(self) -> Path:
        return self.shell.cwd.parent / "cache"

    def image(self, name: str) -> Path:
        return self.shell.cwd / "out" / name

    def record(self, name: str) -> Any:
        return json.loads(self.image(f"{name}.json").read_text())

    def names(self) -> list[str]:
        return [name for name in self.shell.files() if name.startswith("out/") and name.endswith(".png")]
