"""Every query of every dashboard runs and gives what its panel can draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from dashboard_queries import (
    FOLDERS,
    OF_NO_CHOICE,
    Marts,
    Query,
    Result,
    all_queries,
    annotation_queries,
    panel_queries,
    shown,
    variable_queries,
)
from on_duckdb import parsed, translated
from sqlglot import exp

from dashboards import phase_2

if TYPE_CHECKING:
    from collections.abc import Callable

# The text for these three is close enough to DuckDB's to run there as it stands.
RUNNABLE = ["duckdb", "postgres", "redshift"]
# What all five plugins turn into numbers, texts and times. DuckDB's would show a
# HUGEINT as text, and refuses unsigned types.
SHOWN = {"DOUBLE", "VARCHAR", "TIMESTAMP"}
ONE_ROW = {"stat", "gauge", "piechart"}
HOSTILE = ["O'Brien", 'a"b', "\\", "') OR 1=1 --", "${__from}", "💸; DROP TABLE x"]
VARIABLE_NAMES = ("cloud_provider", "customer_id", "model", "scope_key")
# The sample company's bills know every SKU, and are of forty days: no whole month is
# before the newest one. Both have a test of their own.
WITHOUT_ROWS = {"SKUs that no rule knows"}
WITHOUT_A_NUMBER = {"vs last month"}

PANELS = panel_queries("duckdb")
VARIABLES = variable_queries("duckdb")
MARKS = annotation_queries("duckdb")
PARTED = [each for each in all_queries(phase_2.FOLDER) if each.kind != "variable"]


def ids(queries: list[Query]) -> Any:
    """Make each query a case of its own."""
    return pytest.mark.parametrize("query", queries, ids=str)


def of_title(title: str, target: str = "duckdb") -> Query:
    """Find a panel's query."""
    return next(each for each in panel_queries(target) if each.name == title)


def on_duckdb(marts: Marts, query: Query, **chosen: Any) -> Result:
    """Run the text for any data source on DuckDB.

    Args:
        marts: Marts to ask.
        query: Query for some data source.
        chosen: Values of variables.
    """
    text = marts.text(query, **chosen)
    if query.target not in RUNNABLE:
        text = translated(parsed(text, query.target))
    return shown(query, marts.run(text))


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


def test_what_is_new_stays_where_the_range_ends_in_the_future(marts: Marts) -> None:
    """In "this quarter" half of what is compared would be out of reach."""
    later = replace(marts, time_to=marts.time_to + dt.timedelta(days=40))
    new = [q for q in PANELS if "newest AS (" in q.sql or "complete AS (" in q.sql]

    assert new
    for query in new:
        assert plain(later.ask(query)) == plain(marts.ask(query)), query


def test_the_newest_month_stays_where_the_range_ends_with_the_year(
    marts: Marts,
) -> None:
    """Panels of "this year" would be empty in January, eleven months before its end."""
    later = replace(marts, time_to=marts.time_to + dt.timedelta(days=340))
    monthly = [
        query
        for query in PANELS
        if 'MAX("month")' in query.sql and "newest AS (" not in query.sql
    ]

    assert monthly
    for query in monthly:
        assert plain(later.ask(query)) == plain(marts.ask(query)), query


@ids(PANELS)
def test_a_panel_gets_rows_of_types_that_grafana_can_show(
    marts: Marts, query: Query
) -> None:
    """A panel that shows nothing, or numbers as text, is taken for no cost."""
    result = marts.ask(query)

    assert bool(result.rows) == (query.name not in WITHOUT_ROWS)
    assert set(result.types) <= SHOWN
    numbers = numeric_columns(result)
    assert numbers
    has_number = any(
        value is not None for name in numbers for value in result.column(name)
    )
    assert has_number == (query.name not in WITHOUT_ROWS | WITHOUT_A_NUMBER)
    assert len(set(result.columns)) == len(result.columns)
    assert all(name == name.lower() for name in result.columns)


@ids([each for each in PANELS if each.kind == "timeseries"])
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


