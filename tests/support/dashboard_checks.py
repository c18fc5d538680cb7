"""What the dashboards ask, asked of every engine; each has a file that takes these in.

    ENGINE = "postgres"

    from dashboard_checks import *

They use the marts that the file has built. `dashboard_query` and `dashboard_asked` are
in tests/engines/conftest.py.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from alert_queries import asked, text_of
from dashboard_queries import OF_NO_CHOICE, Marts, Query, Result, all_queries
from engine_builds import Built
from engines import Engine

# What a link's address may bring.
HOSTILE = ["O'Brien", 'a"b', "') OR 1=1 --", "x'; DROP TABLE y; --"]
BACKSLASH = "\\"
NAMES = ("cloud_provider", "customer_id", "model", "scope_key")
# Here a backslash escapes what follows it, and none of Grafana's formats doubles it: an
# error is the best that can be had (dashboards/README.md).
ESCAPING = {"bq", "redshift"}
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Both sides of a comparison, and values that the bills have.

    Attributes:
        ours: Marts of the engine.
        theirs: Marts of the reference.
        chosen: Values of variables, one and several at a time.
    """

    ours: Marts
    theirs: Marts
    chosen: dict[str, dict[str, Any]]

    def same_on_reference(self, query: Query) -> Query:
        """Find the reference's text of a query."""
        return next(
            each
            for each in all_queries("duckdb")
            if (each.uid, each.kind, each.name) == (query.uid, query.kind, query.name)
        )


def asked_of(built: Built, reference: Engine) -> Asked:
    """Prepare the questions to an engine and to the reference.

    Args:
        built: The engine with marts.
        reference: DuckDB with marts of the same bills.
    """

    def marts(engine: Engine) -> Marts:
        # Dashboards share panels and variables.
        @cache
        def run(sql: str) -> Result:
            # As if the data source's default project were the marts' own.
            return Result([], [], engine.query(sql.replace("`multi", "`" + project)))

        project = f"{prefix(engine)}multi"
        return Marts(run, now - dt.timedelta(days=10), now, values["customer_id"][0])

    def prefix(engine: Engine) -> str:
        project = engine.environment.get("LLM_COSTS_BIGQUERY_PROJECT", "")
        return f"{project}." if project else ""

    values = {
        column: [
            row[0]
            for row in reference.query(
                f"select {column} from multi_cloud_costs.daily_costs "
                f"group by {column} order by sum(cost_usd) desc"
            )
        ]
        for column in ("customer_id", "cloud_provider", "model")
    }
    values["customer_id"].remove("unattributed")
    ((newest,),) = reference.query(
        'select max("date") from multi_cloud_costs.daily_costs'
    )
    morning = dt.time(9, 30, tzinfo=dt.UTC)
    now = dt.datetime.combine(newest + dt.timedelta(days=1), morning)
    return Asked(
        ours=marts(built.engine),
        theirs=marts(reference),
        chosen={
            "all": {},
            "one": {name: known[0] for name, known in values.items()},
            "several": {name: known[:3] for name, known in values.items()},
        },
    )


def test_a_dashboard_s_query_answers_as_on_duckdb(
    dashboard_query: Query, dashboard_asked: Asked
) -> None:
    """Harm: a panel shows an error, or other numbers than on another warehouse."""
    theirs = dashboard_asked.same_on_reference(dashboard_query)
    for chosen in dashboard_asked.chosen.values():
        ours = dashboard_asked.ours.ask(dashboard_query, **chosen).rows
        assert all(_is_shown(cell) for row in ours for cell in row)
        expected = dashboard_asked.theirs.ask(theirs, **chosen).rows
        assert _ordered(ours) == _near(expected)


def test_a_hostile_value_chooses_nothing_on_the_engine(
    dashboard_query: Query, dashboard_asked: Asked
) -> None:
    """Harm: a link's address ends the string in which its value stands."""
    is_escaping = dashboard_query.target in ESCAPING
    # All at once: each stands in a string of its own, and engines take their time.
    values = [*HOSTILE, *([] if is_escaping else [BACKSLASH])]
    rows = dashboard_asked.ours.ask(
        dashboard_query, **dict.fromkeys(NAMES, values)
    ).rows
    follows = dashboard_asked.ours.follows_a_choice(dashboard_query, NAMES)
    if dashboard_query.name not in OF_NO_CHOICE:
        assert not [cell for row in rows for cell in row if _is_amount(cell)]
    if is_escaping and follows:
        with pytest.raises(Exception, match=r"(?i)syntax|string|unclosed"):
            dashboard_asked.ours.ask(dashboard_query, **dict.fromkeys(NAMES, BACKSLASH))


def test_alert_rules_tell_what_they_tell_on_duckdb(
    request: pytest.FixtureRequest, dashboard_asked: Asked
) -> None:
    """Harm: an alert that ends in an error, or that one warehouse alone tells."""
    ours, theirs = dashboard_asked.ours, dashboard_asked.theirs
    rules = asked(request.module.ENGINE)
    assert rules
    told = 0
    for rule, same in zip(rules, asked("duckdb"), strict=True):
        assert rule.uid == same.uid
        found = ours.run(text_of(rule, ours.time_to)).rows
        expected = theirs.run(text_of(same, theirs.time_to)).rows
        assert _ordered(found) == _near(expected), rule
        told += len(found)
    assert told


def _is_shown(cell: Any) -> bool:
    """Say whether the plugins show a value as what it is; decimals differ by plugin."""
    is_known = cell is None or isinstance(cell, float | str | dt.datetime)
    return is_known and not isinstance(cell, Decimal)


def _is_amount(cell: Any) -> bool:
    return isinstance(cell, float) and cell != 0


def _ordered(rows: Rows) -> list[list[Any]]:
    """Order rows by their words, since engines order letters each in their way."""

    def plain(cell: Any) -> Any:
        if not isinstance(cell, dt.datetime):
            return cell
        # The bills give days; each engine was loaded at a time of its own.
        is_day = cell.time() in (dt.time(), dt.time(23, 59, 59))
        return cell.date().isoformat() if is_day else "time of a load"

    return sorted(
        ([plain(cell) for cell in row] for row in rows),
        key=lambda row: (
            [cell for cell in row if isinstance(cell, str)],
            [cell is None for cell in row],
            [round(cell, 4) for cell in row if isinstance(cell, float)],
        ),
    )


def _near(rows: Rows) -> list[list[Any]]:
    """Give rows in order, to which others are equal but for the last digits."""
    return [
        [
            pytest.approx(cell, rel=1e-6, abs=1e-6) if isinstance(cell, float) else cell
            for cell in row
        ]
        for row in _ordered(rows)
    ]


__all__ = [
    "Asked",
    "asked_of",
    "test_a_dashboard_s_query_answers_as_on_duckdb",
    "test_a_hostile_value_chooses_nothing_on_the_engine",
    "test_alert_rules_tell_what_they_tell_on_duckdb",
]
