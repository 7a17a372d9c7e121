"""Reads amounts of money from responses and records. What cannot be the price of a request is no amount."""

from decimal import Decimal, InvalidOperation

_MOST = Decimal(1_000_000)
_LONGEST = 40
_SMALLEST_EXPONENT = -30
"""Bounds of what can be a price. Beyond them, arithmetic and output take memory by the digit."""


def amount_of(value: object) -> Decimal | None:
    """The amount in a text or number; None when it is negative, a million or more, not finite, or anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        text = str(value)
        amount = Decimal(text) if len(text) <= _LONGEST else None
    except (InvalidOperation, ValueError):  # ValueError: a whole number with more digits than Python converts
        return None
    if amount is None or not amount.is_finite() or not 0 <= amount < _MOST:
        return None
    return amount if _exponent(amount) >= _SMALLEST_EXPONENT else None


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
