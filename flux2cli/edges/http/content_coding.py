"""Decodes gzip piece by piece: 64 KiB of it can be 64 MiB, and a response's limit counts decoded bytes."""

import zlib
from collections.abc import Iterable, Iterator

import httpx

_PIECE = 1 << 16
"""The most bytes that are decoded at once."""
_GZIP = 16 + zlib.MAX_WBITS


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The decoded bytes of a body in gzip; httpx.DecodingError when it is not in gzip."""
    decoder = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                yield decoder.decompress(rest, _PIECE)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from None
            rest = decoder.unconsumed_tail
    yield decoder.flush()
