"""Compiled queries: the right figures, on every dialect, and nobody else's."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from chat.compile import Compiled, compile_query
from chat.dialects import DIALECTS
from chat.errors import NotInScope
from chat.metrics import METRICS
from chat.parameters import Parameters
from chat.query import CostQuery
from chat.relations import DIMENSIONS
from chat.scope import Scope
from chat.scoping import check_scope

TODAY, COMPLETE = date(2026, 11, 21), date(2026, 11, 20)
HOSTILE = "acme' or 1=1 --"
EVERYTHING = Scope.everything()


def _compile(
    scope: Scope = EVERYTHING, target: str = "duckdb", **asked: Any
) -> Compiled:
    query = CostQuery.model_validate({"time": {"name": "month_to_date"}, **asked})
    return compile_query(
        query, scope=scope, target=target, today=TODAY, complete_until=COMPLETE
    )


@pytest.fixture(scope="module")
def marts(built_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the sample bills, read-only."""
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        yield connection


def _run(marts: duckdb.DuckDBPyConnection, compiled: Compiled) -> list[dict[str, Any]]:
    rows = marts.execute(compiled.sql, list(compiled.parameters)).fetchall()
    names = [column.name for column in compiled.columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _one(marts: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = marts.execute(f"select {sql}").fetchone()
    assert row
    return row[0]


NOVEMBER = "date between '2026-11-01' and '2026-11-20'"
OCTOBER = "date between '2026-10-01' and '2026-10-20'"
COSTS = "from multi_cloud_costs.unified_costs where"


def test_cost_is_what_the_mart_adds_up_to(marts: duckdb.DuckDBPyConnection) -> None:
    """The first question of every morning."""
    rows = _run(marts, _compile(metrics=["total_cost"]))

    truth = _one(marts, f"sum(cost_usd) {COSTS} {NOVEMBER}")
    assert truth > 0
    assert rows == [{"total_cost": truth}]


def test_a_comparison_puts_the_same_days_side_by_side(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A difference against other days is no difference."""
    compiled = _compile(
        metrics=["total_cost"],
        dimensions=["provider"],
        comparison={"kind": "previous_period"},
        order={"by": "change"},
    )
    rows = {row["provider"]: row for row in _run(marts, compiled)}

    assert set(rows) == {"AWS", "Azure", "GCP"}
    for provider, row in rows.items():
        own = f"cloud_provider = '{provider}'"
        now = _one(marts, f"sum(cost_usd) {COSTS} {own} and {NOVEMBER}")
        before = _one(marts, f"sum(cost_usd) {COSTS} {own} and {OCTOBER}")
        assert (row["total_cost"], row["total_cost_before"]) == (now, before)
    changes = [r["total_cost"] - (r["total_cost_before"] or 0) for r in rows.values()]
    assert changes == sorted(changes, reverse=True)


def test_an_average_of_earlier_periods_is_of_all_of_them(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Yesterday against the week before is against a seventh of it."""
    compiled = _compile(
        metrics=["total_cost"],
        time={"name": "yesterday"},
        comparison={"kind": "average_of_previous", "periods": 7},
    )
    (row,) = _run(marts, compiled)

    week = _one(
        marts, f"sum(cost_usd) {COSTS} date between '2026-11-13' and '2026-11-19'"
    )
    assert float(row["total_cost_before"]) == pytest.approx(float(week) / 7)


def test_a_share_is_of_the_whole_though_only_a_part_is_shown(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Filtered before it is divided, every share would be 100 percent."""
    compiled = _compile(
        metrics=["cost_share"],
        dimensions=["provider"],
        filters=[{"dimension": "provider", "values": ["Azure"]}],
    )
    (row,) = _run(marts, compiled)

    truth = _one(
        marts,
        "sum(case when cloud_provider = 'Azure' then cost_usd end)::double"
        f" / sum(cost_usd) {COSTS} {NOVEMBER}",
    )
    assert 0 < truth < 1
    assert row["cost_share"] == pytest.approx(truth)


def test_a_model_is_found_by_its_words(marts: duckdb.DuckDBPyConnection) -> None:
    """Nobody types claude-sonnet-4-6."""
    compiled = _compile(
        metrics=["total_cost"],
        dimensions=["model"],
        filters=[
            {"dimension": "model", "operator": "matches", "values": ["Claude Sonnet"]}
        ],
    )

    models = {row["model"] for row in _run(marts, compiled)}
    assert "claude-sonnet-4-6" in models
    assert all("claude" in model and "sonnet" in model for model in models)


def test_left_out_values_do_not_take_rows_without_one_with_them(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """In SQL, null is not other than 'dev': such rows would be lost."""
    compiled = _compile(
        metrics=["total_cost"],
        filters=[{"dimension": "environment", "operator": "not_in", "values": ["dev"]}],
    )
    (row,) = _run(marts, compiled)

    other = "coalesce(environment, '') <> 'dev'"
    assert row["total_cost"] == _one(
        marts, f"sum(cost_usd) {COSTS} {other} and {NOVEMBER}"
    )


def test_budgets_are_the_companys_or_the_customers(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """The total and its parts lie in one mart; added up they count twice."""
    whole = _run(marts, _compile(metrics=["budget"], time={"name": "this_month"}))
    parts = _run(
        marts,
        _compile(
            metrics=["budget"], dimensions=["customer"], time={"name": "this_month"}
        ),
    )

    assert len(whole) == 1
    assert sum(row["budget"] or 0 for row in parts) == whole[0]["budget"]


def test_lines_are_kept_by_their_figures(marts: duckdb.DuckDBPyConnection) -> None:
    """Who is over 80 percent is asked of the figure, not of the rows behind it."""
    compiled = _compile(
        metrics=["budget_utilization_pct"],
        dimensions=["customer"],
        time={"name": "this_month"},
        metric_filters=[
            {"metric": "budget_utilization_pct", "operator": ">=", "value": 0.5}
        ],
    )
    rows = _run(marts, compiled)

    count = _one(
        marts,
        "count(*) from multi_cloud_costs.budget_status where month = '2026-11-01'"
        " and budget_scope = 'customer' and percent_used >= 50",
    )
    assert len(rows) == count > 0


def test_what_is_on_several_clouds_is_told_with_each_of_them(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Each line is of one cloud: a count of its clouds would always be one."""
    compiled = _compile(
        metrics=["total_cost"],
        dimensions=["model", "provider"],
        spread={"over": "provider"},
        limit=1000,
    )
    rows = _run(marts, compiled)

    several = marts.execute(
        f"select model {COSTS} {NOVEMBER} and model not in "
        "('not_applicable', 'unspecified') group by model "
        "having count(distinct cloud_provider) >= 2"
    ).fetchall()
    assert {row["model"] for row in rows} == {model for (model,) in several}
    assert len(rows) >= 2 * len(several) > 0


def test_clouds_are_counted_only_where_lines_are_of_one() -> None:
    """Without a line for each cloud there is nothing to count."""
    with pytest.raises(ValueError, match="split by both"):
        _compile(
            metrics=["total_cost"], dimensions=["model"], spread={"over": "provider"}
        )


def _splits(metric: str) -> list[str]:
    """By what a metric can be split; growth sets two periods side by side."""
    return [
        name
        for name in METRICS[metric].dimensions
        if not (METRICS[metric].is_growth and DIMENSIONS[name].is_time)
    ]


def _filtered(metric: str) -> str:
    """By what a metric is filtered besides any split of it."""
    splits = _splits(metric)
    return "status" if "status" in splits else splits[0]


def _asked(metric: str) -> dict[str, Any]:
    against = {"kind": "previous_period"} if METRICS[metric].is_growth else None
    return {"metrics": [metric], "comparison": against}


def test_growth_is_the_change_as_a_part_of_what_was(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Divided by what is now, a doubling would be 50 percent."""
    compiled = _compile(**_asked("cost_growth_pct"), dimensions=["provider"])

    for row in _run(marts, compiled):
        own = f"{COSTS} cloud_provider = '{row['provider']}' and"
        now = _one(marts, f"sum(cost_usd) {own} {NOVEMBER}")
        before = _one(marts, f"sum(cost_usd) {own} {OCTOBER}")
        assert row["cost_growth_pct"] == pytest.approx(float(now / before) - 1)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_runs_by_every_dimension(
    marts: duckdb.DuckDBPyConnection, metric: str
) -> None:
    """A column that was renamed in a mart is found here, not by the asker."""
    for dimension in _splits(metric):
        rows = _run(marts, _compile(**_asked(metric), dimensions=[dimension]))
        assert rows, dimension


@pytest.mark.parametrize("target", DIALECTS)
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_written_for_every_warehouse(metric: str, target: str) -> None:
    """What only DuckDB can read would leave the other warehouses without answers."""
    for dimension in _splits(metric):
        compiled = _compile(
            target=target,
            **_asked(metric),
            dimensions=[dimension],
            filters=[{"dimension": _filtered(metric), "values": [HOSTILE]}],
            limit=7,
        )
        text = compiled.sql.replace("%%", "%")
        (tree,) = sqlglot.parse(text, dialect=DIALECTS[target].sqlglot)
        assert isinstance(tree, exp.Select)
        assert HOSTILE in compiled.parameters
        assert "acme" not in compiled.sql
        marks = {"duckdb": "$", "bq": "@p", "sqlserver": "?"}.get(target, "%s")
        assert compiled.sql.count(marks) == len(compiled.parameters)


def test_one_customers_scope_shows_no_other(marts: duckdb.DuckDBPyConnection) -> None:
    """The one thing that must never happen."""
    scope = Scope.only(["acme"])
    asked = {"metrics": ["total_cost"], "dimensions": ["customer"]}

    own = _run(marts, _compile(scope, **asked))
    others = _run(
        marts,
        _compile(
            scope,
            filters=[{"dimension": "customer", "values": ["globex", HOSTILE]}],
            **asked,
        ),
    )
    without = _run(
        marts,
        _compile(
            scope,
            filters=[
                {"dimension": "customer", "operator": "not_in", "values": ["acme"]}
            ],
            **asked,
        ),
    )

    assert [row["customer"] for row in own] == ["acme"]
    assert others == []
    assert without == []


def test_a_share_of_one_customer_is_of_its_own_cost(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """A share of the company's total would tell the company's total."""
    compiled = _compile(
        Scope.only(["acme"]), metrics=["cost_share"], dimensions=["customer"]
    )

    assert [row["cost_share"] for row in _run(marts, compiled)] == [pytest.approx(1)]


def test_a_scope_of_nobody_sees_nothing(marts: duckdb.DuckDBPyConnection) -> None:
    """A token without customers must not fall back to all of them."""
    compiled = _compile(Scope.only([]), metrics=["total_cost"], dimensions=["customer"])

    assert _run(marts, compiled) == []


@pytest.mark.parametrize(
    "metric",
    [name for name, one in METRICS.items() if not one.relation.has_customers],
)
def test_what_is_known_for_all_together_is_not_told_to_one(metric: str) -> None:
    """Without a customer on its rows, a mart cannot be cut to one."""
    with pytest.raises(NotInScope, match="not shown to a single customer"):
        _compile(Scope.only(["acme"]), metrics=[metric])


INTERNAL = [
    (name, dimension)
    for name, one in METRICS.items()
    for dimension in one.dimensions
    if dimension in one.relation.internal_dimensions
]


@pytest.mark.parametrize(("metric", "dimension"), INTERNAL)
def test_budgets_of_clouds_and_teams_are_not_told_to_one(
    metric: str, dimension: str
) -> None:
    """A customer learns what the company plans to spend, and on whom."""
    scope = Scope.only(["acme"])
    filters = [{"dimension": dimension, "values": ["AWS", "search"]}]

    with pytest.raises(
        NotInScope, match=f"by {dimension.replace('provider', 'cloud')}"
    ):
        _compile(scope, metrics=[metric], dimensions=[dimension])
    with pytest.raises(NotInScope, match="not shown to a single customer"):
        _compile(scope, metrics=[metric], filters=filters)


def test_a_budget_is_told_of_the_cloud_or_the_team_that_is_named(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """All budgets lie in one mart: the total's would pass for that of a cloud."""
    asked: dict[str, Any] = {"metrics": ["budget", "budget_status", "budget_remaining"]}
    of_budgets = "from multi_cloud_costs.budget_status where is_current_month and"
    for dimension, value, named in (
        ("provider", "Azure", "cloud_provider = 'Azure'"),
        # As the bills spell it, whatever the settings do.
        ("team", "Research", "team = 'research'"),
    ):
        filters = [{"dimension": dimension, "values": [value]}]
        (row,) = _run(marts, _compile(**asked, filters=filters))
        assert row[dimension].lower() == value.lower()
        assert row["budget"] == _one(marts, f"monthly_budget_usd {of_budgets} {named}")
        assert row["budget_status"] == _one(marts, f"status {of_budgets} {named}")
    teams = _run(marts, _compile(**asked, dimensions=["team"]))
    assert [row["team"] for row in teams].count("research") == 1
    assert "all" not in {row["team"] for row in teams}


def _own(metric: str) -> list[str]:
    """By what one customer may split a metric."""
    one = METRICS[metric]
    return [x for x in one.dimensions if x not in one.relation.internal_dimensions]


NAMES = st.sampled_from(["acme", "globex", "hooli", "unattributed", HOSTILE, "%", ""])
QUERIES = st.sampled_from(
    [
        name
        for name, one in METRICS.items()
        if one.relation.has_customers and not one.is_growth
    ]
).flatmap(
    lambda metric: st.fixed_dictionaries(
        {
            "metrics": st.just([metric]),
            "dimensions": st.lists(
                st.sampled_from(_own(metric)),
                max_size=3,
                unique=True,
            ).map(lambda found: ["customer", *(x for x in found if x != "customer")]),
            "filters": st.lists(
                st.fixed_dictionaries(
                    {
                        "dimension": st.sampled_from(
                            [
                                name
                                for name in _own(metric)
                                if not DIMENSIONS[name].is_time
                            ]
                        ),
                        "operator": st.sampled_from(["in", "not_in", "matches"]),
                        "values": st.lists(NAMES.filter(bool), min_size=1, max_size=3),
                    }
                ),
                max_size=3,
            ),
        }
    )
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=QUERIES, owned=st.sets(NAMES, max_size=2))
def test_no_query_reaches_beyond_its_scope(
    marts: duckdb.DuckDBPyConnection, asked: dict[str, Any], owned: set[str]
) -> None:
    """Whatever a planner fills in, hostile or not, the rows are the asker's."""
    rows = _run(marts, _compile(Scope.only(owned), **asked))

    assert {row["customer"] for row in rows} <= owned


@pytest.mark.parametrize(
    "sql",
    [
        "select * from m.unified_costs",
        "select * from m.unified_costs where customer_id in (other_mark)",
        "select * from m.unified_costs where customer_id in (bound_parameter_1_)",
        (
            "select * from m.unified_costs"
            " where customer_id in (bound_parameter_0_) or 1 = 1"
        ),
        "with scoped as (select 1 as one) select * from scoped, m.unified_costs",
        (
            "select (select sum(cost_usd) from m.unified_costs) from m.unified_costs"
            " where customer_id in (bound_parameter_0_)"
        ),
    ],
)
def test_a_statement_without_the_scope_is_not_let_out(sql: str) -> None:
    """The day someone adds a step that reads a mart by itself."""
    tree = sqlglot.parse_one(sql, dialect="duckdb").transform(
        lambda node: (
            exp.Var(this=node.name)
            if isinstance(node, exp.Column) and node.name.startswith("bound_parameter")
            else node
        )
    )

    with pytest.raises(NotInScope, match="without the asker's scope"):
        check_scope(tree, Scope.only(["acme"]), Parameters(["acme", "globex"]))