@ids([each for each in PANELS if each.kind in ONE_ROW])
def test_a_single_value_comes_from_a_single_row(marts: Marts, query: Query) -> None:
    """Of several rows Grafana would show the last, whichever that is."""
    assert len(marts.ask(query).rows) == 1


@ids(PANELS)
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


@ids(VARIABLES)
def test_a_variable_offers_distinct_values(marts: Marts, query: Query) -> None:
    """A variable without options locks everybody out of the dashboard's filter."""
    result = marts.ask(query)

    text, value = result.columns
    assert {text, value} in ({"__text", "__value"}, {"text", "value"})
    assert result.types == ["VARCHAR", "VARCHAR"]
    assert result.rows
    assert result.column(text) == result.column(value)
    assert len(set(result.column(value))) == len(result.rows)
    default = query.source["current"].get("value", marts.customer)
    assert default == ["$__all"] or default in result.column(value)


@ids(MARKS)
def test_an_annotation_is_a_day_with_a_text(marts: Marts, query: Query) -> None:
    """A mark without a time or a text is drawn nowhere, or says nothing."""
    result = marts.ask(query)

    assert result.columns == ["time", "text", "tags"]
    assert result.types == ["TIMESTAMP", "VARCHAR", "VARCHAR"]
    assert result.rows
    assert all(text and tag for _, text, tag in result.rows)


@ids(PANELS)
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


@ids([*PANELS, *VARIABLES, *MARKS])
def test_a_hostile_value_chooses_nothing(marts: Marts, query: Query) -> None:
    """A value from a link's address must not end the string it stands in."""
    if query.name in OF_NO_CHOICE:
        assert not marts.follows_a_choice(query, VARIABLE_NAMES)
        return
    for value in HOSTILE:
        alone: dict[str, Any] = dict.fromkeys(VARIABLE_NAMES, value)
        several = {name: [value, "acme"] for name in alone}
        assert set(marts.ask(query, **several).types) <= SHOWN
        found = marts.ask(query, **alone)
        assert set(found.types) <= SHOWN
        numbers = [
            value for name in numeric_columns(found) for value in found.column(name)
        ]
        assert not [each for each in numbers if each], (query.name, value)


@ids(PANELS)
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
    # Of this month whatever is picked; Grafana draws what the picked range has of it.
    if query.kind == "timeseries" and query.name != "Course of the month":
        assert result.rows == []


@ids([query for folder in FOLDERS for query in all_queries(folder)])
def test_the_text_is_the_engines_own_sql(marts: Marts, query: Query) -> None:
    """A query that does not parse is found by the user, as an empty panel."""
    text = marts.text(query)

    tree = parsed(text, query.target)

    assert isinstance(tree, exp.Query)
    assert not list(tree.find_all(exp.Limit))
    positions = [
        each
        for clause in tree.find_all(exp.Group)
        for each in clause.expressions
        if isinstance(each, exp.Literal)
    ]
    assert not positions


@ids([each for target in FOLDERS[1:] for each in all_queries(target)])
def test_all_targets_answer_alike(marts: Marts, query: Query) -> None:
    """The same panel must not tell two stories on two warehouses."""
    if query.folder == phase_2.FOLDER:
        # A part answers for its clouds only: what it says is tested below.
        zoned = {"TIMESTAMP WITH TIME ZONE"} if query.target == "bq" else set()
        assert set(on_duckdb(marts, query).types) <= SHOWN | zoned
        return
    ours = next(
        each
        for each in all_queries("duckdb")
        if (each.uid, each.kind, each.name) == (query.uid, query.kind, query.name)
    )
    assert plain(on_duckdb(marts, query)) == plain(marts.ask(ours))


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


def test_a_lonely_fee_is_no_history_to_compare_with(
    changed_marts: Callable[[str], Marts],
) -> None:
    """A yearly fee dated long ago would make the first month look like a surge."""
    marts = changed_marts(
        """delete from multi_cloud_costs.daily_costs where "date" < date '2026-11-01';
        insert into multi_cloud_costs.daily_costs by name
        select * replace (date '2026-01-01' as "date", 0 as usage_cost_usd)
        from multi_cloud_costs.daily_costs limit 1"""
    )
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    whole = replace(marts, time_from=noon - dt.timedelta(days=21), time_to=noon)

    assert whole.ask(of_title("Change vs previous period")).rows == [(None,)]


