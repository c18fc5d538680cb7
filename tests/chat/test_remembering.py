"""What is remembered between questions: never across data, scopes or failures."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chat.asker import Asker
from chat.cache import CachedReader, once
from chat.compile import compile_query
from chat.parameters import Parameter
from chat.query import CostQuery, TimeRange
from chat.quick_stats import read_quick_stats
from chat.reports import LOOKUPS, look_up
from chat.scope import Scope
from chat.vocabulary import read_vocabulary
from chat.warehouse import DuckDBReader, WarehouseError

SATURDAY = date(2026, 11, 21)
SCOPES = (
    Scope.everything(),
    Scope.only([]),
    Scope.only(["acme"]),
    Scope.only(["globex"]),
    Scope.only(["acme", "globex"]),
)


@dataclass
class Warehouse:
    """A warehouse that counts what it is asked."""

    target: str = "duckdb"
    version: str = "1"
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    failures: int = 0
    began: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def read(self, sql: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Answer by how often it was asked."""
        self.asked.append((sql, *parameters))
        turn = len(self.asked)
        self.began.set()
        self.may_answer.wait(30)
        if turn <= self.failures:
            raise WarehouseError("It is busy.")
        return [(turn,)]


def _open_warehouse(**given: Any) -> Warehouse:
    warehouse = Warehouse(**given)
    warehouse.may_answer.set()
    return warehouse


@pytest.mark.parametrize("scope", SCOPES)
def test_a_statement_is_never_that_of_another_scope(scope: Scope) -> None:
    """A statement that is found again without its scope tells another's costs."""
    query = CostQuery(
        metrics=("total_cost",), dimensions=("customer",), time=TimeRange(name="today")
    )
    given = {"target": "duckdb", "today": SATURDAY}
    # In whichever order they are asked, also after the widest one.
    for other in SCOPES:
        compile_query(query, scope=other, **given)  # type: ignore[arg-type]

    compiled = compile_query(query, scope=scope, target="duckdb", today=SATURDAY)

    named = {one for one in compiled.parameters if isinstance(one, str)}
    assert named == set(scope.customers or ())
    assert ("1 = 0" in compiled.sql) == (scope.customers == frozenset())
    again = compile_query(query, scope=scope, target="duckdb", today=SATURDAY)
    assert again is compiled
    tomorrow = date(2026, 11, 22)
    later = compile_query(query, scope=scope, target="duckdb", today=tomorrow)
    assert tomorrow in later.parameters


@pytest.mark.parametrize("scope", SCOPES)
def test_a_report_is_never_that_of_another_scope(scope: Scope) -> None:
    """As with queries."""
    warehouse = _open_warehouse()
    for other in (*SCOPES, scope):
        warehouse.asked = []
        # Its one column is no row of the report: only the statement matters.
        with pytest.raises(ValueError, match="shorter"):
            look_up(LOOKUPS["is_normal"], reader=warehouse, scope=other, period=None)

    (asked,) = warehouse.asked
    assert set(asked[1:]) == set(scope.customers or ())
    assert ("1 = 0" in asked[0]) == (scope.customers == frozenset())


def test_names_are_never_those_of_another_scope(built_warehouse: Path) -> None:
    """A planner that knows the name of another customer tells that it exists."""
    reader = CachedReader(DuckDBReader(path=built_warehouse))

    every = read_vocabulary(reader, Scope.everything())
    own = read_vocabulary(reader, Scope.only(["acme"]))

    assert "globex" in every.values["customer"].values()
    assert set(own.values["customer"].values()) == {"acme"}
    assert read_vocabulary(reader, Scope.only(["acme"])) is own
    assert read_vocabulary(reader, Scope.everything()) is every


def test_what_several_ask_at_once_is_read_once() -> None:
    """After each load all open pages ask for the same badge in the same second."""
    warehouse = Warehouse()
    reader = CachedReader(warehouse)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(reader.read, "select 1", ())
        assert warehouse.began.wait(30)
        others = [pool.submit(reader.read, "select 1", ()) for _ in range(7)]
        warehouse.may_answer.set()
        found = [one.result(30) for one in (first, *others)]

    assert found == [[(1,)]] * 8
    assert len(warehouse.asked) == 1


def test_a_failure_is_not_remembered() -> None:
    """A warehouse that was busy once would be so until the next load."""
    warehouse = _open_warehouse(failures=1)
    reader = CachedReader(warehouse)

    with pytest.raises(WarehouseError, match="busy"):
        reader.read("select 1", ())

    assert reader.read("select 1", ()) == [(2,)]


def test_what_is_made_of_the_data_is_made_anew_with_it() -> None:
    """Names of yesterday's bills do not know the model of today."""
    warehouse = _open_warehouse()
    reader = CachedReader(warehouse)

    first = once(reader, "names", object)
    assert once(reader, "names", object) is first
    warehouse.version = "2"
    assert once(reader, "names", object) is not first
    assert once(warehouse, "names", object) is not once(warehouse, "names", object)


@pytest.mark.parametrize(
    "today", [SATURDAY, date(2026, 11, 2), date(2026, 12, 1), date(2027, 5, 20)]
)
def test_the_badge_s_periods_are_each_their_own_sum(
    built_warehouse: Path, today: date
) -> None:
    """Days that are read once must not be counted twice, or left out."""
    asker = Asker(
        reader=DuckDBReader(path=built_warehouse),
        scope=Scope.only(["acme", "globex"]),
        today=today,
    )

    stats: dict[str, Any] = {
        one.name: one.value for one in read_quick_stats(asker).stats
    }

    until = date(2026, 11, 20)
    yesterday = date.fromordinal(today.toordinal() - 1)
    end = min(yesterday, until)
    periods = {
        "yesterday": (yesterday, yesterday),
        "last_7_days": (date.fromordinal(end.toordinal() - 6), end),
        "month_to_date": (today.replace(day=1), today),
    }
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        for name, days in periods.items():
            row = connection.execute(
                "select sum(cost_usd) from multi_cloud_costs.unified_costs"
                " where customer_id in ('acme', 'globex') and date between ? and ?",
                days,
            ).fetchone()
            assert row
            assert stats[name] == row[0]
            assert row[0] is None or isinstance(stats[name], Decimal)
