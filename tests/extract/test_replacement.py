"""Loading is by replacement: twice is once, and a crash leaves the last good state."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any

import dlt
import pytest
from extract_bills import cur_line, cur_lines, write_cur, write_manifest

import extract
from extract import ledger, warehouse
from extract.runner import Run
from extract.units import new_load_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.units import UnitResult

LINES = "raw_aws.cur_line_items"


def load(**options: Any) -> list[UnitResult]:
    return extract.run(["aws_cur"], progress=False, **options)


def statuses(results: Sequence[UnitResult]) -> dict[str, str]:
    return {result.billing_period: result.status for result in results}


def test_loading_twice_changes_nothing_and_reads_nothing(world, monkeypatch):
    """Appending on every run showed 2.5 times the true cost."""
    write_cur(world.bucket, "2026-10", cur_lines(), files=3)
    assert statuses(load()) == {"2026-10": "loaded"}
    monkeypatch.setattr("extract.sources.aws_cur.Scan", None)
    assert statuses(load()) == {"2026-10": "unchanged"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 10
    assert world.ledger() == [("llm-costs/2026-10", 10, 5, Decimal("10.5"), "USD")]


@pytest.mark.parametrize("order", list(permutations(["2026-08", "2026-09", "2026-10"])))
def test_periods_may_arrive_in_any_order(world, order):
    """A late back-fill must not push a newer month out."""
    for number, period in enumerate(order, start=1):
        write_cur(world.bucket, period, cur_lines(ai=number))
        load()
    assert world.current_cost(LINES, "line_item_unblended_cost") == 6
    assert len(world.ledger()) == 3


def test_a_restated_period_replaces_what_was_loaded_of_it_and_no_other(world):
    """Lines that a restatement drops or changes must not live on."""
    write_cur(world.bucket, "2026-09", cur_lines(ai=4))
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    load()
    restated = [cur_line(n, 2.0) for n in range(8)]
    write_cur(world.bucket, "2026-10", restated, execution="execution-2")
    assert statuses(load()) == {"2026-09": "unchanged", "2026-10": "loaded"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 4 + 16
    assert world.rows("select count(*) from raw_aws.cur_filtered_totals") == [(1,)]


def test_older_periods_are_looked_at_once_unless_a_full_refresh_asks(world):
    """A closed month that is restated late has to be reachable, but not every day."""
    for month in range(5, 11):
        write_cur(world.bucket, f"2026-{month:02d}", cur_lines())
    assert len(load()) == 6
    write_cur(world.bucket, "2026-05", cur_lines(ai=11), execution="execution-2")
    assert sorted(statuses(load())) == ["2026-08", "2026-09", "2026-10"]
    assert statuses(load(periods=["2026-05"])) == {"2026-05": "loaded"}
    assert set(statuses(load(full_refresh=True)).values()) == {"loaded"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 61


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (Run, "_append"),
        (Run, "_verify"),
        (Run, "_publish"),
        (Run, "_prune"),
        (warehouse.Warehouse, "publish"),
        (warehouse.Warehouse, "prune"),
    ],
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_anywhere_leaves_a_good_state_and_the_next_run_repairs_it(
    world, monkeypatch, where, name, moment
):
    """A process killed half-way must neither lose nor double a month."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    load()
    write_cur(world.bucket, "2026-10", cur_lines(ai=12), execution="execution-2")
    original = getattr(where, name)

    def crash(self: Any, *arguments: Any, **options: Any) -> None:
        if moment == "after":
            original(self, *arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(where, name, crash)
        with pytest.raises(KeyboardInterrupt):
            load()
    visible = world.rows(
        f"select count(*) from {LINES} where load_id = (select load_id from "
        "raw_ops.load_ledger order by loaded_at desc limit 1)"
    )
    assert visible in ([(10,)], [(12,)])
    load()
    assert world.current_cost(LINES, "line_item_unblended_cost") == 12
    assert world.rows(f"select count(distinct load_id) from {LINES}") == [(1,)]
    assert world.rows("select sum(line_count) from raw_aws.cur_filtered_totals") == [
        (5,)
    ]


def test_a_crash_inside_dlt_does_not_hold_up_the_next_run(world, monkeypatch):
    """The tool would load the half-finished package instead of the new data."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    with monkeypatch.context() as patch:
        patch.setattr(dlt.Pipeline, "load", _killed)
        with pytest.raises(KeyboardInterrupt):
            load()
    write_cur(world.bucket, "2026-10", cur_lines(ai=12), execution="execution-2")
    assert statuses(load()) == {"2026-10": "loaded"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 12


def _killed(*arguments: Any, **options: Any) -> None:
    raise KeyboardInterrupt


def test_a_batch_is_published_before_the_next_one_is_read(world, monkeypatch):
    """A back-fill of years that dies in its last month would start all over."""
    monkeypatch.setattr("extract.runner.BATCH_UNITS", 2)
    for month in range(1, 6):
        write_cur(world.bucket, f"2026-{month:02d}", cur_lines())
    appended = []
    original = Run._append

    def crash_on_the_third(self: Run, loads: Any) -> None:
        appended.append(len(loads))
        if len(appended) == 3:
            raise KeyboardInterrupt
        original(self, loads)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "_append", crash_on_the_third)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert len(world.ledger()) == 4
    load()
    assert world.current_cost(LINES, "line_item_unblended_cost") == 50


def test_rows_lost_on_the_way_are_noticed_before_they_are_published(world, monkeypatch):
    """A destination that drops rows silently must not replace a good month."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    load()
    write_cur(world.bucket, "2026-10", cur_lines(ai=11), execution="execution-2")
    original = warehouse.Warehouse.append

    def lose_a_row(self: warehouse.Warehouse, source: Any) -> None:
        original(self, source)
        with self.pipeline.sql_client() as client:
            name = client.make_qualified_table_name("cur_line_items")
            client.execute_sql(
                f"delete from {name} where identity_line_item_id = 'line-10'"
            )

    monkeypatch.setattr(warehouse.Warehouse, "append", lose_a_row)
    (result,) = load()
    assert result.status == "failed"
    assert "read 11 rows and 11.000000000 USD" in result.message
    assert "10 rows and 10.000000000 arrived" in result.message
    assert world.current_cost(LINES, "line_item_unblended_cost") == 10


def test_a_delivery_that_changes_while_it_is_read_is_read_again(world, monkeypatch):
    """Half of an old and half of a new delivery would be neither bill."""
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    calls = []
    original = extract.sources.aws_cur.subtract

    def deliver_anew(whole: Any, part: Any) -> Any:
        calls.append(1)
        return original(whole, part)

    check = extract.landing.check_still

    def moved_once(bill: Any, one: Any) -> None:
        if not calls and not one.has_moved and len(moved) == 0:
            moved.append(1)
            write_cur(
                world.bucket, "2026-10", cur_lines(ai=20), execution="execution-2"
            )
        check(bill, one)

    moved: list[int] = []
    monkeypatch.setattr("extract.landing.check_still", moved_once)
    monkeypatch.setattr("extract.sources.aws_cur.subtract", deliver_anew)
    assert statuses(load()) == {"2026-10": "loaded"}
    assert len(calls) == 1
    assert world.current_cost(LINES, "line_item_unblended_cost") == 20


def test_a_unit_that_lost_most_lines_is_refused_until_forced(world):
    """A broken delivery would empty a dashboard that was right yesterday."""
    write_cur(world.bucket, "2026-09", cur_lines(ai=10))
    write_cur(world.bucket, "2026-10", cur_lines(ai=10))
    load()
    write_cur(world.bucket, "2026-09", cur_lines(ai=4, other=11), execution="2")
    write_cur(world.bucket, "2026-10", cur_lines(ai=11), execution="2")
    results = load()
    assert statuses(results) == {"2026-09": "refused", "2026-10": "loaded"}
    assert "4 lines of AI services, before it had 10" in results[0].message
    assert "run --period 2026-09 --force" in results[0].message
    assert world.current_cost(LINES, "line_item_unblended_cost") == 21
    assert statuses(load(periods=["2026-09"], force=True)) == {"2026-09": "loaded"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 15
    assert world.rows(
        "select is_forced from raw_ops.load_ledger order by loaded_at desc limit 1"
    ) == [(True,)]


def test_a_period_that_becomes_empty_is_refused_and_an_empty_new_one_is_not(world):
    """On the first of a month the partition is empty; later that is a defect."""
    write_cur(world.bucket, "2026-10", cur_lines())
    write_cur(world.bucket, "2026-11", [])
    assert statuses(load()) == {"2026-10": "loaded", "2026-11": "loaded"}
    assert world.ledger()[-1] == ("llm-costs/2026-11", 0, 0, Decimal(0), "")
    write_manifest(world.bucket, "2026-10", [], execution="execution-2")
    assert statuses(load()) == {"2026-10": "refused", "2026-11": "unchanged"}
    assert world.current_cost(LINES, "line_item_unblended_cost") == 10


def test_the_newest_publication_of_a_unit_is_the_current_one():
    """Two runs that finish in another order than they began must not flip back."""
    names = list(ledger.TABLE.columns)
    base = dict.fromkeys(names, 0) | {"unit": "u", "currency": "USD", "version": "v"}
    rows = [
        {**base, "load_id": "old", "loaded_at": 1, "landed_rows": 5},
        {**base, "load_id": "new", "loaded_at": 2, "landed_rows": 7},
        {**base, "load_id": "new", "loaded_at": 2, "landed_rows": 1, "currency": "EUR"},
    ]
    entries = ledger.current_entries([[row[name] for name in names] for row in rows])
    assert entries["u"].load_id == "new"
    assert entries["u"].landed_rows == 8
    assert entries["u"].superseded == {"old"}


def test_orphans_of_a_run_that_may_still_go_on_are_left_alone(world):
    """On a warehouse with several writers, rows of a running load look like orphans."""
    fresh = new_load_id()
    shared = warehouse.Target(destination="postgres")
    house = object.__new__(warehouse.Warehouse)
    house.target = shared
    assert not house._is_over(fresh)
    assert house._is_over("20200101T000000000000Z-abcdef")
    house.target = warehouse.Target(destination="duckdb", is_single_writer=True)
    assert house._is_over(fresh)
