"""Figures as people in Viet Nam write them, in every language of the interface."""

from decimal import Decimal


def shown_number(value: Decimal) -> str:
    """18.50 as "18,5" and 20.00 as "20"."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def shown_fixed(value: Decimal, *, decimals: int) -> str:
    """With so many decimals, so that a column of means lines up: "18,50"."""
    return f"{value:.{decimals}f}".replace(".", ",")
