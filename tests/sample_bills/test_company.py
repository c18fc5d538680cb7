"""The company behaves like one, and its unusual days are written down."""

import csv
from datetime import date, timedelta
from pathlib import Path

from sample_bills.company import Company, list_days
from sample_bills.gcp_export import invoice_month
from sample_bills.money import divide_rounded, euros_to_dollars, show_nano

START = date(2026, 7, 24)


def test_anomalies_do_not_depend_on_the_end() -> None:
    """A history whose spikes move when a day is added cannot be loaded day by day."""
    long = Company(7, START, date(2026, 11, 20)).anomalies
    short = Company(7, START, date(2026, 10, 20)).anomalies
    assert long[: len(short)] == short
    assert len(long) > len(short)


def test_anomalies_are_of_all_kinds_and_about_every_twelve_days() -> None:
    """A detector that is only shown spikes is only tested on spikes."""
    anomalies = Company(7, START, START + timedelta(days=400)).anomalies
    assert {one.kind for one in anomalies} == {
        "spike",
        "surge",
        "drop",
        "runaway batch",
    }
    assert 28 <= len(anomalies) <= 32
    assert min(one.start for one in anomalies) >= START + timedelta(days=30)


def test_an_anomaly_shows_in_the_usage() -> None:
    """A label without an event would punish a detector that is right."""
    end = START + timedelta(days=400)
    company, calm = Company(7, START, end), Company(7, START, end)
    calm._by_workload.clear()
    for anomaly in company.anomalies:
        used, normal = (
            sum(
                usage.quantity * usage.sku.cost_per_base_unit
                for usage in one.usage(anomaly.cloud, anomaly.start)
                if usage.workload.name.removesuffix("-batch") == anomaly.workload
            )
            for one in (company, calm)
        )
        extra = 1 if anomaly.kind == "runaway batch" else 0
        assert abs(used / normal - anomaly.factor - extra) < 0.02


def test_the_anomalies_are_written_with_the_evidence_of_their_rows(bills: Path) -> None:
    """A detector is judged by customer, cloud and day."""
    with (bills / "anomalies.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert list(rows[0]) == [
        "cloud_provider",
        "customer_id",
        "model",
        "start_date",
        "end_date",
        "kind",
        "factor",
    ]


def test_models_migrate_and_a_customer_arrives() -> None:
    """Without change in the middle, a mapping of the first days would do for all."""
    company = Company(7, START, START + timedelta(days=119))

    def find_models(day: int) -> set[str]:
        date_of_day = START + timedelta(days=day)
        return {
            usage.sku.model
            for cloud in ("AWS", "Azure", "GCP")
            for usage in company.usage(cloud, date_of_day)
            if usage.workload.name in {"stark-automation", "stark-copilot"}
        }

    assert find_models(5) == {"claude-sonnet-4-5", "gpt-4.1"}
    assert find_models(100) == {"claude-sonnet-4-6", "gpt-5.4"}
    for day, is_there in ((49, False), (50, True)):
        names = {
            usage.workload.customer
            for usage in company.usage("GCP", START + timedelta(days=day))
        }
        assert ("piedpiper" in names) == is_there


def test_weekends_differ_by_customer() -> None:
    """One rhythm for all would let a rule by weekday pass that knows no customers."""
    company = Company(7, START, START + timedelta(days=27))
    ratios = {}
    for name in ("initech-reports", "globex-helpdesk"):
        costs: dict[bool, list[float]] = {True: [], False: []}
        for day in list_days(START, START + timedelta(days=27)):
            total = sum(
                usage.quantity * usage.sku.cost_per_base_unit
                for usage in company.usage("AWS", day)
                if usage.workload.name == name
            )
            costs[day.weekday() >= 5].append(total)
        means = {kind: sum(found) / len(found) for kind, found in costs.items()}
        ratios[name] = means[True] / means[False]
    assert ratios["initech-reports"] < 0.3
    assert ratios["globex-helpdesk"] > 0.8


def test_halves_are_rounded_away_from_zero() -> None:
    """Python's own rounding goes to even; warehouses do not."""
    assert [divide_rounded(n, 10) for n in (5, 15, -5, -15, 14)] == [1, 2, -1, -2, 1]
    assert show_nano(-1_500_000_001) == "-1.500000001"
    assert euros_to_dollars(1_000_000_000, date(2026, 10, 31)) == 1_120_000_000
    assert euros_to_dollars(1_000_000_000, date(2026, 11, 1)) == 1_110_000_000


def test_invoice_months_follow_american_summer_time() -> None:
    """An hour on the wrong invoice is a difference that nobody finds."""

    def hour(day: date, of_day: int) -> int:
        return (day - date(1970, 1, 1)).days * 24 + of_day

    assert invoice_month(hour(date(2026, 10, 1), 6)) == "202609"
    assert invoice_month(hour(date(2026, 10, 1), 7)) == "202610"
    assert invoice_month(hour(date(2026, 12, 1), 7)) == "202611"
    assert invoice_month(hour(date(2026, 12, 1), 8)) == "202612"
