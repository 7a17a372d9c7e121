"""The completion script for fish: one `complete` line per flag and argument, each under its command's condition."""

from collections.abc import Iterator

from flux2cli.shells.command_tree import Flag, Node, Values

_START = """\
# fish completion for flux2, made by `python -m flux2cli.docsgen`. Nothing here starts a program.
#   flux2 completion fish > ~/.config/fish/completions/flux2.fish

function __flux2_in
    # whether the words so far begin with this command
    set -l count (count $argv)
    test $count -eq 0; and return 0
    set -l words (commandline -opc)
    set -e words[1]
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end

function __flux2_at
    # whether the words so far are this command and no more arguments than NUMBER: __flux2_at NUMBER COMMAND...
    set -l number $argv[1]
    set -e argv[1]
    __flux2_in $argv; or return 1
    set -l words (commandline -opc)
    set -e words[1]
    set -l given 0
    for word in $words
        string match -q -- '-*' $word; or set given (math $given + 1)
    end
    test $given -eq (math (count $argv) + $number)
end

complete -c flux2 -f
"""


def script(root: Node) -> str:
    """The completion script's text."""
    return "\n".join([_START, *(line for node in root.all() for line in _node(node)), ""])


def _node(node: Node) -> Iterator[str]:
    for child in node.children:
        yield f"complete -c flux2 -n '{_at(0, node)}' -a {child.name} -d {_quoted(child.summary)}"
    for flag in node.flags:
        yield from _flag(node, flag)
    for place, slot in enumerate(node.slots):
        condition = _in(node) if slot.many else _at(place, node)
        if slot.values.kind != "any":
            yield f"complete -c flux2 -n '{condition}' {_values(slot.values)}"


def _flag(node: Node, flag: Flag) -> Iterator[str]:
    condition = _in(node) if node.path else _at(0, node)
    value = "" if flag.values is None else f" -r {_values(flag.values)}"
    end = f"{value} -d {_quoted(flag.summary)}"
    yield f"complete -c flux2 -n '{condition}' {' '.join(map(_named, flag.names))}{end}"
    if flag.off:
        yield f"complete -c flux2 -n '{condition}' {' '.join(map(_named, flag.off))}{end}"


def _in(node: Node) -> str:
    return f"__flux2_in {' '.join(node.path)}".rstrip()


def _at(number: int, node: Node) -> str:
    return f"__flux2_at {number} {' '.join(node.path)}".rstrip()


def _named(name: str) -> str:
    return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"


def _values(values: Values) -> str:
    if values.kind == "words":
        return f"-f -k -a {_quoted(' '.join(values.words))}"
    return "-F" if values.kind == "files" else "-f"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
