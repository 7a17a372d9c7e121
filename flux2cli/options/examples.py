"""Example command lines by command, shown in their help. A test runs each of them."""

_ROWS: dict[str, tuple[str, ...]] = {
    "dev": (
        'flux2 dev "a fox in the snow" --seed 7 -o fox.png',
        'flux2 dev "a fox" -s 1024x768 --steps 40 -o art/',
    ),
    "flash": (
        'flux2 flash "a fox in the snow" --sandbox',
        'flux2 flash "a fox" --num 4 -o foxes/',
    ),
    "turbo": (
        'flux2 turbo "a fox in the snow" -s landscape_16_9',
        'flux2 turbo "make it night" -i photo.jpg',
    ),
    "flex": (
        'flux2 flex "a poster that says FOX" --steps 40',
        'flux2 flex "a poster that says FOX" --dry-run',
    ),
    "pro": (
        'flux2 pro "a fox in the snow" -s portrait_4_3',
        'flux2 pro "make the jacket red" -i photo.jpg',
    ),
    "max": (
        'flux2 max "a fox in the snow" --json',
        'flux2 max "make the jacket red" -i photo.jpg',
    ),
    "klein": (
        'flux2 klein "a fox in the snow" --weights 9b',
        'flux2 klein "a fox" --base --negative-prompt "snow"',
    ),
    "outpaint": (
        "flux2 outpaint photo.jpg --left 256 --right 256",
        "flux2 outpaint photo.jpg --top 512 -o taller.png",
    ),
    "batch": (
        "flux2 batch prompts.txt -m flash -o art/",
        "flux2 batch prompts.txt -m dev -o art/ --dry-run",
    ),
    "pick": (
        "flux2 pick art/.candidates/hero/7.png",
        "flux2 pick art/.candidates/hero/7.png --json",
    ),
    "jobs": (
        "flux2 jobs list",
        "flux2 jobs fetch",
    ),
    "jobs list": (
        "flux2 jobs list",
        "flux2 jobs list --state unknown",
    ),
    "jobs show": (
        "flux2 jobs show k7q2",
        "flux2 jobs show k7q2 --json",
    ),
    "jobs wait": (
        "flux2 jobs wait k7q2",
        "flux2 jobs wait k7q2 --timeout 60 -o art/",
    ),
    "jobs fetch": (
        "flux2 jobs fetch",
        "flux2 jobs fetch k7q2 -o art/",
    ),
    "jobs cancel": (
        "flux2 jobs cancel k7q2",
        "flux2 jobs cancel k7q2 --json",
    ),
    "jobs resolve": (
        "flux2 jobs resolve k7q2 --as not-sent",
        "flux2 jobs resolve k7q2 --as accepted 764cabcf",
    ),
    "jobs forget": (
        "flux2 jobs forget --before 2026-01-01",
        "flux2 jobs forget --before 2026-01-01 -y --json",
    ),
    "cost": (
        "flux2 cost",
        "flux2 cost --by variant --since 2026-11-01",
    ),
    "models": (
        "flux2 models",
        "flux2 models max",
    ),
    "keys": (
        "flux2 keys set {provider} < key.txt",
        "flux2 keys list",
    ),
    "keys set": (
        "flux2 keys set {provider}",
        "flux2 keys set {provider} < key.txt",
    ),
    "keys list": (
        "flux2 keys list",
        "flux2 keys list --json",
    ),
    "keys remove": (
        "flux2 keys remove {provider}",
        "flux2 keys remove {other}",
    ),
    "config": (
        "flux2 config show",
        "flux2 config set output art/",
    ),
    "config show": (
        "flux2 config show",
        "flux2 config show --json",
    ),
    "config get": (
        "flux2 config get provider",
        "flux2 config get output --json",
    ),
    "config set": (
        "flux2 config set output art/",
        "flux2 config set budget.per_day 5.00",
    ),
    "config unset": (
        "flux2 config unset output",
        "flux2 config unset budget.per_day",
    ),
    "config path": (
        "flux2 config path",
        "flux2 config path --json",
    ),
    "completion": (
        "flux2 completion zsh > _flux2",
        "flux2 completion fish > flux2.fish",
    ),
    "doctor": (
        "flux2 doctor",
        "flux2 doctor --report",
    ),
    "sandbox": (
        "flux2 sandbox --port 8787",
        "flux2 sandbox --fault list",
    ),
    "sandbox reset": (
        "flux2 sandbox reset",
        "flux2 sandbox reset --json",
    ),
    "help": (
        "flux2 help money",
        "flux2 help jobs list",
    ),
}
"""`photo.jpg`, `key.txt` and `prompts.txt` are the reader's files, `k7q2` begins a job id, `764cabcf` a request's.

`{provider}` and `{other}` stand for the first two providers.
"""


def examples_of(path: str) -> tuple[str, ...]:
    """The examples of a command, such as `flux2 jobs list`; empty without any."""
    rows = _ROWS.get(path.partition(" ")[2], ())
    if not any("{provider}" in row or "{other}" in row for row in rows):  # a start that needs no provider loads none
        return rows
    from flux2cli.providers import registry

    first, second, *_ = registry.names()
    return tuple(row.replace("{provider}", first).replace("{other}", second) for row in rows)
