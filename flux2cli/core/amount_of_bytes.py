"""Amounts of bytes as people write them: 500M, 4G, 1048576."""

import re

from flux2cli.errors import UsageError

_AMOUNT = re.compile(r"([0-9]{1,15})([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = ("", "K", "M", "G", "T")


def read_amount(typed: str) -> int | None:
    """The bytes that a text such as `500M` means, in powers of 1024; None for any other."""
    found = _AMOUNT.fullmatch(typed.strip())
    return int(found[1]) << 10 * _UNITS.index(found[2].upper()) if found else None


def read_max_input(typed: str) -> int:
    """The bytes that a text means; UsageError, about `--max-input`, for one that is no amount, or for none."""
    amount = read_amount(typed)
    if not amount:
        raise UsageError(f"`--max-input {typed}` is not an amount of bytes.", hint="for example --max-input 500M or 4G")
    return amount


def text_of_amount(amount: int) -> str:
    """An amount of bytes for messages, in the largest unit that leaves a whole number: `1 GiB`."""
    power = 0
    while amount and amount % 1024 == 0 and power < len(_UNITS) - 1:
        amount, power = amount >> 10, power + 1
    return f"{amount} {_UNITS[power]}iB" if power else f"{amount} bytes"
