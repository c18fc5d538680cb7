"""Every query of every dashboard runs and gives what its panel can draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import marts_sample
import pytest
import sqlglot
from dashboard_queries import Marts, Query, Result, panel_queries, variable_queries
from sqlglot import exp

if TYPE_CHECKING:
    from pathlib import Path

# The text for these three is close enough to DuckDB's to run there as it stands.
RUNNABLE = ["duckdb", "postgres", "redshift"]
SQLGLOT = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "redshift": "redshift",
    "bq": "bigquery",
    "sqlserver": "tsql",
}
# What all five plugins turn into numbers, texts and times. DuckDB's would show a
# HUGEINT as text, and refuses unsigned types.
SHOWN = {"DOUBLE", "VARCHAR", "TIMESTAMP"}
ONE_ROW = {"stat", "gauge", "piechart"}
HOSTILE = ["O'Brien", 'a"b', "\\", "') OR 1=1 --", "${__from}", "💸; DROP TABLE x"]

PANELS = [query for target in RUNNABLE for query in panel_queries(target)]
VARIABLES = [query for target in RUNNABLE for query in variable_queries(target)]
DUCKDB_PANELS = panel_queries("duckdb")


def of_title(title: str, target: str = "duckdb") -> Query:
    """Find a panel's query."""
    return next(each for each in panel_queries(target) if each.name == title)


def total(result: Result, column: str = "cost_usd") -> float:
    """Sum a column, empty cells aside."""
    return sum(value for value in result.column(column) if value is not None)


def numeric_columns(result: Result) -> list[str]:
    """Name the columns that hold numbers."""
    return [
        name
        for name, kind in zip(result.columns, result.types, strict=True)
        if kind == "DOUBLE"
    ]


def plain(result: Result) -> list[list[Any]]:
    """Give rows to compare: times without their zone, numbers to nine digits."""

    def same(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None)
        return float(f"{value:.9g}") if isinstance(value, float) else value

    return [[same(value) for value in row] for row in result.rows]


@pytest.mark.parametrize("query", PANELS, ids=str)
def test_a_panel_gets_rows_of_types_that_grafana_can_show(
    marts: Marts, query: Query
) -> None:
    """A panel that shows nothing, or numbers as text, is taken for no cost."""
    result = marts.ask(query)

    assert result.rows
    assert set(result.types) <= SHOWN
    numbers = numeric_columns(result)
    assert numbers
    assert any(value is not None for name in numbers for value in result.column(name))
    assert len(set(result.columns)) == len(result.columns)
    assert all(name == name.lower() for name in result.columns)


@pytest.mark.parametrize(
    "query", [each for each in PANELS if each.kind == "timeseries"], ids=str
)
def test_a_time_series_has_one_ordered_time_column(marts: Marts, query: Query) -> None:
    """Rows out of order make Grafana refuse the whole panel."""
    result = marts.ask(query)

    assert result.types.count("TIMESTAMP") == 1
    times = result.column("time")
    assert times == sorted(times)
    labels = [
        name
        for name, kind in zip(result.columns, result.types, strict=True)
        if kind == "VARCHAR"
    ]
    assert labels in ([], ["series"])
    keys = list(zip(times, result.column("series"), strict=True) if labels else times)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "query", [each for each in DUCKDB_PANELS if each.kind in ONE_ROW], ids=str
)
def test_a_single_value_comes_from_a_single_row(marts: Marts, query: Query) -> None:
    """Of several rows Grafana would show the last, whichever that is."""
    assert len(marts.ask(query).rows) == 1


@pytest.mark.parametrize("query", DUCKDB_PANELS, ids=str)
def test_overrides_and_columns_belong_together(marts: Marts, query: Query) -> None:
    """An override of a column that does not exist is silently ignored by Grafana."""
    result = marts.ask(query)
    overridden = [
        each["matcher"]["options"] for each in query.source["fieldConfig"]["overrides"]
    ]

    assert set(overridden) <= set(result.columns)
    assert len(set(overridden)) == len(overridden)
    if query.kind == "table":
        assert overridden == result.columns


