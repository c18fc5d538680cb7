"""Budgets of clouds and of teams, beside those of customers and of the company."""

from pathlib import Path

import duckdb
from dbt_runs import UNTESTED, are_same, dbt, try_dbt

BUDGETS = "multi_cloud_costs_staging.budgets"
# What follows from the seed, and no more.
FOLLOWING = ("--select", "int_budgets+", *UNTESTED)
SUMS = """
    select
        budget_scope, month, sum(cost_usd), sum(forecast_month_end_usd)
    from multi_cloud_costs.budget_status
    group by budget_scope, month
"""
OTHERS = """
    select * from multi_cloud_costs.{}
    where budget_scope <> 'team'
        and (budget_scope <> 'provider' or '{}' = 'cost_forecast')
    order by all
"""
# Each row with the test that has to refuse it.
REFUSED = {
    ("customer", "acme", "5"): "every_budget_in_budgets_csv_is_of_a_provider_or_a_team",
    ("provider", "aws", "5"): "every_provider_in_budgets_csv_is_AWS_Azure_or_GCP",
    ("provider", "GCP", "5"): "no_provider_in_budgets_csv_has_two_budgets",
    ("team", "Search", "5"): (
        "no_team_in_budgets_csv_has_two_budgets_in_whatever_letter_case"
    ),
    ("team", " ops", "5"): "no_name_in_budgets_csv_has_spaces_around_it",
    ("team", "idle", "0"): "every_budget_in_budgets_csv_is_above_zero",
    ("team", "mean", "-5"): "every_budget_in_budgets_csv_is_above_zero",
    ("team", None, "5"): "not_null_budgets_budget_name",
    ("team", "none", None): "not_null_budgets_monthly_budget_usd",
}


def test_each_scope_counts_a_dollar_once(marts: duckdb.DuckDBPyConnection) -> None:
    """A dollar that two rows of one scope hold is spent twice of one budget."""
    sums = {(scope, month): amounts for scope, month, *amounts in sums_of(marts)}
    of_teams = marts.execute(
        "select date_trunc('month', date)::date, sum(cost_usd) from unified_costs "
        "where team is not null and date <= (select max(as_of_date) "
        "from budget_status where is_current_month) group by all"
    )
    teams = dict(of_teams.fetchall())
    months = {month for _, month in sums}
    assert len(months) > 1
    for month in months:
        # Every cloud of the sample company has a budget, and so has every team.
        assert sums["customer", month] == sums["total", month]
        assert sums["provider", month] == sums["total", month]
        cost, forecast = sums["team", month]
        assert cost == teams[month]
        assert cost < forecast or month < max(months)
        assert forecast < sums["total", month][1]


def sums_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(SUMS).fetchall()


def test_teams_are_forecast_no_more_than_their_customers(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Teams that add up to more than the company do not explain its forecast."""
    days = marts.execute(
        """
        select
            sum(forecast_usage_cost_usd) filter (budget_scope = 'team') as teams,
            sum(forecast_usage_cost_usd) filter (budget_scope = 'total') as total
        from cost_forecast group by date
        """
    ).fetchall()
    assert days
    assert all(0 < teams <= total for teams, total in days)


def test_without_such_budgets_all_else_is_as_it_was(
    warehouse_copy: Path, built_warehouse: Path
) -> None:
    """Who has no such budgets must not notice that there could be some."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(f"delete from {BUDGETS}")
    dbt(warehouse_copy, "--quiet", "build", *FOLLOWING)
    found, before = {}, {}
    for warehouse, rows in ((warehouse_copy, found), (built_warehouse, before)):
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for mart in ("budget_status", "cost_forecast"):
                query = OTHERS.format(mart, mart)
                rows[mart] = connection.execute(query).fetchall()
    for mart, rows in before.items():
        assert len(found[mart]) == len(rows)
        assert all(map(are_same, found[mart], rows)), mart
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        scopes = {scope for scope, *_ in sums_of(connection)}
    assert scopes == {"total", "customer"}


def test_a_budget_that_cannot_be_meant_is_refused_by_name(warehouse_copy: Path) -> None:
    """A misspelt cloud, or a budget of nothing, would never be told of."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.executemany(
            f"insert into {BUDGETS} values (?, ?, ?)", [list(row) for row in REFUSED]
        )
    done = try_dbt(warehouse_copy, "test", "--select", "budgets")
    assert done.returncode != 0
    failed = {line for line in done.stdout.splitlines() if " FAIL " in line}
    for row, name in REFUSED.items():
        assert any(name in line for line in failed), (row, name)
    assert f"ERROR={len(set(REFUSED.values()))}" in done.stdout
