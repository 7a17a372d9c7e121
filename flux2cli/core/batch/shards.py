"""`--shard I/N`: selects the rows for one of N machines by their keys alone."""

from dataclasses import dataclass

from flux2cli.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Part `index` (from 1) of `count`. Every row is in exactly one part."""

    index: int
    count: int

    def has(self, key: str) -> bool:
        """Whether the row with this key (hexadecimal text) is in this part."""
        return int(key, 16) % self.count == self.index - 1


def parse_shard(text: str) -> Shard:
    """Parses `I/N`, such as `2/5`; UsageError for other text or an index outside 1 to N."""
    first, _, second = text.partition("/")
    numbers = [part.strip() for part in (first, second)]
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in numbers):
        raise UsageError(f"`--shard {text}` is not I/N.", hint="for example --shard 2/5, the second of five parts")
    index, count = (int(part) for part in numbers)
    if not 1 <= index <= count:
        raise UsageError(
            f"`--shard {text}`: there is no such part.",
            hint="parts count from 1; where a system counts from 0, add 1: --shard $((INDEX + 1))/N",
        )
    return Shard(index=index, count=count)
