"""The billing export in BigQuery: which tables are meant, and when."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import ExtractError
from extract.guards import gone
from extract.ledger import Entry
from extract.sources.gcp_billing import GcpBill, open_bill, sums
from extract.sources.gcp_billing.asking import export_tables, maximum_bytes_billed
from extract.sources.gcp_billing.export_table import ExportTables
from extract.sources.gcp_billing.listing import list_parts
from extract.units import Delivery, Load, Unit
from extract.windows import choose_units

ASK = "extract.sources.gcp_billing.export_table.ask"
SETTING = "LLM_COSTS_BIGQUERY_BILLING_EXPORT"
TABLES = "my-project.billing.gcp_billing_export_v1_A, p.b.gcp_billing_export_v1_B"


def test_tables_are_taken_in_place_of_files_on_bigquery_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: in Phase 2 PostgreSQL's load asks a BigQuery that it cannot read."""
    monkeypatch.setenv(SETTING, TABLES)
    monkeypatch.setenv("SOURCES__GCP_BILLING__EXPORT_URL", "file:///tmp")
    monkeypatch.setenv("LLM_COSTS_TARGET", "postgres")
    assert isinstance(open_bill(), GcpBill)
    monkeypatch.setenv("LLM_COSTS_TARGET", "bq")
    bill = open_bill()
    assert isinstance(bill, ExportTables)
    assert bill.tables == [
        "my-project.billing.gcp_billing_export_v1_A",
        "p.b.gcp_billing_export_v1_B",
    ]
    monkeypatch.setenv(SETTING, "")
    assert isinstance(open_bill(), GcpBill)


