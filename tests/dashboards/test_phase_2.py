"""One warehouse per cloud: each shows its clouds, and together they show the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from dashboard_queries import Marts, Query, Result, made, panel_queries
from grafana_transformations import STEPS, transformed
from on_duckdb import parsed, translated
from sqlglot import exp, parse_one

from dashboards import phase_2

ALL = "llm-costs-all-clouds"
CLOUDS = {part.target: part.clouds[0] for part in phase_2.EXAMPLE}
# Whose rows are counted, or whose columns hold one cloud each.
TABLES = [
    each for each in made(phase_2.FOLDER, ALL)["panels"] if each.get("transformations")
]


def queries_of(title: str, uid: str = ALL) -> list[Query]:
    """Find a panel's queries."""
    found = [
        each
        for each in panel_queries(phase_2.FOLDER)
        if each.uid == uid and each.name == title
    ]
    assert found
    return found


def ask_part(marts: Marts, query: Query, **chosen: Any) -> Result:
    """Ask what the query's warehouse would answer.

    Redshift and Azure SQL hold their own cloud only; BigQuery still holds all of them.

    Args:
        marts: Marts of all clouds.
        query: Query of Phase 2.
        chosen: Values of variables.
    """
    tree = parsed(marts.text(query, **chosen), query.target)
    if query.target != "bq":
        own = f"cloud_provider in ('{CLOUDS[query.target]}')"
        for table in list(tree.find_all(exp.Table)):
            if table.db and table.name != "dim_customers":
                kept = parse_one(
                    f"(select * from {table.db}.{table.name} where {own})",
                    read="duckdb",
                )
                alias = table.alias or table.name
                table.replace(exp.alias_(kept, alias, table=True))
    return marts.run(translated(tree))


def mixed(marts: Marts, title: str, **chosen: Any) -> Result:
    """Give what a panel of all clouds draws.

    Args:
        marts: Marts of all clouds.
        title: The panel.
        chosen: Values of variables.
    """
    queries = queries_of(title)
    results = [ask_part(marts, each, **chosen) for each in queries]
    return transformed(results, queries[0].source["transformations"])


def total(result: Result, column: str) -> float:
    """Sum a column."""
    return sum(each for each in result.column(column) if each is not None)


def of_all(marts: Marts, sql: str) -> float:
    """Ask the marts of all clouds for one number."""
    ((value,),) = marts.run(
        sql.format(
            first=f"date '{marts.time_from:%Y-%m-%d}'",
            table="multi_cloud_costs.daily_costs",
        )
    ).rows
    return float(value)


@pytest.mark.parametrize("part", phase_2.EXAMPLE, ids=lambda part: part.target)
def test_a_part_shows_the_cost_of_its_clouds_only(
    marts: Marts, part: phase_2.Part
) -> None:
    """While BigQuery still holds all clouds, AWS and Azure would be shown twice."""
    uid = f"llm-costs-{part.target}-overview"
    (query,) = queries_of("Total this month", uid)
    (own,) = part.clouds

    shown = total(ask_part(marts, query), "cost_usd")
    truth = of_all(
        marts,
        "select sum(cost_usd) from {table} "
        f"where cloud_provider = '{own}' and \"date\" >= date '2026-11-01'",
    )
    assert shown == pytest.approx(truth)

    (trend,) = queries_of("Daily cost by cloud", uid)
    assert ask_part(marts, trend).columns == [
        "time",
        {"AWS": "aws"}.get(own, own.lower()),
    ]


def test_what_a_shared_warehouse_cannot_keep_apart_is_left_out() -> None:
    """A customer's anomaly of AWS on the page of Google Cloud sends people astray."""

    def titles(target: str, name: str) -> set[str]:
        panels = made(phase_2.FOLDER, f"llm-costs-{target}-{name}")["panels"]
        return {each["title"] for each in panels}

    assert "Unusual customers by day" in titles("redshift", "anomalies")
    assert "Unusual customers by day" not in titles("bq", "anomalies")
    for target in CLOUDS:
        # A budget is of all clouds.
        assert "Budget vs actual" not in titles(target, "overview")
        assert "Margins" not in titles(target, "customers")
        assert "Top spenders" in titles(target, "customers")


