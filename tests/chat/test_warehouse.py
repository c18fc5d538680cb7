"""The reader of the serving copy: many at a time, and locked in."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chat.warehouse import DuckDBReader, WarehouseError

COUNT = "select count(*) from multi_cloud_costs.unified_costs"


def test_many_are_answered_at_the_same_time(built_warehouse: Path) -> None:
    """A page that loads asks for its badge, its suggestions and an answer at once."""
    reader = DuckDBReader(path=built_warehouse)

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: reader.read(COUNT, ()), range(40)))

    assert counts == [counts[0]] * 40


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "set memory_limit = '9GB'",
        "set enable_external_access = true",
        "attach '/tmp/other.duckdb' as other",
        "copy (select 1) to '/tmp/out.csv'",
        "create table multi_cloud_costs.own as select 1",
    ],
)
def test_a_statement_cannot_leave_the_copy(
    built_warehouse: Path, statement: str
) -> None:
    """Whatever reaches the reader by mistake reads marts or nothing."""
    with pytest.raises(WarehouseError):
        DuckDBReader(path=built_warehouse).read(statement, ())
