"""What makes a row the same row in the next run, wherever it stands in the file by then."""

import hashlib
import json
from collections import Counter


def row_key(request_key: str, *, row_id: str | None, repeat: int) -> str:
    """The row's identity below an output root: 32 hexadecimal digits of its id, else of how often it came before.

    `repeat` counts the earlier rows without an id that ask for the same, so that the same line twice is two rows.
    """
    who = ["id", row_id] if row_id is not None else ["repeat", repeat]
    text = json.dumps([*who, request_key], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


class RowKeys:
    """Gives the rows of one reading their keys, in order."""

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
