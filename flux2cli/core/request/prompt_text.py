"""Where a prompt comes from and what is cleaned off it. Reading stdin and files is left to the caller."""

from flux2cli.errors import UsageError

_BOM = "\ufeff"


def decode(data: bytes, origin: str) -> str:
    """The prompt in these bytes: UTF-8, without one BOM and without trailing newlines; UsageError otherwise."""
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
