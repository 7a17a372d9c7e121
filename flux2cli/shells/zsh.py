"""The completion script for zsh: one function per command, which calls `_arguments`."""

from collections.abc import Iterator

from flux2cli.shells.command_tree import Flag, Node, Slot, Values

_START = """\
#compdef flux2
# zsh completion for flux2, made by `python -m flux2cli.docsgen`. Nothing here starts a program.
# In a directory of $fpath as `_flux2`, or after compinit: source <(flux2 completion zsh)
"""

_END = """\
if [[ $funcstack[1] == _flux2 ]]; then
  _flux2 "$@"
else
  compdef _flux2 flux2
fi
"""


def script(root: Node) -> str:
    """The completion script's text."""
    functions = [line for node in root.all() for line in (*_function(node), "")]
    return "\n".join([_START, *functions, _END])


def _function(node: Node) -> Iterator[str]:
    yield f"{_name(node)}() {{"
    specs = [spec for flag in node.flags for spec in _flag(flag)]
    if node.children:
        yield from _group(node, specs)
    else:
        specs += [_slot(place, slot) for place, slot in enumerate(node.slots, 1)]
        yield "  _arguments -S \\"
        yield " \\\n".join(f"    {spec}" for spec in specs)
    yield "}"


def _group(node: Node, specs: list[str]) -> Iterator[str]:
    yield '  local curcontext="$curcontext" state line ret=1'
    yield "  typeset -A opt_args"
    yield "  _arguments -C \\"
    yield " \\\n".join(f"    {spec}" for spec in [*specs, "'1: :->command'", "'*:: :->rest'"]) + " && ret=0"
    yield "  case $state in"
    yield "    command)"
    yield "      local -a commands=("
    yield from (f"        {_quoted(child.name + ':' + child.summary)}" for child in node.children)
    yield "      )"
    yield f"      _describe -t commands '{' '.join(('flux2', *node.path))} command' commands && ret=0 ;;"
    yield "    rest)"
    yield "      case $line[1] in"
    yield from (f"        {child.name}) {_name(child)} && ret=0 ;;" for child in node.children)
    yield "      esac ;;"
    yield "  esac"
    yield "  return ret"


def _name(node: Node) -> str:
    return "_".join(("_flux2", *node.path))


def _flag(flag: Flag) -> Iterator[str]:
    every = (*flag.names, *flag.off)
    others = "*" if flag.many else f"({' '.join(every)})" if len(every) > 1 else ""
    for name in every:
        end = "" if flag.values is None else "=" if name.startswith("--") else "+"
        value = "" if flag.values is None else f":{_escaped(flag.metavar)}:{_values(flag.values)}"
        yield _quoted(f"{others}{name}{end}[{_escaped(flag.summary)}]{value}")


def _slot(place: int, slot: Slot) -> str:
    return _quoted(f"{'*' if slot.many else place}:{_escaped(slot.metavar)}:{_values(slot.values)}")


def _values(values: Values) -> str:
    if values.kind == "words":
        return f"({' '.join(values.words)})"
    return "_files" if values.kind == "files" else " "


def _escaped(text: str) -> str:
    for character in "\\:[]":
        text = text.replace(character, f"\\{character}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
