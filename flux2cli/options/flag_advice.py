"""What to type in place of a flag that a command does not have."""

from collections.abc import Mapping, Sequence
from typing import Any

from flux2cli.catalog import PARAMETERS, VARIANTS
from flux2cli.core.request.messages import flag_of, foreign_flag
from flux2cli.core.request.synonyms import meant, named_in, plain
from flux2cli.options.command_lines import request_line, split_model
from flux2cli.providers import registry


def flags_by_name(context: Any) -> dict[str, str]:
    """A command's flags by their names in the table of synonyms: `--no-wait` by `no_wait`."""
    if context is None:
        return {}
    options = [p for p in context.command.get_params(context) if p.param_type_name == "option" and not p.hidden]
    flags = [flag for option in options for flag in (*option.opts, *option.secondary_opts) if flag.startswith("--")]
    return {plain(flag): flag for flag in flags}


def advice_about(option: str, command: str, known: Mapping[str, str], words: Sequence[str]) -> str | None:
    """What to type where another flag alone would not do; None if there is nothing special to say."""
    name = plain(option)
    if name in ("api_key", "apikey", "key", "token") or name in map(plain, _key_variables()):
        return f"no flag takes a key: `export {_key_variables()[0]}=...`, or `flux2 keys set {registry.default()}`"
    if name == "version":
        return "it is `flux2 --version`"
    if name in ("width", "height", "w", "h") and "size" in known:
        return f"width and height go together: `{known['size']} 1024x768`"
    if name in ("aspect_ratio", "aspect", "ratio", "ar") and "size" in known:
        return f"did you mean `{known['size']} 16:9`?"
    if name == "seeds" and command == "batch":
        return "one prompt with many seeds: flux2 flash PROMPT --seeds 1..4; in a prompt file: the column `seed`"
    if command not in VARIANTS:
        return None
    if name in ("model", "m", "model_id", "model_name", "variant"):
        model, rest = split_model(words)
        return f"the command is the model: {request_line(named_in(model or '', VARIANTS) or command, rest)}"
    if name in ("prompt", "text", "p"):
        return f"the prompt has no flag: {request_line(command, words)}"
    if name in ("open", "view", "display"):
        return f'no program is started; stdout has the path: open "$({request_line(command, _without(option, words))})"'
    return None


def meant_flag(option: str, command: str, known: Mapping[str, str]) -> str | None:
    """`did you mean ...?` for the flag that is meant, or who has it if this command does not; None for nothing near."""
    wires = {wire: name for r in registry.routes() for name, field in r.fields.items() for wire in field.wires}
    found = meant(option, known) or meant(wires.get(plain(option), ""), known)
    if found is not None:
        return f"did you mean `{known[found]}`?"
    elsewhere = wires.get(plain(option)) or meant(option, PARAMETERS)
    if command not in VARIANTS or elsewhere is None or not PARAMETERS[elsewhere].flags:
        return None
    flag = flag_of(elsewhere)
    foreign = foreign_flag(command, flag)
    return f"that is `{flag}`, which `{command}` does not take; {foreign.hint}" if foreign else None


def _key_variables() -> list[str]:
    """The variables of all providers' keys; the first is the default provider's."""
    return [variable for info in registry.infos() for names in info.key_variables for variable in names]


def _without(option: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word.partition("=")[0] != option]
