"""The completion script for bash 3.2 and later: tables as `case` statements and one function that walks the words."""

from collections.abc import Iterator

from flux2cli.shells.command_tree import Node, Values

_START = """\
# bash completion for flux2, made by `python -m flux2cli.docsgen`. Nothing here starts a program.
#   source <(flux2 completion bash)
"""

_END = r"""
__flux2_files() {
  # readline completes file names itself where this bash can ask it to: quotes, spaces and ~ come out right
  compopt -o default 2> /dev/null && return
  local name
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$1")
}

_flux2() {
  local children flags takes kind="" words="" path="" place=0 flag="" ended="" word i
  local cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  __flux2_at ""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      # `--flag=value` comes in three words
      [[ $word == "=" ]] || flag=""
    elif [[ -n $ended ]]; then
      place=$((place + 1))
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == -?* ]]; then
      [[ " $takes " == *" $word "* ]] && flag=$word
    elif [[ " $children " == *" $word "* ]]; then
      path=${path:+$path }$word
      __flux2_at "$path"
    else
      place=$((place + 1))
    fi
  done
  if [[ -n $flag ]]; then
    [[ $cur == "=" ]] && cur=""
    __flux2_value "$path" "$flag"
  elif [[ -z $ended && $cur == -* ]]; then
    kind=words words=$flags
  elif [[ -n $children ]]; then
    kind=words words=$children
  else
    __flux2_slot "$path" "$place"
  fi
  case $kind in
    words) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
    files) __flux2_files "$cur" ;;
  esac
}

complete -F _flux2 flux2
"""


def script(root: Node) -> str:
    """The completion script's text."""
    nodes = list(root.all())
    return "\n".join([
        _START,
        *_function("__flux2_at", '"$1"', (row for node in nodes for row in _at(node))),
        "",
        *_function("__flux2_value", '"$1 $2"', (row for node in nodes for row in _flag_values(node))),
        "",
        *_function("__flux2_slot", '"$1 $2"', (row for node in nodes for row in _slots(node))),
        _END,
    ])  # fmt: skip


def _function(name: str, subject: str, rows: Iterator[str]) -> list[str]:
    return [f"{name}() {{", f"  case {subject} in", *(f"    {row}" for row in rows), "  esac", "}"]


def _at(node: Node) -> Iterator[str]:
    names = [name for flag in node.flags for name in (*flag.names, *flag.off)]
    takes = [name for flag in node.flags if flag.values for name in flag.names]
    children = " ".join(child.name for child in node.children)
    yield f'"{" ".join(node.path)}")'
    yield f'  children="{children}"'
    yield f'  flags="{" ".join(names)}"'
    yield f'  takes="{" ".join(takes)}" ;;'


def _flag_values(node: Node) -> Iterator[str]:
    for flag in node.flags:
        if flag.values is not None and flag.values.kind != "any":
            names = " | ".join(f'"{" ".join(node.path)} {name}"' for name in flag.names)
            yield f"{names}) {_values(flag.values)} ;;"


def _slots(node: Node) -> Iterator[str]:
    for place, slot in enumerate(node.slots):
        if slot.values.kind != "any":
            pattern = f'"{" ".join(node.path)} "*' if slot.many else f'"{" ".join(node.path)} {place}"'
            yield f"{pattern}) {_values(slot.values)} ;;"


def _values(values: Values) -> str:
    return f'kind=words words="{" ".join(values.words)}"' if values.kind == "words" else "kind=files"