def test_this_month_is_held_against_the_same_days_of_the_last_one(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Twenty days against a whole month would always look like a fall."""
    marts = changed_marts(
        """delete from multi_cloud_costs.daily_costs where "date" < date '2026-11-01';
        insert into multi_cloud_costs.daily_costs by name
        select * replace (
            cast("date" - interval 1 month as date) as "date",
            cost_usd / 2 as cost_usd
        )
        from multi_cloud_costs.daily_costs;
        insert into multi_cloud_costs.daily_costs by name
        select * replace (date '2026-10-31' as "date", 1000000 as cost_usd)
        from multi_cloud_costs.daily_costs limit 1"""
    )

    ((change,),) = marts.ask(of_title("vs last month")).rows
    assert change == pytest.approx(1)


def test_the_newest_whole_day_is_held_against_the_days_before(marts: Marts) -> None:
    """A mean with the day itself in it hides every jump."""
    ((day, week, month),) = marts.ask(of_title("Newest whole day")).rows
    sums = """select
        sum(usage_cost_usd) filter (where "date" = d),
        sum(usage_cost_usd) filter (where "date" >= d - 7 and "date" < d) / 7,
        sum(usage_cost_usd) filter (where "date" >= d - 30 and "date" < d) / 30
    from multi_cloud_costs.daily_costs,
        (select min(last_complete_date) as d from multi_cloud_costs.data_freshness)"""
    ((newest, of_week, of_month),) = marts.run(sums).rows

    assert day == pytest.approx(float(newest))
    assert week == pytest.approx(float(newest) / of_week - 1)
    assert month == pytest.approx(float(newest) / of_month - 1)


def test_movers_up_and_down_are_different_pairs(marts: Marts) -> None:
    """What grew must not be listed among what fell."""
    pairs = {}
    for way in ("up", "down"):
        found = marts.ask(of_title(f"Top movers {way}"))
        changes = found.column("change_usd")
        assert changes == sorted(changes, reverse=way == "up")
        assert all((each > 0) == (way == "up") for each in changes)
        pairs[way] = {row[:2] for row in found.rows}
    assert not pairs["up"] & pairs["down"]


def test_the_forecast_of_the_clouds_is_that_of_the_total(marts: Marts) -> None:
    """Two forecasts of one month on two dashboards: neither is believed."""
    ((of_clouds,),) = marts.ask(of_title("Forecast for the month")).rows
    ((of_total, low, high),) = marts.ask(
        of_title("Forecast of the month and its range")
    ).rows
    course = marts.ask(of_title("Course of the month"))

    assert of_clouds == pytest.approx(of_total)
    assert low < of_total < high
    assert course.column("forecast_usd")[-1] == pytest.approx(of_total)
    # A customer's range is told, that of two together is not.
    two = marts.ask(
        of_title("Forecast of the month and its range"), customer_id=["acme", "globex"]
    )
    assert two.rows[0][1:] == (None, None)
    assert 0 < two.rows[0][0] < of_total


def test_a_margin_is_what_is_left_of_the_revenue(marts: Marts) -> None:
    """A customer that costs more than it pays must be seen first."""
    found = marts.ask(of_title("Margins"))
    revenue, forecast, margin = (
        found.column(name) for name in ("revenue_usd", "forecast_usd", "margin_usd")
    )

    assert [a - b for a, b in zip(revenue, forecast, strict=True)] == pytest.approx(
        margin
    )
    assert margin == sorted(margin)
    assert margin[0] < 0 < margin[-1]


def test_an_unknown_sku_and_a_bill_that_differs_are_shown(
    changed_marts: Callable[[str], Marts],
) -> None:
    """The page of the data's health would be green for ever."""
    marts = changed_marts(
        """update multi_cloud_costs.unified_costs set model = 'unknown'
        where model = 'gpt-4.1';
        update multi_cloud_costs.daily_costs set model = 'unknown'
        where model = 'gpt-4.1';
        update multi_cloud_costs.load_reconciliation
        set is_reconciled = false, difference = 1.5 where cloud_provider = 'Azure'"""
    )

    assert marts.ask(of_title("SKUs that no rule knows")).rows
    assert 0 < marts.ask(of_title("Unknown SKUs")).rows[0][0] < 1
    assert marts.ask(of_title("Bills that differ")).rows[0][0] > 0
    loads = marts.ask(of_title("Loads and their reconciliation"))
    assert loads.column("verdict")[0] == "differs"
    assert loads.column("difference")[0] == 1.5


def test_the_chat_s_panels_say_what_was_counted(
    changed_marts: Callable[[str], Marts],
) -> None:
    """Shares of shares, or a mean of percentiles, would say something else."""
    day = '(select max("date") from multi_cloud_costs.daily_costs)'
    marts = changed_marts(
        f"""delete from multi_cloud_costs.chat_usage;
        create macro asked(who, customer, model, outcome, kept, n, up, down) as table
        select {day} as d, 'customer' as r, who, customer, 'llm' as p, model, outcome,
            kept, n, 1 as askers, up, down, n * kept as ms, n as requests,
            n * 100 as input, n * 50 as cached, 0 as written, n * 10 as output,
            now()::timestamp as at;
        insert into multi_cloud_costs.chat_usage
        from asked('one customer', 'acme', 'a:b', 'answered', 20, 18, 3, 0);
        insert into multi_cloud_costs.chat_usage
        from asked('one customer', 'acme', null, 'failed', 3000, 1, 0, 1);
        insert into multi_cloud_costs.chat_usage
        from asked('all customers', null, null, 'answered', 500, 1, 0, 0)"""
    )

    ((questions, answered, liked, tokens),) = marts.ask(
        of_title("Questions to the chat")
    ).rows
    assert (questions, answered, liked, tokens) == (20, 0.95, 0.75, 2200)
    ((_, half, nearly_all),) = marts.ask(of_title("How long answers take")).rows
    assert (half, nearly_all) == (20, 500)
    ((_, *outcomes),) = marts.ask(of_title("Questions by outcome")).rows
    assert outcomes == [19, 0, 0, 1]
    found = [row[:6] for row in marts.ask(of_title("Who asks")).rows]
    assert found == [
        ("acme", "customer", 19, 18 / 19, 3, 1),
        ("all customers", "customer", 1, 1, 0, 0),
    ]
    (model,) = marts.ask(of_title("The chat's own language model")).rows
    assert model == ("a:b", 18, 18, 1800, 0.5, 180, 110)


def test_a_chat_that_nobody_asks_says_so(
    changed_marts: Callable[[str], Marts],
) -> None:
    """A row of nothing would be shown as figures, without the words that explain it."""
    marts = changed_marts("delete from multi_cloud_costs.chat_usage")

    for title in OF_NO_CHOICE:
        query = of_title(title)
        assert marts.ask(query).rows == []
        told = query.source["fieldConfig"]["defaults"]["noValue"]
        assert "chat" in told


def test_the_page_of_one_customer_offers_those_whose_home_it_is(
    changed_marts: Callable[[str], Marts],
) -> None:
    """A customer that moved would go on being looked up in the old warehouse."""
    marts = changed_marts(
        """update multi_cloud_costs.dim_customers set warehouse_home = 'phase_2'
        where customer_id = 'acme'"""
    )

    def offered(folder: str) -> dict[str, set[str]]:
        return {
            each.uid: set(
                on_duckdb(marts, each).column(on_duckdb(marts, each).columns[0])
            )
            for each in variable_queries(folder)
            if each.uid.endswith("-customer") and each.name == "customer_id"
        }

    (first,) = offered("duckdb").values()
    assert "acme" not in first
    assert "globex" in first
    parts = offered(phase_2.FOLDER)
    assert len(parts) == 3
    assert all(each == {"acme"} for each in parts.values())
    # The other pages show the whole of their warehouse.
    assert "acme" in marts.ask(of_title("Top spenders")).column("customer_id")
