"""All parameters, one row each. Ranges and defaults belong to routes, not here."""

from flux2cli.catalog.model import Parameter
from flux2cli.catalog.reasons import CHECKER, FIXED_STEPS, NO_SETTING, ONE_IMAGE, OPEN_WEIGHTS

_ROWS = (
    Parameter(
        name="prompt", kind="text", flags=(), metavar="PROMPT", group="Prompt",
        help="What to make. `-` or piped stdin reads it from there.",
        absent={"outpaint": "it continues the image as it finds it"},
    ),
    Parameter(
        name="negative_prompt", kind="text", flags=("--negative-prompt",), metavar="TEXT", group="Prompt",
        help="What to keep out of the image.",
        absent=dict.fromkeys(("klein", "dev", "flash", "turbo"), "only klein's base models follow one (--base)"),
    ),
    Parameter(
        name="weights", kind="choice", flags=("--weights",), metavar="SIZE", group="Model", selects=True,
        help="Size of the model, in billions of parameters.",
    ),
    Parameter(
        name="base", kind="boolean", flags=("--base",), metavar="", group="Model", selects=True,
        help="The undistilled model: slower, with guidance and a negative prompt.",
    ),
    Parameter(
        name="preview_model", kind="boolean", flags=("--preview-model",), metavar="", group="Model", selects=True,
        help="The provider's preview of the next version of the model.",
    ),
    Parameter(
        name="image", kind="images", flags=("-i", "--image"), metavar="PATH|URL|-", group="Image",
        help="Reference image, in order; repeat for more. Turns the request into an edit.",
    ),
    Parameter(
        name="size", kind="size", flags=("-s", "--size"), metavar="PRESET|WxH|auto", group="Image",
        help="Size of the image; 16:9, 4:3, 1:1, 3:4 and 9:16 name the preset of that shape.",
        absent={"outpaint": "the size follows from --left, --right, --top and --bottom"},
    ),
    Parameter(
        name="seed", kind="seed", flags=("--seed",), metavar="N", group="Image",
        help="Seed; the same request with the same seed gives the same image. -1, random and none are no seed.",
        absent={"outpaint": NO_SETTING},
    ),
    Parameter(
        name="num", kind="integer", flags=("--num",), metavar="N", group="Image",
        help="Number of images in one request; they share its seed.",
        absent=dict.fromkeys(("pro", "flex", "max"), ONE_IMAGE),
    ),
    Parameter(
        name="format", kind="choice", flags=("--format",), metavar="FORMAT", group="Image",
        help="File format; taken from the -o suffix when not given.",
    ),
    Parameter(
        name="transparent", kind="boolean", flags=("--transparent", "--no-transparent"), metavar="", group="Image",
        help="Make the background transparent; needs png or webp.",
    ),
    Parameter(
        name="left", kind="integer", flags=("--left",), metavar="N", group="Canvas",
        help="Pixels to add on the left.",
    ),
    Parameter(
        name="right", kind="integer", flags=("--right",), metavar="N", group="Canvas",
        help="Pixels to add on the right.",
    ),
    Parameter(
        name="top", kind="integer", flags=("--top",), metavar="N", group="Canvas",
        help="Pixels to add at the top.",
    ),
    Parameter(
        name="bottom", kind="integer", flags=("--bottom",), metavar="N", group="Canvas",
        help="Pixels to add at the bottom.",
    ),
    Parameter(
        name="auto_crop", kind="boolean", flags=("--auto-crop", "--no-auto-crop"), metavar="", group="Canvas",
        help="Cut borders off that the model left empty.",
    ),
    Parameter(
        name="mode", kind="choice", flags=("--mode",), metavar="MODE", group="Model",
        help="Trade quality for speed.",
    ),
    Parameter(
        name="steps", kind="integer", flags=("--steps",), metavar="N", group="Model",
        help="Inference steps: more is slower and finer.",
        absent={
            "flash": FIXED_STEPS, "turbo": FIXED_STEPS, "pro": NO_SETTING, "max": NO_SETTING,
        },
    ),
    Parameter(
        name="guidance", kind="number", flags=("--guidance",), metavar="X", group="Model",
        help="Guidance scale: how closely the image follows the prompt.",
        absent={
            "pro": NO_SETTING, "max": NO_SETTING, "klein": "only its base models have guidance (--base)",
        },
    ),
    Parameter(
        name="acceleration", kind="choice", flags=("--acceleration",), metavar="LEVEL", group="Model",
        help="Trade quality for speed.",
        absent={
            "flash": "it is accelerated already", "turbo": "it is accelerated already",
            "klein": "it is distilled already; the base models have it (--base)",
        },
    ),
    Parameter(
        name="expand_prompt", kind="boolean", flags=("--expand-prompt", "--no-expand-prompt"), metavar="",
        group="Model", help="Let the provider rewrite the prompt for better results.",
        absent={"klein": NO_SETTING, "pro": NO_SETTING, "max": NO_SETTING},
    ),
    Parameter(
        name="lora", kind="loras", flags=("--lora",), metavar="PATH[:SCALE]", group="Model",
        help="LoRA weights by address or Hugging Face id, with a scale from 0 to 4; repeat for more.",
        absent={
            **dict.fromkeys(("pro", "max", "flex"), OPEN_WEIGHTS),
            "flash": "of the dev models only dev itself has it", "turbo": "of the dev models only dev itself has it",
        },
    ),
    Parameter(
        name="safety_tolerance", kind="choice", flags=("--safety-tolerance",), metavar="N", group="Model",
        help="Moderation: a higher number permits more.",
        absent={"dev": CHECKER, "flash": CHECKER, "turbo": CHECKER, "outpaint": CHECKER},
    ),
    Parameter(
        name="safety_checker", kind="boolean", flags=("--safety-checker", "--no-safety-checker"), metavar="",
        group="Model", help="Turn the provider's safety checker on or off (off needs the provider's consent).",
    ),
    Parameter(
        name="inline_result", kind="boolean", flags=("--inline-result", "--no-inline-result"), metavar="",
        group="Delivery", help="Get the image inside the reply; nothing is kept in the provider's history.",
    ),
    Parameter(
        name="webhook_url", kind="url", flags=("--webhook-url",), metavar="URL", group="Delivery", delivery=True,
        help="Where the provider reports the finished job; the job is followed all the same.",
    ),
    Parameter(
        name="webhook_secret", kind="secret", flags=("--webhook-secret-file",), metavar="FILE", group="Delivery",
        delivery=True,
        help="A file with the secret that comes with each webhook; or set FLUX2_WEBHOOK_SECRET.",
    ),
)  # fmt: skip

PARAMETERS: dict[str, Parameter] = {row.name: row for row in _ROWS}
