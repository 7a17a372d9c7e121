"""Decodes a prompt read from stdin or a file. The caller reads it."""

import shlex

from flux2cli.core.request.text_encoding import NARROW, SAVE_AS_CSV, binary_kind, convert_hint, wide_encoding
from flux2cli.errors import UsageError

MOST_BYTES = 1 << 20
"""Bytes that a prompt from a file or stdin may have."""

_BOM = "\ufeff"


def decode(data: bytes, origin: str) -> str:
    """The prompt without its BOM and trailing newlines; UsageError when it is too long, not UTF-8, or empty.

    `data` may be cut off behind one byte more than `MOST_BYTES`.
    """
    head = data[:1024]
    if kind := binary_kind(head):
        raise UsageError(f"The prompt from {origin} is no text, but {kind}.", hint=_use_of(kind))
    source = "prompt.txt" if origin == "stdin" else shlex.quote(origin)
    if wide := wide_encoding(head):
        raise UsageError(f"The prompt from {origin} is {wide}, not UTF-8.", hint=convert_hint(wide, source))
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"The prompt from {origin} has more than {MOST_BYTES >> 20} MiB.",
            hint="a prompt has a few kilobytes at most",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The prompt from {origin} is not UTF-8 (byte {error.start}).", hint=convert_hint(NARROW, source)
        ) from None
    text = text.removeprefix(_BOM).rstrip("\r\n")
    if not text.strip():
        raise UsageError(f"The prompt from {origin} is empty.", hint='give one: flux2 flash "a fox in the snow"')
    return text


def _use_of(kind: str) -> str:
    if kind == "an image":
        return 'an image to edit is given with -i: flux2 flash "make it night" -i photo.jpg'
    return SAVE_AS_CSV if "spreadsheet" in kind else "a prompt is plain text in UTF-8"
