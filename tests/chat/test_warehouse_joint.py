"""Warehouses that hold a cloud each answer together as one that holds all."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pytest
from chat_checks import check_answers

from chat.ask import answer_plan
from chat.asker import Asker, run_query
from chat.parameters import Parameter
from chat.plans import Report
from chat.query import CostQuery
from chat.scope import Scope
from chat.warehouse import DuckDBReader, WarehouseError
from chat.warehouse_joint import JointReader, Part

TODAY = date(2026, 11, 21)
PROVIDERS = ("AWS", "Azure", "GCP")
# They are worked out over all clouds of a customer; see below.
OF_ALL_CLOUDS = frozenset({"budget_status", "customer_margins", "customer_anomalies"})
BUDGETS = """
    create schema multi_cloud_costs;
    create table multi_cloud_costs.budget_status as
    select * from (values
        (
            date '2026-11-01', 'total', 'all', 'all', 'all', 500.00, {all},
            {all_forecast}
        ),
        (
            date '2026-11-01', 'customer', 'all', 'acme', 'all', 100.00, {acme},
            {acme_forecast}
        ),
        (date '2026-11-01', 'customer', 'all', 'globex', 'all', null, 1.00, 2.00),
        (date '2026-11-01', 'provider', '{cloud}', 'all', 'all', 80.00, {acme}, 90.00),
        (date '2026-11-01', 'team', 'all', 'all', 'search', 50.00, 20.00, 25.00)
    ) as t (
        month, budget_scope, cloud_provider, customer_id, team, monthly_budget_usd,
        cost_usd, forecast_month_end_usd
    );
    create table multi_cloud_costs.customer_margins as
    select month, customer_id, 400.00 as monthly_revenue_usd, forecast_month_end_usd
    from multi_cloud_costs.budget_status where budget_scope = 'customer';
    create table multi_cloud_costs.data_freshness as
    select '{cloud}' as cloud_provider, date '{complete}' as last_complete_date,
        timestamp '2026-11-21 06:00' as last_loaded_at;
    create table multi_cloud_costs.customer_anomalies as
    select * from (values {anomalies}) as t (
        date, customer_id, cost_usd, expected_cost_usd, change_usd, severity, status
    );
"""


class Noting(DuckDBReader):
    """A reader whose statements are kept."""

    said: ClassVar[list[tuple[str, tuple[Parameter, ...]]]] = []

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Keep the statement and give the rows."""
        self.said.append((sql, tuple(parameters)))
        return super().read(sql, parameters)


def joined(paths: Sequence[Path], *, is_shared: bool = False) -> JointReader:
    """Give three warehouses as one."""
    return JointReader(
        parts=tuple(
            Part(reader=Noting(path=path), providers=(name,), is_shared=is_shared)
            for path, name in zip(paths, PROVIDERS, strict=True)
        )
    )


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    """Three warehouses with a part of the same customers each."""
    figures: list[dict[str, Any]] = [
        {
            "cloud": "AWS", "complete": "2026-11-20",
            "all": "200.00", "all_forecast": "210.00",
            "acme": "60.00", "acme_forecast": "70.00",
            "anomalies": "(date '2026-11-19', 'acme', 30.0, 10.0, 20.0, 'critical', "
            "'High'), (date '2026-11-20', 'acme', 9.0, 10.0, -1.0, 'none', 'Normal')",
        },
        {
            "cloud": "Azure", "complete": "2026-11-18",
            "all": "200.00", "all_forecast": "210.00",
            "acme": "30.00", "acme_forecast": "40.00",
            "anomalies": "(date '2026-11-19', 'acme', 5.0, 6.0, -1.0, 'none', "
            "'Normal'), (date '2026-11-20', 'acme', 5.0, 5.0, 0.0, 'none', 'Normal')",
        },
        {
            "cloud": "GCP", "complete": "2026-11-19",
            "all": "110.00", "all_forecast": "110.00",
            "acme": "5.00", "acme_forecast": "6.00",
            "anomalies": "(date '2026-11-18', 'globex', 1.0, 1.0, 0.0, 'none', "
            "'Normal')",
        },
    ]  # fmt: skip
    paths = []
    for n, one in enumerate(figures):
        paths.append(tmp_path / f"{n}.duckdb")
        with duckdb.connect(str(paths[-1])) as connection:
            connection.execute(BUDGETS.format(**one))
    return paths


def ask(reader: JointReader, scope: Scope, **query: Any) -> list[dict[str, Any]]:
    """Run a query of November."""
    time = {"first": "2026-11-01", "last": "2026-11-20"}
    asked = CostQuery.model_validate({"time": time, **query})
    return run_query(asked, Asker(reader=reader, scope=scope, today=TODAY), None)[1]


def test_every_answer_is_that_of_one_warehouse_with_all_clouds(
    built_warehouse: Path,
) -> None:
    """Harm: a share, a distinct count or a top ten is of one cloud, told as of all."""
    reader = joined([built_warehouse] * 3)

    assert check_answers(reader, built_warehouse, OF_ALL_CLOUDS) > 60


