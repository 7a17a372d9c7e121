"""Every parameter that a person can give, one row each. Ranges and defaults belong to routes, not here."""

from flux2cli.catalog.model import Parameter

_ROWS = (
    Parameter(
        name="prompt", kind="text", flags=(), metavar="PROMPT", group="Prompt",
        help="What to make. `-` or piped stdin reads it from there.",
    ),
    Parameter(
        name="image", kind="images", flags=("-i", "--image"), metavar="PATH|URL|-", group="Image",
        help="Reference image, in order; repeat for more. Turns the request into an edit.",
    ),
    Parameter(
        name="size", kind="size", flags=("-s", "--size"), metavar="PRESET|WxH|auto", group="Image",
        help="Size of the image.",
    ),
    Parameter(
        name="seed", kind="integer", flags=("--seed",), metavar="N", group="Image",
        help="Seed; the same request with the same seed gives the same image.",
    ),
    Parameter(
        name="num", kind="integer", flags=("--num",), metavar="N", group="Image",
        help="Number of images in one request.",
        absent={
            "pro": "it makes one image a request; use --seeds for several",
            "flex": "it makes one image a request; use --seeds for several",
            "max": "it makes one image a request; use --seeds for several",
        },
    ),
    Parameter(
        name="format", kind="choice", flags=("--format",), metavar="FORMAT", group="Image",
        help="File format; taken from the -o suffix when not given.",
    ),
    Parameter(
        name="steps", kind="integer", flags=("--steps",), metavar="N", group="Model",
        help="Inference steps: more is slower and finer.",
        absent={
            "flash": "its steps are fixed", "turbo": "its steps are fixed",
            "pro": "it has no such setting", "max": "it has no such setting",
        },
    ),
    Parameter(
        name="guidance", kind="number", flags=("--guidance",), metavar="X", group="Model",
        help="Guidance scale: how closely the image follows the prompt.",
        absent={"pro": "it has no such setting", "max": "it has no such setting"},
    ),
    Parameter(
        name="acceleration", kind="choice", flags=("--acceleration",), metavar="LEVEL", group="Model",
        help="Trade quality for speed.",
        absent={"flash": "it is accelerated already", "turbo": "it is accelerated already"},
    ),
    Parameter(
        name="expand_prompt", kind="boolean", flags=("--expand-prompt", "--no-expand-prompt"), metavar="",
        group="Model", help="Let the provider rewrite the prompt for better results.",
    ),
    Parameter(
        name="safety_tolerance", kind="choice", flags=("--safety-tolerance",), metavar="N", group="Model",
        help="Moderation: a higher number permits more.",
        absent={
            "dev": "it has a safety checker instead (--no-safety-checker)",
            "flash": "it has a safety checker instead (--no-safety-checker)",
            "turbo": "it has a safety checker instead (--no-safety-checker)",
        },
    ),
    Parameter(
        name="safety_checker", kind="boolean", flags=("--safety-checker", "--no-safety-checker"), metavar="",
        group="Model", help="Turn the provider's safety checker on or off (off needs the provider's consent).",
    ),
    Parameter(
        name="inline_result", kind="boolean", flags=("--inline-result", "--no-inline-result"), metavar="",
        group="Delivery", help="Get the image inside the reply; nothing is kept in the provider's history.",
    ),
)  # fmt: skip

PARAMETERS: dict[str, Parameter] = {row.name: row for row in _ROWS}
