"""Images that are typed as `data:` URIs (RFC 2397), as web pages and APIs hold them."""

import base64
import binascii
from urllib.parse import unquote_to_bytes

from flux2cli.errors import UsageError

SCHEME = "data:"


def is_data_uri(text: str) -> bool:
    """Whether a reference is a `data:` URI rather than a file or URL."""
    return text[: len(SCHEME)].lower() == SCHEME


def decode_data_uri(text: str) -> bytes:
    """The bytes in a `data:` URI; UsageError, which does not show them, when they cannot be read.

    Takes base64 with line breaks and without padding, as programs write it.
    """
    head, comma, content = text.partition(",")
    data = unquote_to_bytes(content)
    if not comma:
        raise _unusable("it has no comma, behind which the image begins")
    if not head.lower().endswith(";base64"):
        return data
    data = b"".join(data.split())
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
    except binascii.Error:
        raise _unusable("what follows its comma is not base64") from None


def _unusable(why: str) -> UsageError:
    return UsageError(
        f"The reference image `{SCHEME}` cannot be used: {why}.",
        hint="for example: -i data:image/png;base64,iVBORw0KGgo…, or give the image as a file",
        about="image",
    )
