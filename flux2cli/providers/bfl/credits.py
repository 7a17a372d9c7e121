"""BFL's credits in US dollars."""

from flux2cli.providers.amounts import amount_of

CREDITS_PER_DOLLAR = 100


def dollars(credits_: object) -> str | None:
    """The credits in US dollars, as decimal text. None for anything but an amount."""
    amount = amount_of(credits_)
    return None if amount is None else f"{amount / CREDITS_PER_DOLLAR:f}"
