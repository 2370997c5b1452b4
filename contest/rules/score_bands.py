"""How results spread over the bands of the weekly report."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

UPPER, LOWER = Decimal("0.75"), Decimal("0.25")  # shares of the highest score


@dataclass(frozen=True)
class Bands:
    """Counts that sum to `total`; `zero` is a part of `below_lower`."""

    full: int = 0
    upper: int = 0  # from 75 % to below 100 %
    middle: int = 0  # from 25 % to below 75 %
    below_lower: int = 0
    zero: int = 0

    @property
    def total(self) -> int:
        return self.full + self.upper + self.middle + self.below_lower


def bands_of(results: Iterable[tuple[Decimal, Decimal]]) -> Bands:
    """Of scores, each with the highest that was possible. Nothing possible is zero."""
    full = upper = middle = below = zero = 0
    for score, highest in results:
        if score <= 0 or highest <= 0:
            zero += 1
            below += 1
        elif score >= highest:
            full += 1
        elif score >= highest * UPPER:
            upper += 1
        elif score >= highest * LOWER:
            middle += 1
        else:
            below += 1
    return Bands(full, upper, middle, below, zero)
