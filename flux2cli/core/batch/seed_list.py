"""Parses `--seeds`: a list (`3,5,8`), a range that includes both ends (`1..20`), or a mixture (`1..4,9`)."""

from collections import Counter

from flux2cli.catalog.seed import MOST
from flux2cli.errors import UsageError

_MOST = 100_000
_HINT = "for example --seeds 3,5,8 or --seeds 1..20"


def parse_seeds(text: str) -> list[int]:
    """The seeds in the given order; UsageError when there is none, one occurs twice, or there are over 100,000."""
    seeds: list[int] = []
    for part in text.split(","):
        seeds += _span(part.strip(), text)
        if len(seeds) > _MOST:
            raise UsageError(f"`--seeds {text}` asks for more than {_MOST} images.", hint=_HINT)
    repeated = next((seed for seed, count in Counter(seeds).items() if count > 1), None)
    if repeated is not None:
        raise UsageError(f"`--seeds {text}` has the seed {repeated} twice.", hint="the same seed gives the same image")
    return seeds


def _span(part: str, text: str) -> list[int]:
    first, dots, last = part.partition("..")
    if not _is_number(first) or (dots and not _is_number(last)):
        raise UsageError(f"`--seeds {text}`: `{part}` is neither a seed nor a range of seeds.", hint=_HINT)
    if max(int(first), int(last or 0)) > MOST:
        raise UsageError(f"`--seeds {text}`: `{part}` has more than 64 bits.", hint=f"the largest seed is {MOST}")
    if not dots:
        return [int(first)]
    low, high = int(first), int(last)
    if high < low:
        raise UsageError(f"`--seeds {text}`: the range `{part}` ends before it begins.", hint=_HINT)
    return list(range(low, min(high, low + _MOST) + 1))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 20