@pytest.mark.parametrize(
    "wrong", ["billing.gcp_export", "p.b.gcp_billing_export_v1_*", "`p`.b.t", "p.b.t;"]
)
def test_a_name_that_is_no_table_is_refused(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Harm: a wildcard reads standard and detailed export, the same spend twice."""
    monkeypatch.setenv(SETTING, wrong)
    with pytest.raises(ExtractError, match=r"LLM_COSTS_BIGQUERY_BILLING_EXPORT.*write"):
        export_tables()


def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: a query without a limit reads the whole export, at any price."""
    assert maximum_bytes_billed() == 107_374_182_400
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_MAXIMUM_BYTES_BILLED", "100 GiB")
    with pytest.raises(ExtractError, match="write a number of bytes"):
        maximum_bytes_billed()


@pytest.mark.parametrize(
    ("service", "is_ai"),
    [
        ("Vertex AI", True),
        ("Claude Opus 4.6", True),
        ("Not Claude", False),
        ("Vertex AI Workbench", False),
        ("", False),
    ],
)
def test_services_are_told_apart_as_in_files(service: str, *, is_ai: bool) -> None:
    """Harm: a service that is AI in files is another one in the export's table."""
    assert sums.is_ai(service, ["Vertex AI", "Claude%"]) is is_ai


def test_rows_without_a_currency_are_named_with_their_table() -> None:
    """Harm: no rate converts them, and their cost is missing from every total."""
    unit = Unit(
        source="gcp_billing",
        cloud_provider="GCP",
        name="A/2026-10",
        billing_period="2026-10",
        billing_account_id="A",
    )
    delivery = Delivery(
        unit=unit,
        version="1",
        location="bigquery://p.b.t",
        files=1,
        weight=0,
        content=None,
    )
    day, cost = datetime(2026, 10, 5, tzinfo=UTC), Decimal(1)
    told: list[sums.Part] = [
        sums.Part("1", "Vertex AI", "regular", currency, 2, cost, cost, day, day, day)
        for currency in ("USD", None)
    ]
    load = Load(delivery=delivery)
    assert sums.measure(load, told[:1], ["Vertex AI"]) == []
    assert load.measures["USD"].landed_cost == 2
    with pytest.raises(ExtractError, match=r"p\.b\.t has 2 rows .* without a currency"):
        sums.measure(load, told, ["Vertex AI"])


def loaded(*names: str) -> dict[str, Entry]:
    """What the ledger has: bills of accounts and months."""
    return {
        name: Entry(
            unit=name,
            load_id="1",
            version="1",
            landed_rows=1,
            total_rows=1,
            cost={},
            superseded=frozenset(),
            billing_account_id=name.partition("/")[0],
            billing_period=name.partition("/")[2],
        )
        for name in names
    }


def test_accounts_of_one_export_may_begin_in_different_months(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: an account's months from files stop every run, for another's have gone on.

    What the export did have and has no longer is told, and so is an account that no
    table has, whose newest months would stay as they were for ever.
    """
    months = [("A", "202608"), ("A", "202610"), ("A", "202611"), ("B", "202611")]
    offered = [(*month, 1) for month in months]
    monkeypatch.setattr(ASK, lambda *_: offered)
    bill = ExportTables(["p.b.t"], ["Vertex AI"], 2)
    units = bill.units()
    from_files = loaded("B/2026-09", "B/2026-10", "A/2026-07")
    assert gone(bill, units, from_files) == {}
    assert list(gone(bill, units, from_files | loaded("A/2026-09"))) == ["A/2026-09"]
    assert list(gone(bill, units, loaded("C/2026-10"))) == ["C/2026-10"]
    chosen = choose_units(
        bill, units, loaded("A/2026-08", "A/2026-10"), [], full_refresh=False
    )
    assert [unit.name for unit in chosen] == [
        "A/2026-08",
        "A/2026-10",
        "A/2026-11",
        "B/2026-11",
    ]


PLACE = "bigquery://p.b.t"
MONTHS = [f"2026-{month:02d}" for month in range(1, 10)]


@dataclass
class Table:
    """Rows of an export, by partition, account and month."""

    rows: list[tuple[str, str, str]]
    is_read_whole: bool = False

    def ask(self, query: str, _table: str, first_day: str = "") -> list[Any]:
        """Answer one of the three questions."""
        counts = Counter(
            (account, month.replace("-", ""))
            for partition, account, month in self.rows
            if (partition < first_day) == ("PARTITIONTIME <" in query)
        )
        if "PARTITIONTIME <" in query:
            return [(counts.total(),)]
        self.is_read_whole |= not first_day
        return [(*key, count) for key, count in counts.items()]

    def entries(self, names: Collection[str]) -> list[Entry]:
        """What the ledger has of some months."""
        counts = Counter(f"{account}/{month}" for _, account, month in self.rows)
        return [
            replace(entry, total_rows=counts[name], location=PLACE)
            for name, entry in loaded(*names).items()
        ]

    def months(self, entries: list[Entry]) -> set[str]:
        """Find the months, each once."""
        new, old = list_parts(self.ask, "p.b.t", ("a", "m"), entries, 2)
        found = [f"{account}/{month[:4]}-{month[4:]}" for account, month in new]
        found += [entry.unit for entry in old]
        assert len(found) == len(set(found))
        return set(found)


ROWS = st.builds(
    lambda month, account, late: (
        f"{MONTHS[min(month + late, len(MONTHS) - 1)]}-15",
        account,
        MONTHS[month],
    ),
    st.integers(0, len(MONTHS) - 1),
    st.sampled_from("AB"),
    # A correction may be exported months after its own month.
    st.sampled_from([0, 0, 0, 1, 4]),
)


@given(rows=st.lists(ROWS, min_size=1), names=st.data(), stale=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_month_is_overlooked_whatever_is_loaded(
    rows: list[tuple[str, str, str]], names: st.DataObject, *, stale: bool
) -> None:
    """Harm: a month that was refused once is missing from then on, and nobody says so.

    A run may have loaded any of the months, and rows may have come late since.
    """
    table = Table(rows)
    there = {f"{account}/{month}" for _, account, month in rows}
    known = names.draw(st.sets(st.sampled_from(sorted(there))))
    entries = table.entries(known)
    if stale:
        entries = [replace(entry, total_rows=entry.total_rows - 1) for entry in entries]
    assert table.months(entries) == there
    if known == there and not stale:
        assert not table.is_read_whole


def test_weeks_that_were_copied_before_are_no_months_of_the_export(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Harm: two old weeks of a month look like two tables of it, in every run."""
    days = [("2026-01-05", "A", "2026-01"), ("2026-01-20", "A", "2026-01")]
    table = Table([*days, ("2026-09-15", "A", "2026-09")])
    weeks = [("2026-01", "01-07"), ("2026-01", "15-21"), ("2026-09", "15-21")]
    known = {
        f"A/{month}/days {days}": replace(
            entry, unit=f"A/{month}/days {days}", total_rows=1
        )
        for month, days in weeks
        for entry in table.entries([f"A/{month}"])
    }
    monkeypatch.setattr(ASK, table.ask)
    units = ExportTables(["p.b.t"], ["Vertex AI"], 2).units(lambda: known)
    assert sorted(unit.name for unit in units) == ["A/2026-01", "A/2026-09"]


def test_months_that_got_rows_after_the_last_look_are_told_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Harm: cost that came late is missing from a month for ever, and nobody knows."""
    table = Table(
        [
            ("2026-01-15", "A", "2026-01"),
            ("2026-02-15", "A", "2026-02"),
            ("2026-09-15", "A", "2026-09"),
        ]
    )
    entries = table.entries(["A/2026-01", "A/2026-02", "A/2026-09"])
    table.months(entries)
    assert not caplog.records
    table.rows += [("2026-06-15", "A", "2026-02"), ("2026-09-16", "A", "2026-02")]
    table.months(entries)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    told = record.getMessage()
    assert "p.b.t has 3 rows of A/2026-02, of which 1 are loaded" in told
    assert told.endswith("dlt pipeline gcp_billing run --period 2026-02")


def test_what_other_sources_loaded_tells_nothing_of_a_table() -> None:
    """Harm: months that came from files hide as many rows of the export's own."""
    table = Table([("2026-01-15", "A", "2026-01"), ("2026-09-15", "A", "2026-09")])
    entries = table.entries(["A/2026-01", "A/2026-09"])
    assert table.months(entries) == {"A/2026-01", "A/2026-09"}
    assert not table.is_read_whole
    elsewhere = [replace(entries[0], location="file:///bills"), entries[1]]
    assert table.months(elsewhere) == {"A/2026-01", "A/2026-09"}
    assert table.is_read_whole
