"""Seeds: whole numbers of up to 64 bits, as people give them and as providers state them."""

from decimal import Decimal, InvalidOperation

MOST = 2**64 - 1
"""The largest seed."""

_MOST_STATED = 2**128 - 1
_EXACT = 2**53
"""Floating-point numbers up to this are exact; a larger one is no longer the seed."""

_NO_SEED = ("-1", "-1.0", "random", "none")
"""What people give for "no seed", in any case."""


def is_no_seed(value: object) -> bool:
    """Whether a given value says that there is no seed."""
    return str(value).strip().lower() in _NO_SEED


def stated_seed(value: object) -> int | None:
    """The seed that a response states as `7`, `7.0` or `"7"`; None for any other value.

    It may be longer than one that can be given, but not so long that names of files overflow.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= _MOST_STATED or number != number.to_integral_value():
        return None
    return None if isinstance(value, float) and number > _EXACT else int(number)
