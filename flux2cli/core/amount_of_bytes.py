"""Amounts of bytes as people write them: 500M, 4G, 1048576."""

import re

from flux2cli.errors import UsageError

_AMOUNT = re.compile(r"([0-9]{1,15})([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = ("", "K", "M", "G", "T")


def read_max_input(typed: str) -> int:
    """The bytes that a text such as `500M` means, in powers of 1024; UsageError, about `--max-input`, for any other."""
    found = _AMOUNT.fullmatch(typed.strip())
    amount = int(found[1]) << 10 * _UNITS.index(found[2].upper()) if found else 0
    if not amount:
        raise UsageError(f"`--max-input {typed}` is not an amount of bytes.", hint="for example --max-input 500M or 4G")
    return amount


def text_of_amount(amount: int) -> str:
    """An amount of bytes for messages, in the largest unit that leaves a whole number: `1 GiB`."""
    power = 0
    while amount and amount % 1024 == 0 and power < len(_UNITS) - 1:
        amount, power = amount >> 10, power + 1
    return f"{amount} {_UNITS[power]}iB" if power else f"{amount} bytes"
