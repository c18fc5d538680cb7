"""What the bills are made with, checked before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sample_bills.catalogue import read_table
from sample_bills.company import list_days
from sample_bills.errors import SampleBillsError

CLOUDS = ("aws", "azure", "gcp")
FIRST_DAY = date(2024, 2, 1)
DEFAULT_DAYS = 120


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the bills were made with; the same parameters give the same bills."""

    seed: int
    start: date
    end: date
    rows_per_day: int
    ai_share: float
    restated: tuple[str, ...]
    clouds: tuple[str, ...]
    unruly: bool = False
    customers: tuple[str, ...] = ()


def check_parameters(  # noqa: PLR0913 - the parameters of write_bills
    *,
    seed: int,
    days: int | None,
    start: date | None,
    end: date | None,
    rows_per_day: int,
    ai_share: float,
    restate: Sequence[str],
    clouds: Sequence[str],
    unruly: bool = False,
    customers: Sequence[str] = (),
) -> Parameters:
    """Check the parameters and fill in the defaults."""
    if days is not None and start is not None:
        raise SampleBillsError("give either --days or --start, not both")
    last = end or datetime.now(UTC).date() - timedelta(days=1)
    if days is not None and days < 1:
        raise SampleBillsError(f"--days is {days}; the bills need at least 1 day")
    first = start or last - timedelta(days=(DEFAULT_DAYS if days is None else days) - 1)
    if first > last:
        raise SampleBillsError(f"the start {first} is after the end {last}")
    if first < FIRST_DAY:
        raise SampleBillsError(
            f"the bills would start on {first}; the exchange rates begin in January"
            f" 2024, so the start must be {FIRST_DAY} or later"
        )
    if rows_per_day < 1:
        raise SampleBillsError(f"--rows-per-day is {rows_per_day}; give 1 or more")
    if not 0 < ai_share <= 1:
        raise SampleBillsError(f"--ai-share is {ai_share}; give a share from 0 to 1")
    months = sorted({f"{day:%Y-%m}" for day in list_days(first, last)})
    for month in restate:
        if month not in months:
            raise SampleBillsError(
                f"--restate {month} is not a month of the bills, which hold"
                f" {months[0]} to {months[-1]}; write it as YYYY-MM"
            )
    known = [row["customer_id"] for row in read_table("customers.csv")]
    _check_names("--customers", customers, known)
    _check_names("--clouds", clouds, CLOUDS)
    if not clouds:
        raise SampleBillsError(
            f"--clouds has no cloud; choose from {', '.join(CLOUDS)}"
        )
    return Parameters(
        seed=seed,
        start=first,
        end=last,
        rows_per_day=rows_per_day,
        ai_share=ai_share,
        restated=tuple(sorted(set(restate))),
        clouds=tuple(cloud for cloud in CLOUDS if cloud in clouds),
        unruly=unruly,
        customers=tuple(name for name in known if name in customers),
    )


def _check_names(option: str, given: Sequence[str], known: Sequence[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise SampleBillsError(
            f"{option} has {', '.join(unknown)}; choose from {', '.join(known)}"
        )
