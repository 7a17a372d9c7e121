"""Makes text safe as part of a file name, also where the file goes later: Windows, archives, GitHub's artifacts."""

_JOINERS = "\u200c\u200d"  # zero-width joiners: parts of words in Persian and Hindi, and of emoji
_REFUSED = frozenset('/\\:"<>|*?')
"""Characters that Windows or GitHub's upload of artifacts refuses in a name."""

_DEVICES = frozenset(
    (
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "CONIN$",
        "CONOUT$",
        *(f"{port}{n}" for port in ("COM", "LPT") for n in "123456789¹²³"),
    )
)
"""Names of devices, which Windows takes for no file, whatever extension follows."""

_LONGEST = 1000
"""Characters of a value that are looked at: more than any name may have, so that a long one is seen to be too long."""


def safe_value(value: str) -> str:
    """A value for a part of a file name: a `-` for each character that some system refuses or that is invisible.

    Dots and spaces at its ends, which hide a file or which Windows drops, are left out. May become empty.
    """
    name = "".join(c if _is_safe(c) else "-" for c in value[:_LONGEST]).strip(" .")
    return name.replace("##[", "##-")  # by which GitHub's runner would take a printed path for a command


def _is_safe(character: str) -> bool:
    return (character.isprintable() and character not in _REFUSED) or character in _JOINERS


def without_device(name: str) -> str:
    """The name, with a `-` behind the part that would be a device on Windows: `con.png` becomes `con-.png`."""
    stem, dot, rest = name.partition(".")
    return f"{stem}-{dot}{rest}" if stem.rstrip(" ").upper() in _DEVICES else name