def test_each_warehouse_is_asked_under_the_scope_for_its_providers_only(
    built_warehouse: Path,
) -> None:
    """Harm: a warehouse sends rows of others, and one mistake later they are shown."""
    Noting.said.clear()
    found = ask(
        joined([built_warehouse] * 3),
        Scope.only(["acme"]),
        metrics=["total_cost"],
        dimensions=["customer"],
    )

    assert {row["customer"] for row in found} == {"acme"}
    assert len(Noting.said) == len(PROVIDERS)
    assert {values[-1] for _, values in Noting.said} == set(PROVIDERS)
    for sql, values in Noting.said:
        assert '"customer_id" IN' in sql
        assert "acme" in values


def test_a_budget_is_held_against_the_cost_of_all_clouds(parts: list[Path]) -> None:
    """Harm: 60, 30 and 5 of 100 dollars are each on track; the forecast is not."""
    asked = ["budget_status", "budget", "budget_utilization_pct", "budget_remaining"]
    asked += ["forecast_cost"]
    reader = joined(parts)

    (mine,) = ask(reader, Scope.only(["acme"]), metrics=asked, dimensions=["customer"])
    (total,) = ask(reader, Scope.everything(), metrics=asked)
    parted = ask(
        reader,
        Scope.everything(),
        metrics=["budget_status"],
        dimensions=["customer"],
        filters=[{"dimension": "status", "values": ["At risk"]}],
    )

    assert mine == {
        "customer": "acme",
        "budget_status": "At risk",
        "budget": Decimal(100),
        "budget_utilization_pct": 0.95,
        "budget_remaining": Decimal(5),
        "forecast_cost": Decimal(116),
    }
    assert total["budget_status"] == "Over"
    assert total["budget_remaining"] == Decimal(-10)
    assert [row["customer"] for row in parted] == ["acme"]


def test_a_clouds_budget_is_of_its_warehouse_and_a_teams_of_all(
    parts: list[Path],
) -> None:
    """Harm: a cloud has the cost of another, or a team a third of its own."""
    asked = ["budget_status", "budget", "budget_utilization_pct"]
    reader = joined(parts)

    clouds = ask(reader, Scope.everything(), metrics=asked, dimensions=["provider"])
    (team,) = ask(reader, Scope.everything(), metrics=asked, dimensions=["team"])

    assert {row["provider"]: row["budget_utilization_pct"] for row in clouds} == {
        "AWS": 0.75,
        "Azure": 0.375,
        "GCP": 0.0625,
    }
    assert {row["budget_status"] for row in clouds} == {"At risk"}
    assert team == {
        "team": "search",
        "budget_status": "Over",
        "budget": Decimal(50),
        "budget_utilization_pct": 1.2,
    }


def test_what_a_customer_pays_counts_once(parts: list[Path]) -> None:
    """Harm: three warehouses know the revenue, and the margin is three times it."""
    found = ask(
        joined(parts),
        Scope.everything(),
        metrics=["gross_margin", "revenue"],
        dimensions=["customer"],
    )

    margins = {row["customer"]: (row["gross_margin"], row["revenue"]) for row in found}
    assert margins["acme"] == (Decimal(284), Decimal(400))


def test_a_day_is_unusual_if_it_is_in_one_of_the_clouds(parts: list[Path]) -> None:
    """Harm: a spike is lost, or one day counts once for each cloud."""
    reader, acme = joined(parts), Scope.only(["acme"])

    (found,) = ask(reader, acme, metrics=["anomalies", "anomaly_impact"])
    assert found == {"anomalies": 1, "anomaly_impact": Decimal(20)}
    (critical,) = ask(
        reader,
        acme,
        metrics=["anomalies"],
        filters=[{"dimension": "severity", "values": ["critical"]}],
    )
    assert critical["anomalies"] == 1
    plan = Report.model_validate(
        {"topic": "is_normal", "time": {"first": "2026-11-19", "last": "2026-11-19"}}
    )
    answer = answer_plan(plan, Asker(reader=reader, scope=acme, today=TODAY))
    assert answer.rows == ((Decimal(35), Decimal(16), 1),)


def test_a_budget_is_not_told_where_a_warehouse_holds_more_than_its_part(
    parts: list[Path],
) -> None:
    """Harm: the cost of a cloud is counted in two of them."""
    with pytest.raises(WarehouseError, match="cannot be told while duckdb holds"):
        ask(
            joined(parts, is_shared=True), Scope.everything(), metrics=["forecast_cost"]
        )


def test_a_warehouse_that_fails_fails_the_answer(parts: list[Path]) -> None:
    """Harm: two of three clouds are told as the whole."""
    parts[1].unlink()

    with pytest.raises(WarehouseError, match="no published figures"):
        ask(joined(parts), Scope.everything(), metrics=["forecast_cost"])


def test_a_load_of_any_warehouse_makes_new_answers(parts: list[Path]) -> None:
    """Harm: an answer is kept though one of its warehouses has new figures."""
    reader = joined(parts)
    before = reader.version
    with duckdb.connect(str(parts[2])) as connection:
        connection.execute("create table more (n integer)")

    assert reader.version != before
