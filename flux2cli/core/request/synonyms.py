"""Other words for what this tool has: the flags and fields of other tools, by the name that they mean here. No I/O.

Columns of prompt files have a shorter table, in `core.batch.columns`: a table of one's own may well have a `type`.
"""

import re
from collections.abc import Iterable

_FLOOR = 0.75
"""How alike two words are, from 0 to 1, from which on one may be a misspelling of the other: not `notes` of `steps`."""

_LONGEST = 100
"""Characters of a word that is compared with others; no name is as long, and comparing takes time."""

_WORDS = {
    "size": "image_size resolution res dimensions width height w h",
    "aspect_ratio size": "aspect_ratio aspect ratio ar",
    "num seeds index": "n count number num_images number_of_images num_image num_outputs batch_size samples variations",
    "variant": "model m model_id model_name engine checkpoint",
    "provider": "backend host vendor service",
    "guidance": "cfg cfg_scale guidance_scale cfgscale",
    "steps": "num_inference_steps inference_steps sampling_steps num_steps step",
    "negative_prompt": "negative neg neg_prompt n_prompt exclude",
    "transparent": "transparent_bg transparent_background",
    "expand_prompt": "prompt_upsampling enhance enhance_prompt upsample_prompt magic_prompt enable_prompt_expansion",
    "safety_tolerance": "safety moderation moderation_level",
    "safety_checker": "enable_safety_checker nsfw disable_safety_checker",
    "inline_result": "sync_mode sync",
    "lora": "loras lora_path lora_url lora_weights",
    "seed": "random_seed rng",
    "seeds": "seed_list",
    "prompt slug": "text caption description title",
    "image": "input init_image input_image input_images img reference references ref image_url image_path",
    "output": "out out_dir outdir output_dir output_path output_file outfile dest destination filename path save",
    "format ext": "output_format file_format image_format filetype extension type",
    "overwrite": "force clobber replace",
    "concurrency": "parallel workers threads concurrent max_concurrency",
    "max_cost": "budget max_price max_spend cost_limit",
    "dry_run": "dryrun dry simulate estimate preview whatif",
    "sandbox": "test mock fake emulator serve server",
    "no_wait": "nowait background detach async submit_only",
    "timeout": "max_wait wait_timeout",
    "label": "tag tags project",
    "verbose": "verbosity debug loud",
    "quiet": "silent",
    "no_color": "no_colour nocolor plain",
    "webhook_url": "webhook callback callback_url",
    "param": "extra extra_params set",
    "prompt_file prompt": "file prompts from_file",
    "request_id": "job job_id",
    "cancel": "abort kill stop",
    "forget": "delete remove rm prune purge",
    "fetch": "download collect get",
    "list": "ls",
    "jobs": "job status history queue log list ls",
    "models": "model variants price prices pricing providers",
    "cost": "costs spend spending usage billing bill",
    "keys": "key login auth api_key apikey token",
    "config": "settings setting configure preferences set",
    "doctor": "check diagnose info health status_check",
    "outpaint": "uncrop outpainting extend",
    "batch": "bulk many",
    "jsonl": "jsonlines ndjson json_lines",
}

_MEANT: dict[str, tuple[str, ...]] = {}
for _names, _others in _WORDS.items():
    for _word in _others.split():
        _MEANT[_word] = (*_MEANT.get(_word, ()), *_names.split())


def plain(word: str) -> str:
    """A flag, column or name as the table has it: `--Image-Size` is `image_size`."""
    return word.strip().lstrip("-").lower().replace("-", "_").replace(" ", "_")


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known name that a word stands for: by its meaning, else by its spelling; None when nothing is near enough."""
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches

    names = {plain(name): name for name in known}
    looked_up = plain(word)
    found = looked_up if looked_up in names else next((n for n in _MEANT.get(looked_up, ()) if n in names), None)
    if found is None:
        near = get_close_matches(looked_up, names, n=1, cutoff=_FLOOR)
        found = next(iter(near or (name for name in names if sorted(name) == sorted(looked_up))), None)
    return None if found is None else names[found]


def named_in(word: str, known: Iterable[str]) -> str | None:
    """The one known name that is a part of a longer word, as in `flux-2/flash` or `FLUX.2-pro`."""
    parts = re.split(r"[^a-z0-9]+", word.lower())
    found = [name for name in known if name in parts]
    return found[0] if len(found) == 1 else None