def test_all_clouds_together_are_the_whole(marts: Marts) -> None:
    """A sum over warehouses that misses one is taken for a saving."""
    month = total(mixed(marts, "Total this month"), "cost_usd")
    assert month == pytest.approx(
        of_all(
            marts, "select sum(cost_usd) from {table} where \"date\" >= '2026-11-01'"
        )
    )
    picked = of_all(marts, 'select sum(cost_usd) from {table} where "date" >= {first}')
    assert total(mixed(marts, "Top 20 models"), "cost_usd") <= picked
    assert total(mixed(marts, "Top 20 customers"), "cost_usd") == pytest.approx(picked)
    trend = [ask_part(marts, each) for each in queries_of("Daily cost by cloud")]
    shown = sum(total(each, each.columns[1]) for each in trend)
    assert shown == pytest.approx(picked)
    assert [each.columns[1] for each in trend] == ["aws", "azure", "gcp"]
    forecast = total(mixed(marts, "Forecast for the month"), "forecast_usd")
    assert forecast == pytest.approx(
        of_all(
            marts,
            "select forecast_month_end_usd from multi_cloud_costs.budget_status "
            "where budget_scope = 'total' and is_current_month",
        )
    )
    unattributed = total(mixed(marts, "Unattributed cost"), "cost_usd")
    assert unattributed == pytest.approx(
        of_all(
            marts,
            'select sum(cost_usd) from {table} where "date" >= {first} '
            "and customer_id = 'unattributed'",
        )
    )
    clouds = mixed(marts, "Clouds in these figures")
    assert sorted(clouds.column("cloud_provider")) == ["AWS", "Azure", "GCP"]


def test_budgets_count_all_clouds(marts: Marts) -> None:
    """Each cloud's cost within the budget says nothing of the three together."""
    found = mixed(marts, "Budgets over all clouds")
    truth = {
        row[0]: (float(row[1]), float(row[2]))
        for row in marts.run(
            """select customer_id, cost_usd, monthly_budget_usd
            from multi_cloud_costs.budget_status
            where budget_scope = 'customer' and is_current_month
                and monthly_budget_usd > 0 and cost_usd > 0"""
        ).rows
    }
    shown = {row[0]: row[1:] for row in found.rows}
    assert set(shown) == set(truth)
    for customer, (cost, budget, used) in shown.items():
        assert cost == pytest.approx(truth[customer][0])
        assert budget == truth[customer][1]
        assert used == pytest.approx(cost / budget)
    used = found.column("budget_used")
    assert used == sorted(used, reverse=True)


def test_the_customer_chosen_is_the_customer_shown(marts: Marts) -> None:
    """A filter that reaches two of three warehouses shows a customer too dear."""
    everybody = mixed(marts, "Top 20 customers")
    cost = dict(
        zip(everybody.column("customer_id"), everybody.column("cost_usd"), strict=True)
    )
    alone = mixed(marts, "Top 20 customers", customer_id=["acme"])

    assert alone.column("customer_id") == ["acme"]
    assert alone.column("cost_usd") == pytest.approx([cost["acme"]])


@pytest.mark.parametrize("panel", TABLES, ids=lambda panel: panel["title"])
def test_columns_are_shown_as_they_come_out(marts: Marts, panel: Any) -> None:
    """An override of a column that is called otherwise by then is ignored."""
    assert {each["id"] for each in panel["transformations"]} <= {"merge", *STEPS}
    result = mixed(marts, panel["title"])
    overridden = [
        each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]
    ]
    assert result.rows
    assert set(overridden) <= set(result.columns)
    if panel["type"] == "table":
        assert overridden == result.columns
    # What the warehouses give has one shape, or Grafana draws the first one's only.
    shapes = {
        tuple(ask_part(marts, each).columns) for each in queries_of(panel["title"])
    }
    assert len(shapes) == 1
    # No row is like another one: Grafana would take both for one.
    rows = [
        row for each in queries_of(panel["title"]) for row in ask_part(marts, each).rows
    ]
    assert len(set(rows)) == len(rows)


def test_a_cloud_in_two_warehouses_is_refused() -> None:
    """It would be counted twice in every sum."""
    twice = (*phase_2.EXAMPLE, phase_2.Part("duckdb", ("AWS",)))
    with pytest.raises(ValueError, match="Two warehouses answer for AWS"):
        phase_2.dashboards_of(twice)


def test_an_early_range_is_empty_but_no_error(marts: Marts) -> None:
    """An error on an early range would look like a broken warehouse."""
    year = marts.time_to - marts.time_from
    early = replace(
        marts, time_from=marts.time_from - 99 * year, time_to=marts.time_to - 99 * year
    )
    for panel in TABLES:
        for query in queries_of(panel["title"]):
            ask_part(early, query)
