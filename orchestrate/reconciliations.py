"""The history of reconciliations: one line per run, only ever added to.

`llm-costs migrate` counts a customer's clean days from it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestrate.steps import StepFailed

HISTORY = "history.jsonl"
# A comparison of fewer days proves too little: bills are restated for weeks.
WHOLE_DAYS = 35
# Bills come a day or two late.
LATE = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one run of `llm-costs reconcile` found.

    Attributes:
        at: When, in UTC.
        left: The one warehouse.
        right: The others.
        customer: The only customer that was compared; None for all.
        since: First day that was compared; None for all.
        tolerance_usd: Absolute tolerance of a cell.
        tolerance_share: Relative tolerance of a cell.
        cells: How many cells were compared.
        newest: The newest day of data, by customer of whom there was any.
        differences: USD that are different, by customer.
        shared: Whether sums over all customers differ although no customer's do.
    """

    at: datetime
    left: str
    right: tuple[str, ...]
    customer: str | None
    since: date | None
    tolerance_usd: Decimal
    tolerance_share: Decimal
    cells: int
    newest: dict[str, date] = field(default_factory=dict)
    differences: dict[str, Decimal] = field(default_factory=dict)
    shared: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing was different."""
        return not self.differences and not self.shared

    def is_about(self, customer: str) -> bool:
        """Whether the customer was compared."""
        return self.customer in {None, customer}

    def compares(self, pair: tuple[str, tuple[str, ...]]) -> bool:
        """Whether these warehouses were compared: the left one and the right ones."""
        return (self.left, set(self.right)) == (pair[0], set(pair[1]))

    def is_clean_for(self, customer: str) -> bool:
        """Whether something was compared for a customer, and nothing was different."""
        return (
            customer in self.newest
            and not self.shared
            and customer not in self.differences
        )

    def is_whole(self) -> bool:
        """Whether enough days were compared to prove something."""
        return self.since is None or self.since <= self.at.date() - timedelta(
            days=WHOLE_DAYS
        )


def append_record(folder: Path, record: Record) -> None:
    """Add a run to the history; it is on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {**asdict(record), "right": list(record.right)}
    line = json.dumps(values, default=str) + "\n"
    with _locked(folder), (folder / HISTORY).open("a+b") as file:
        # What a crash left of a line must not swallow the next one.
        if file.seek(0, os.SEEK_END) and not _ends_a_line(file):
            file.write(b"\n")
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def read_records(folder: Path) -> list[Record]:
    """Read the history, oldest first.

    Raises:
        StepFailed: A line other than a torn last one cannot be read.
    """
    path = folder / HISTORY
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            if _is_torn(line):
                continue
            raise StepFailed(
                f"{path}, line {number}, is no reconciliation: {error}",
                way_out="Remove the line; the day then counts as not reconciled.",
            ) from error
    return sorted(records, key=lambda record: record.at)


def clean_days(
    records: list[Record],
    customer: str,
    *,
    today: date,
    pair: tuple[str, tuple[str, ...]],
    tolerance_usd: Decimal,
) -> int:
    """Count the clean days in a row up to today, or to yesterday.

    A day is clean when its last reconciliation of the customer found no difference. It
    counts only where the same warehouses were compared, whole, and within the tolerance
    that is set. A day without one ends the row. A day on which the data was no newer
    than on the last one that counted does not count: it is the same proof again.

    Args:
        records: The history.
        customer: The customer.
        today: The day to count back from.
        pair: The left target and the right ones.
        tolerance_usd: The widest tolerance that counts.
    """
    verdicts = {
        record.at.date(): record
        for record in sorted(records, key=lambda record: record.at)
        if record.is_about(customer)
        and record.is_whole()
        and record.compares(pair)
        and record.tolerance_usd <= tolerance_usd
        and not record.tolerance_share
    }
    day = today if today in verdicts else today - timedelta(days=1)
    row = []
    while day in verdicts and verdicts[day].is_clean_for(customer):
        row.append(verdicts[day].newest[customer])
        day -= timedelta(days=1)
    count, seen = 0, date.min
    for newest in reversed(row):
        if newest > seen:
            count, seen = count + 1, newest
    return count


def last_record(
    records: list[Record], customer: str, *, pair: tuple[str, tuple[str, ...]]
) -> Record | None:
    """Give the newest run that compared a customer in the same warehouses."""
    about = [
        record
        for record in records
        if record.is_about(customer) and record.compares(pair)
    ]
    return about[-1] if about else None


def describe(last: Record | None, customer: str) -> str:
    """Say what the newest reconciliation of a customer found."""
    if last is None:
        return "It was never reconciled."
    day, newest = last.at.date(), last.newest.get(customer)
    if last.shared:
        return f"On {day} sums over all customers differed."
    if customer in last.differences:
        return f"On {day} {last.differences[customer]:,.2f} USD differed."
    if newest is None:
        return f"On {day} there was nothing of it to compare."
    but = ""
    if day - newest > LATE:
        but = f", but its data ends on {newest}"
    elif not last.is_whole():
        but = f", but only since {last.since}"
    return f"It was last clean on {day}{but}."


def _record(values: dict[str, Any]) -> Record:
    return Record(
        at=datetime.fromisoformat(values["at"]).astimezone(UTC),
        left=values["left"],
        right=tuple(values["right"]),
        customer=values["customer"],
        since=date.fromisoformat(values["since"]) if values["since"] else None,
        tolerance_usd=Decimal(values["tolerance_usd"]),
        tolerance_share=Decimal(values["tolerance_share"]),
        cells=int(values["cells"]),
        # Lines of earlier versions do not say; their days do not count.
        newest={
            customer: date.fromisoformat(day)
            for customer, day in values.get("newest", {}).items()
        },
        differences={
            customer: Decimal(usd) for customer, usd in values["differences"].items()
        },
        shared=bool(values["shared"]),
    )


def _is_torn(line: str) -> bool:
    """Whether a crash cut the line short: a whole one ends with a brace."""
    return line.startswith("{") and not line.rstrip().endswith("}")


def _ends_a_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / f".{HISTORY}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
