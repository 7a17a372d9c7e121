"""Row keys: the identity of a row across runs, independent of its place in the file."""

import hashlib
import json
from collections import Counter


def row_key(request_key: str, *, row_id: str | None, repeat: int) -> str:
    """The row's identity below an output root: 32 hexadecimal digits, a hash of its request key and its id.

    A row without an id is identified by `repeat`, the number of earlier rows without an id that have the same request,
    so that a line that occurs twice makes two rows.
    """
    identity = ["id", row_id] if row_id is not None else ["repeat", repeat]
    text = json.dumps([*identity, request_key], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


class RowKeys:
    """Makes the row keys of one pass over a prompt file, in the order of the rows."""

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def key(self, request_key: str, row_id: str | None) -> str:
        """The key of the next row."""
        if row_id is not None:
            return row_key(request_key, row_id=row_id, repeat=0)
        short = bytes.fromhex(request_key)[:16]
        repeat = self._seen[short]
        self._seen[short] += 1
        return row_key(request_key, row_id=None, repeat=repeat)
