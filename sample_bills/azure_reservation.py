"""The sample company's reservation of provisioned throughput on Azure.

It is bought for a month on each 4th and covers one unit for every hour until the next.
As invoiced there is the fee, and the hours that it covers cost nothing; amortized, each
hour costs its share of the fee, whether it was used or not. Nothing here is drawn.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sample_bills.azure_rows import Row
from sample_bills.catalogue import read_bundles
from sample_bills.company import Company, Usage
from sample_bills.money import divide_rounded, read_price

PURCHASE_DAY = 4
OWNER = "umbrella-units"
HOURS_A_DAY = 24
# Nobody works on weekends, so the unit is given back at night.
WEEKEND_HOURS = 15
SATURDAY = 5


def list_reservation_rows(company: Company, day: date) -> Iterator[Row]:
    """List a day's fee, and the hours that the fee of this or an earlier day covers."""
    workload = company.find(OWNER)
    if workload is None:
        return
    sku = read_bundles()["ptu-reservation"][0]
    fee = read_price(sku.unit_price, 9)
    if day.day == PURCHASE_DAY:
        yield Row(Usage(workload, sku, 1), fee, 1, "Purchase")
    bought, ends = _find_term(day)
    # What was bought before the bills begin is on no bill.
    if bought < company.start:
        return
    share = _spread(fee, day, bought, ends)
    used = WEEKEND_HOURS if day.weekday() >= SATURDAY else HOURS_A_DAY
    cost = divide_rounded(share * used, HOURS_A_DAY)
    covered = Usage(workload, read_bundles()["ptu-regional"][0], used)
    yield Row(covered, 0, used, amortized=cost)
    if unused := HOURS_A_DAY - used:
        rest = Usage(workload, sku, unused)
        yield Row(rest, 0, unused, "UnusedReservation", amortized=share - cost)


def _find_term(day: date) -> tuple[date, date]:
    """Find the first day of the term that a day lies in, and of the next one."""
    first = day.replace(day=PURCHASE_DAY)
    if day < first:
        first = (day.replace(day=1) - timedelta(days=1)).replace(day=PURCHASE_DAY)
    return first, (first + timedelta(days=31)).replace(day=PURCHASE_DAY)


def _spread(fee: int, day: date, bought: date, ends: date) -> int:
    """Give a day's share, so that all shares of the term are the fee."""
    days, before = (ends - bought).days, (day - bought).days
    return divide_rounded(fee * (before + 1), days) - divide_rounded(fee * before, days)