@pytest.mark.parametrize("query", VARIABLES, ids=str)
def test_a_variable_offers_distinct_values(marts: Marts, query: Query) -> None:
    """A variable without options locks everybody out of the dashboard's filter."""
    result = marts.ask(query)

    text, value = result.columns
    assert {text, value} in ({"__text", "__value"}, {"text", "value"})
    assert result.types == ["VARCHAR", "VARCHAR"]
    assert result.rows
    assert result.column(text) == result.column(value)
    assert len(set(result.column(value))) == len(result.rows)
    default = query.source["current"]["value"]
    assert default == ["$__all"] or default in result.column(value)


@pytest.mark.parametrize("query", PANELS, ids=str)
@pytest.mark.parametrize("kind", ["one", "several"])
def test_a_panel_runs_for_chosen_values(marts: Marts, query: Query, kind: str) -> None:
    """A filter that only works at All fails for the first person who clicks."""
    columns = ("cloud_provider", "customer_id", "model")
    chosen: dict[str, Any] = {
        name: sorted(
            row[0]
            for row in marts.run(
                f"select distinct {name} from multi_cloud_costs.daily_costs"
            ).rows
        )
        for name in columns
    }
    if kind == "one":
        chosen = {name: values[0] for name, values in chosen.items()}

    result = marts.ask(query, **chosen)

    assert set(result.types) <= SHOWN


@pytest.mark.parametrize("query", PANELS, ids=str)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_chooses_nothing(
    marts: Marts, query: Query, value: str
) -> None:
    """A value from a link's address must not end the string it stands in."""
    chosen: dict[str, Any] = dict.fromkeys(
        ("cloud_provider", "customer_id", "model", "scope_key"), value
    )
    for form in (chosen, {name: [value, "acme"] for name in chosen}):
        result = marts.ask(query, **form)
        assert set(result.types) <= SHOWN

    found = marts.ask(query, **chosen)
    numbers = [value for name in numeric_columns(found) for value in found.column(name)]
    assert not [each for each in numbers if each], query.name


@pytest.mark.parametrize("query", PANELS, ids=str)
def test_a_range_before_all_bills_is_empty_but_no_error(
    marts: Marts, query: Query
) -> None:
    """An error on an early range would look like a broken warehouse."""
    years = dt.timedelta(days=3650)
    early = replace(
        marts, time_from=marts.time_from - years, time_to=marts.time_to - years
    )

    result = early.ask(query)

    assert set(result.types) <= SHOWN
    if query.kind == "timeseries":
        assert result.rows == []


@pytest.mark.parametrize(
    "query",
    [
        query
        for target in SQLGLOT
        for query in [*panel_queries(target), *variable_queries(target)]
    ],
    ids=str,
)
def test_the_text_is_the_engines_own_sql(marts: Marts, query: Query) -> None:
    """A query that does not parse is found by the user, as an empty panel."""
    text = marts.text(query)

    (tree,) = sqlglot.parse(text, read=SQLGLOT[query.target])

    assert isinstance(tree, exp.Query)
    assert not list(tree.find_all(exp.Limit))
    positions = [
        each
        for clause in tree.find_all(exp.Group)
        for each in clause.expressions
        if isinstance(each, exp.Literal)
    ]
    assert not positions


@pytest.mark.parametrize(
    "title", sorted({each.name for each in DUCKDB_PANELS}), ids=str
)
@pytest.mark.parametrize("target", ["postgres", "redshift", "bq", "sqlserver"])
def test_all_targets_answer_alike(marts: Marts, target: str, title: str) -> None:
    """The same panel must not tell two stories on two warehouses."""
    ours, theirs = of_title(title), of_title(title, target)
    text = marts.text(theirs)
    if target not in RUNNABLE:
        (text,) = sqlglot.transpile(text, read=SQLGLOT[target], write="duckdb")

    assert plain(marts.run(text)) == plain(marts.ask(ours))


