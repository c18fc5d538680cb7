"""Fixed-point money: whole numbers of the smallest part that a bill can show.

A cost is an integer of nano units (1e-9 of the currency) wherever it is added up, so
that a sum has no rounding of its own. Doubles appear only in the files, because the
providers deliver doubles.
"""

from datetime import date
from decimal import Decimal

NANO = 10**9

# The platform's seed holds the same rates; here they make the answer key.
EUR_RATES: tuple[tuple[date, int], ...] = (
    (date(2024, 1, 1), 108),
    (date(2026, 1, 1), 109),
    (date(2026, 7, 1), 110),
    (date(2026, 9, 1), 112),
    (date(2026, 11, 1), 111),
)


def divide_rounded(number: int, divisor: int) -> int:
    """Divide whole numbers and round halves away from zero, as warehouses do."""
    sign = -1 if number < 0 else 1
    return sign * ((abs(number) * 2 + divisor) // (2 * divisor))


def read_price(price: str, digits: int) -> int:
    """Turn a decimal price into a whole number of 10^-digits."""
    scaled = Decimal(price).scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"the price {price} has more than {digits} decimals")
    return int(scaled)


def show_nano(amount: int) -> str:
    """Write nano units as a plain decimal number with nine places."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), NANO)
    return f"{sign}{whole}.{rest:09d}"


def euro_rate(day: date) -> int:
    """Find the US cents for one euro that hold on a day."""
    return [rate for since, rate in EUR_RATES if since <= day][-1]


def euros_to_dollars(nano_euros: int, day: date) -> int:
    """Convert one row's cost at the rate of its day, rounded to nine places."""
    return divide_rounded(nano_euros * euro_rate(day), 100)
