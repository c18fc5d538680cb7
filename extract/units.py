"""What is loaded as a whole: units, deliveries of them, and loads of deliveries."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dlt.extract import DltSource

    from extract.columns import Table
    from extract.ledger import Entry

    Loaded = Callable[[], Mapping[str, Entry]]

LOAD_ID_FORMAT = "%Y%m%dT%H%M%S%fZ"

# Where a unit is a part of a month, what follows the month in its name.
PART = "/days "

Status = Literal["loaded", "unchanged", "closed", "refused", "failed"]


def new_load_id() -> str:
    """Return a new id that sorts by time, such as 20261121T101500123456Z-ab12cd."""
    stamp = datetime.now(UTC).strftime(LOAD_ID_FORMAT)
    return f"{stamp}-{secrets.token_hex(3)}"


def digest_of(marks: Iterable[str]) -> str:
    """Return the digest of marks, for versions: another one as soon as one differs."""
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]


def whole_of(name: str) -> str:
    """Return the name of the month that a unit is, or is a part of."""
    return name.partition(PART)[0]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One billing period of one export, scope or billing account."""

    source: str
    cloud_provider: str
    name: str
    billing_period: str
    billing_account_id: str = ""

    @classmethod
    def of_nobody(cls, source: str, name: str, billing_period: str = "") -> Self:
        """Return a unit for what cannot be read: whose bill it is nobody knows.

        So nothing that was loaded is told to have gone.
        """
        return cls(
            source=source, cloud_provider="", name=name, billing_period=billing_period
        )


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What the provider holds for a unit right now.

    Attributes:
        unit: The unit.
        version: Differs whenever the delivered data, or the way it is read, differs.
        location: URI to show to a person.
        files: Number of files (pages for an API).
        weight: Rough size in bytes, to cut a long back-fill into batches.
        content: What the source itself needs in order to read the delivery.
    """

    unit: Unit
    version: str
    location: str
    files: int
    weight: int
    content: object


@dataclass(kw_only=True)
class Measure:
    """Rows and cost of a load in one currency, as counted at the source.

    Rows that show the invoice's money once more, in another way, are counted apart:
    they have to arrive as well, and are no part of the bill.
    """

    landed_rows: int = 0
    filtered_rows: int = 0
    landed_cost: Decimal = Decimal(0)
    filtered_cost: Decimal = Decimal(0)
    repeated_rows: int = 0
    repeated_cost: Decimal = Decimal(0)
    first_usage_at: datetime | None = None
    last_usage_at: datetime | None = None

    @property
    def cost_total(self) -> Decimal:
        """The whole bill in this currency."""
        return self.landed_cost + self.filtered_cost


@dataclass(kw_only=True)
class Load:
    """One attempt to land a delivery; measured while it is read.

    Attributes:
        delivery: What is landed.
        load_id: Written on every row.
        measures: Rows and cost by currency.
        billing_account_id: The account, where only the bill's lines tell it.
        sub_accounts: Parts of the account, where a source tells its bills by them.
        read_until: Where the rows stay where they are: the newest that counts was
            exported then.
        error: Why it must not be published.
        note: What there is to know of it, though it may be published.
        has_moved: Whether that is because a newer delivery came meanwhile.
        siblings: Itself and the parts of its month that are landed together with it.
    """

    delivery: Delivery
    load_id: str = field(default_factory=new_load_id)
    measures: dict[str, Measure] = field(default_factory=dict)
    billing_account_id: str = ""
    sub_accounts: frozenset[str] = frozenset()
    read_until: datetime | None = None
    error: str = ""
    note: str = ""
    has_moved: bool = False
    siblings: frozenset[str] = frozenset()

    def measure(self, currency: str) -> Measure:
        """Return the measure of a currency, made at its first use."""
        return self.measures.setdefault(currency, Measure())

    @property
    def landed_rows(self) -> int:
        """Rows of AI services in all currencies."""
        return sum(measure.landed_rows for measure in self.measures.values())

    @property
    def total_rows(self) -> int:
        """Rows of the whole bill in all currencies."""
        return self.landed_rows + sum(
            measure.filtered_rows for measure in self.measures.values()
        )


@dataclass(frozen=True, kw_only=True)
class UnitResult:
    """What became of one unit in one run.

    Attributes:
        source: Name of the source.
        unit: Name of the unit, or '' when the source failed before it had any.
        billing_period: Month of the unit, YYYY-MM.
        status: loaded, unchanged, closed (see closing.py), refused (see guards.py) or
            failed.
        rows: Rows of AI services that stand in the warehouse now.
        cost: Cost of the whole bill per currency.
        seconds: Time spent on the unit.
        message: Why it was refused or failed, or what else there is to know.
    """

    source: str
    unit: str
    billing_period: str
    status: Status
    rows: int = 0
    cost: dict[str, Decimal] = field(default_factory=dict)
    seconds: float = 0.0
    message: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether the run should end with an error because of this unit."""
        return self.status in {"refused", "failed"}


@dataclass(frozen=True, kw_only=True)
class SourceSpec:
    """The fixed facts about a source.

    Attributes:
        name: Name of the source and of its dlt pipeline.
        cloud_provider: AWS, Azure or GCP; '' where every unit has its own.
        dataset: The schema that its tables are in.
        landed: The table of AI services.
        totals: The table of what is filtered away.
        shrink_hint: The likely reason when a bill loses most of its lines.
        empty_hint: The likely reason when a new period has no files; '' where it may
            have none.
        lists_periods: Whether the provider lists its periods, so that one can be gone.
        sub_accounts: Column of both tables by which a part of a bill is told; '' for
            a source that is never told in part.
        do_scopes_nest: Whether one unit's account may contain another's.
        account_hint: How a bill is made to tell its account, where it may not.
        provisional_days: How many of the newest days are still being counted.
        closed_day_tolerance: Share by which an older day's cost may move unsaid.
    """

    name: str
    cloud_provider: str
    dataset: str
    landed: Table
    totals: Table
    shrink_hint: str
    empty_hint: str = ""
    lists_periods: bool = True
    sub_accounts: str = ""
    do_scopes_nest: bool = False
    account_hint: str = ""
    provisional_days: int = 0
    closed_day_tolerance: float = 0.0


class Bill(Protocol):
    """A provider's bill, as the runner sees it."""

    spec: SourceSpec

    def __enter__(self) -> Self:
        """Open what reading the bill needs."""
        ...

    def __exit__(self, *error: object) -> None:
        """Close it again."""
        ...

    def units(self, loaded: Loaded = dict, /) -> list[Unit]:
        """Return every unit that the provider still has.

        Args:
            loaded: Gives the ledger's entries of the source, where units are found with
                less effort by what is loaded of them.
        """
        ...

    def look_back(self, periods: Sequence[str], account: str, /) -> set[str]:
        """Return an account's periods that may still be restated, of those given."""
        ...

    def deliver(self, unit: Unit, known: str = "") -> Delivery:
        """Look at what the provider holds for a unit, without reading data files.

        Args:
            unit: The unit.
            known: The version that is loaded; where little tells that it is still the
                delivered one, nothing more is looked at.
        """
        ...

    def source(self, loads: Sequence[Load]) -> DltSource:
        """Build the dlt source that lands these loads."""
        ...


def load_id_time(load_id: str) -> datetime:
    """Return the moment a load id was made."""
    stamp = load_id.rpartition("-")[0]
    return datetime.strptime(stamp, LOAD_ID_FORMAT).replace(tzinfo=UTC)
