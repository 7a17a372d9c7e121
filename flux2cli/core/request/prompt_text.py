"""Decodes a prompt read from stdin or a file. The caller reads it."""

from flux2cli.errors import UsageError

_BOM = "\ufeff"


def decode(data: bytes, origin: str) -> str:
    """The prompt without its BOM and trailing newlines; UsageError when it is not UTF-8, or empty."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The prompt from {origin} is not UTF-8 (byte {error.start}).",
            hint=f"convert it, for example: iconv -f latin1 -t utf-8 {'prompt.txt' if origin == 'stdin' else origin}",
        ) from None
    text = text.removeprefix(_BOM).rstrip("\r\n")
    if not text.strip():
        raise UsageError(f"The prompt from {origin} is empty.", hint='give one: flux2 flash "a fox in the snow"')
    return text
