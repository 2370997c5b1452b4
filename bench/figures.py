"""Figures, how they are computed and how they are printed."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank)."""
    if not values:
        return math.inf
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def figure(name: str, value: float, unit: str) -> str:
    """One line of the output."""
    text = f"{value:,.0f}".replace(",", "") if abs(value) >= 1000 else f"{value:.3g}"
    return f"{name} = {text} {unit}".rstrip()