def test_one_cloud_after_the_other_adds_up_to_all(marts: Marts) -> None:
    """A filter that loses rows loses money on the screen."""
    query = of_title("Total this month")
    clouds = [
        row[0]
        for row in marts.run(
            "select distinct cloud_provider from multi_cloud_costs.daily_costs"
        ).rows
    ]

    parts = [total(marts.ask(query, cloud_provider=cloud)) for cloud in clouds]

    assert sum(parts) == pytest.approx(total(marts.ask(query)))
    assert total(marts.ask(query, cloud_provider=clouds)) == pytest.approx(sum(parts))


def test_the_pie_the_trend_and_the_marts_agree(marts: Marts) -> None:
    """Two figures for one thing on one screen destroy trust in both."""
    clouds = ("aws", "azure", "gcp", "other_clouds")
    pie = marts.ask(of_title("Cost by cloud"))
    trend = marts.ask(of_title("Daily cost by cloud"))
    models = marts.ask(of_title("Daily cost by model"))
    (truth,) = marts.run(
        f"""select cast(sum(cost_usd) as double), cast(sum(usage_cost_usd) as double)
        from multi_cloud_costs.daily_costs
        where "date" >= date '{marts.time_from:%Y-%m-%d}'"""
    ).rows

    assert sum(total(pie, each) for each in clouds) == pytest.approx(truth[0])
    assert sum(total(trend, each) for each in clouds) == pytest.approx(truth[0])
    assert total(models) == pytest.approx(truth[1])


def test_the_change_compares_as_many_days_as_there_are(marts: Marts) -> None:
    """Thirty billed days against thirty-one would show a fall every single day."""
    (value,) = marts.ask(of_title("Change vs previous period")).rows[0]
    (days,) = marts.run(
        f"""select date_diff('day', date '{marts.time_from:%Y-%m-%d}', max("date")) + 1
        from multi_cloud_costs.daily_costs"""
    ).rows[0]
    (now, earlier) = marts.run(
        f"""select
            sum(cost_usd) filter (where "date" >= date '{marts.time_from:%Y-%m-%d}'),
            sum(cost_usd) filter (
                where "date" < date '{marts.time_from:%Y-%m-%d}'
                and "date" >= date '{marts.time_from:%Y-%m-%d}' - {days}
            )
        from multi_cloud_costs.daily_costs"""
    ).rows[0]

    assert value == pytest.approx(float(now / earlier) - 1)


def test_the_weekly_heatmap_sums_weeks_from_monday(marts: Marts) -> None:
    """A week cut at the wrong day moves weekend cost into the next week."""
    heatmap = marts.ask(of_title("Weekly spend heatmap"))
    truth = marts.run(
        """select cast(sum(cost_usd) as double)
        from multi_cloud_costs.daily_costs
        where date_trunc('week', "date") = (
            select date_trunc('week', max("date")) from multi_cloud_costs.daily_costs
        )"""
    )

    assert total(heatmap, "weeks_ago_00") == pytest.approx(truth.rows[0][0])


def test_efficiency_is_of_models_that_were_really_used(marts: Marts) -> None:
    """A model tried once, or what is no model, would head the list of the dearest."""
    shown = marts.ask(of_title("Efficiency: cost per 1M tokens")).column("model")
    used = marts.run(
        f"""select model from multi_cloud_costs.model_costs
        where "date" >= date '{marts.time_from:%Y-%m-%d}'
            and model not in ('not_applicable', 'unspecified', 'unknown')
        group by model having sum(tokens) >= 100000
        order by sum(cost_usd) desc"""
    ).column("model")

    assert sorted(shown) == sorted(used[:15])


def test_a_lonely_fee_is_no_history_to_compare_with(tmp_path: Path) -> None:
    """A yearly fee dated long ago would make the first month look like a surge."""
    path = marts_sample.write(tmp_path / "fee.duckdb")
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    query = of_title("Change vs previous period")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """delete from multi_cloud_costs.daily_costs
            where "date" < date '2026-11-01'"""
        )
        connection.execute(
            """insert into multi_cloud_costs.daily_costs by name
            select * replace (date '2026-01-01' as "date", 0 as usage_cost_usd)
            from multi_cloud_costs.daily_costs limit 1"""
        )
        marts = Marts(connection, noon - dt.timedelta(days=21), noon)

        assert marts.ask(query).rows == [(None,)]
