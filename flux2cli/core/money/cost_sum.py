"""What many jobs cost together."""

from dataclasses import dataclass
from decimal import Decimal

from flux2cli.core.money.job_cost import price_text


@dataclass(slots=True, kw_only=True)
class CostSum:
    """The costs of `count` requests added up, in US dollars, without the `unpriced` ones that have no known price."""

    count: int = 0
    unpriced: int = 0
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    @property
    def is_known(self) -> bool:
        """Whether any of the requests has a known price, or there are none."""
        return self.count > self.unpriced or not self.count

    def add(self, low: Decimal | None, high: Decimal | None, count: int = 1) -> None:
        """Add `count` requests at this cost each; None means no known price."""
        self.count += count
        if low is None or high is None:
            self.unpriced += count
            return
        self.low += low * count
        self.high += high * count

    def text(self) -> str:
        """The amount for messages: `$0.05`, `$0.07 to $0.16`, or `unknown`."""
        return price_text(self.low, self.high) if self.is_known else price_text(None, None)
