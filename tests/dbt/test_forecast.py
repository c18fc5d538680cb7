"""The forecast on a whole warehouse: as of an earlier day, and against a naive one."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dbt_runs import dbt


def rebuild(warehouse: Path, selected: str, variables: str) -> None:
    dbt(warehouse, "--quiet", "run", "--select", selected, "--vars", variables)


def test_the_forecast_begins_after_the_last_complete_day_and_has_no_gap(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A day that is missing or counted twice is a wrong month."""
    days = marts.execute(
        """
        select date, as_of_date from cost_forecast
        where budget_scope = 'total' order by date
        """
    ).fetchall()
    as_of = days[0][1]
    assert [(day - as_of).days for day, _ in days] == list(range(1, len(days) + 1))
    assert days[-1][0] == date(2026, 12, 31)


def test_the_month_end_of_a_budget_is_that_of_the_forecast(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Two dashboards with two forecasts are two answers to one question."""
    different = marts.execute(
        """
        select budgets.customer_id
        from budget_status as budgets
        left join cost_forecast as forecasts
            on budgets.budget_scope = forecasts.budget_scope
            and budgets.cloud_provider = forecasts.cloud_provider
            and budgets.customer_id = forecasts.customer_id
            and budgets.team = forecasts.team
            and forecasts.date = last_day(budgets.month)
        where budgets.is_current_month
            and budgets.forecast_month_end_usd
                -- A budget that nothing is spent of has no day that is forecast.
                is distinct from coalesce(forecasts.month_forecast_usd, 0)
        """
    ).fetchall()
    assert different == []


def test_customers_forecasts_add_up_to_the_total(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A total that its customers do not explain cannot be talked about."""
    total, customers = marts.execute(
        """
        select
            sum(case when budget_scope = 'total' then forecast_month_end_usd end),
            sum(case when budget_scope = 'customer' then forecast_month_end_usd end)
        from budget_status
        where is_current_month
        """
    ).fetchone() or (None, 0)
    assert total == customers


def test_a_late_bill_is_foretold_and_not_taken_for_no_usage(
    warehouse_copy: Path,
) -> None:
    """A cloud whose bill does not come would else look like money saved."""
    month_end = """
        select budget_scope, cloud_provider, month_forecast_usd, late_cost_usd
        from multi_cloud_costs.cost_forecast
        where date = '2026-11-30' and budget_scope in ('total', 'provider')
    """
    sums = """
        select
            sum(case when budget_scope = 'total' then forecast_month_end_usd end),
            sum(case when budget_scope = 'customer' then forecast_month_end_usd end)
        from multi_cloud_costs.budget_status
        where is_current_month
    """
    with duckdb.connect(str(warehouse_copy)) as connection:
        whole = {(one, two): cost for one, two, cost, _ in _rows(connection, month_end)}
        ((lacking,),) = _rows(
            connection,
            """
            select sum(cost_usd) from multi_cloud_costs.unified_costs
            where cloud_provider = 'Azure'
                and date between '2026-11-10' and '2026-11-19'
            """,
        )
        connection.execute(
            "delete from multi_cloud_costs.unified_costs "
            "where cloud_provider = 'Azure' and date > '2026-11-09'"
        )
        connection.execute(
            "update multi_cloud_costs.data_freshness "
            "set days_behind = 10, last_complete_date = '2026-11-09' "
            "where cloud_provider = 'Azure'"
        )
    dbt(warehouse_copy, "--quiet", "run", "--select", "daily_costs int_as_of_date+")
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        late = {
            (one, two): (cost, gap)
            for one, two, cost, gap in _rows(connection, month_end)
        }
        ((total, customers),) = _rows(connection, sums)
    assert total == customers
    assert late["provider", "AWS"] == (whole["provider", "AWS"], 0)
    for scope in (("total", "all"), ("provider", "Azure")):
        cost, gap = late[scope]
        assert abs(gap - lacking) < lacking / 4
        assert abs(cost - whole[scope]) < lacking / 2


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_an_earlier_day_sees_nothing_of_later_ones_and_beats_the_run_rate(
    warehouse_copy: Path,
) -> None:
    """A back-test that peeks, or a forecast worse than a rule of three, is no use."""
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute("set search_path = 'multi_cloud_costs'")
        # Taxes of the month would tell its usage, and fees are forecast after two full
        # months of them only; without them both are on even terms.
        connection.execute(
            "delete from unified_costs "
            "where charge_category in ('Tax', 'Credit', 'Purchase')"
        )
        truth, seen = connection.execute(
            """
            select
                sum(case when date <= '2026-11-19' then cost_usd end),
                sum(case when date <= '2026-11-11' then cost_usd end)
            from unified_costs where date >= '2026-11-01'
            """
        ).fetchone() or (0, 0)
    rebuild(warehouse_copy, "daily_costs int_as_of_date+", "{as_of_date: '2026-11-11'}")
    with duckdb.connect(str(warehouse_copy), read_only=True) as connection:
        connection.execute("set search_path = 'multi_cloud_costs'")
        ours = connection.execute(
            """
            select month_forecast_usd from cost_forecast
            where budget_scope = 'total' and date = '2026-11-19'
            """
        ).fetchone()
        months = connection.execute(
            "select max(as_of_date), max(cost_usd) from budget_status "
            "where is_current_month and budget_scope = 'total'"
        ).fetchone()
    assert months == (date(2026, 11, 11), seen)
    assert ours is not None
    naive = float(seen) / 11 * 19
    assert abs(float(ours[0]) - float(truth)) < abs(naive - float(truth))
