"""`data:` addresses: images that come inside a reply."""

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

_SLICE = 1 << 20  # base64 characters decoded at a time; a multiple of 4


def is_data_url(address: str) -> bool:
    """Whether an address holds its content itself."""
    return address[:5].lower() == "data:"


def decode_data_url(address: str) -> Iterator[bytes]:
    """The content, in pieces; ValueError when it is malformed."""
    head, comma, content = address.partition(",")
    if not comma:
        raise ValueError("a data URL without a comma")
    if not head.lower().endswith(";base64"):
        yield unquote_to_bytes(content)
        return
    content = content.strip()
    for start in range(0, len(content), _SLICE):
        try:
            yield base64.b64decode(content[start : start + _SLICE], validate=True)
        except binascii.Error as error:
            raise ValueError(f"a data URL whose base64 is broken ({error})") from None
