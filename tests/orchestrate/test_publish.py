"""Publishing: readers see whole runs only, old or new."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestrate import storage
from orchestrate.publish import publish_marts
from orchestrate.steps import StepFailed

# Storage versions by the number in a file's header: 1.5 readers open up to 68.
NEWEST_READABLE = 68


def _make_warehouse(path: Path, version: int, rows: int = 1000) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists multi_cloud_costs")
        connection.execute("create schema if not exists raw_ops")
        for table in ("daily_costs", "unified_costs"):
            connection.execute(
                f"create or replace table multi_cloud_costs.{table} as "
                f"select {version} as version, "
                f"cast(1.000000001 as decimal(28, 9)) as cost_usd from range({rows})"
            )
        connection.execute(
            "create or replace view multi_cloud_costs.dim_customers as "
            "select version, count(*) as lines from multi_cloud_costs.daily_costs "
            "group by version"
        )
        connection.execute(
            "create or replace table raw_ops.load_ledger as select 1 as x"
        )
    return path


def _read(path: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_copies_the_marts_only_and_makes_tables_of_views(tmp_path: Path) -> None:
    """Raw bills in a file that every dashboard viewer can query would be a leak."""
    warehouse = _make_warehouse(tmp_path / "w.duckdb", 1)
    serving = tmp_path / "serving" / "llm_costs.duckdb"

    published = publish_marts(warehouse=warehouse, serving=serving)

    assert published.tables == 3
    assert published.rows == 2001
    tables = _read(
        serving,
        "select table_schema, table_name, table_type from information_schema.tables "
        "order by table_name",
    )
    assert tables == [
        ("multi_cloud_costs", "daily_costs", "BASE TABLE"),
        ("multi_cloud_costs", "dim_customers", "BASE TABLE"),
        ("multi_cloud_costs", "unified_costs", "BASE TABLE"),
    ]
    types = _read(serving, "select typeof(cost_usd) from multi_cloud_costs.daily_costs")
    assert set(types) == {("DECIMAL(28,9)",)}


def test_writes_a_file_that_readers_of_duckdb_1_5_open(tmp_path: Path) -> None:
    """A newer file format than Grafana's plugin knows leaves every panel empty."""
    serving = tmp_path / "s.duckdb"
    publish_marts(warehouse=_make_warehouse(tmp_path / "w.duckdb", 1), serving=serving)

    header = serving.read_bytes()[:24]

    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") <= NEWEST_READABLE


def test_leaves_a_single_file_and_no_draft(tmp_path: Path) -> None:
    """A write-ahead log beside the copy would be data that a reader may not see."""
    serving = tmp_path / "serving" / "s.duckdb"
    publish_marts(warehouse=_make_warehouse(tmp_path / "w.duckdb", 1), serving=serving)

    assert [path.name for path in serving.parent.iterdir()] == ["s.duckdb"]


def test_a_reader_with_the_old_copy_open_goes_on_reading_it(tmp_path: Path) -> None:
    """A publish under a reader must not give him errors or figures of two runs."""
    warehouse = _make_warehouse(tmp_path / "w.duckdb", 1)
    serving = tmp_path / "s.duckdb"
    publish_marts(warehouse=warehouse, serving=serving)
    # Another process, as Grafana is: one process shares its open files.
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(serving)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin
    assert reader.stdout
    assert reader.stdout.readline().strip() == "[(1, 1000, 1000)]"

    publish_marts(warehouse=_make_warehouse(warehouse, 2, rows=5), serving=serving)
    while_open, _ = reader.communicate("again\n", timeout=60)

    assert while_open.strip() == "[(1, 1000, 1000)]"
    assert reader.returncode == 0
    assert _read(serving, VERSIONS) == [(2, 5, 5)]


VERSIONS = """
    select
        daily.version,
        count(*),
        (select count(*) from multi_cloud_costs.unified_costs as u
         where u.version = daily.version)
    from multi_cloud_costs.daily_costs as daily group by daily.version
"""
READER = f"""
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
query = '''{VERSIONS}'''
print(connection.execute(query).fetchall(), flush=True)
sys.stdin.readline()
print(connection.execute(query).fetchall(), flush=True)
"""


def test_a_publish_that_dies_half_way_leaves_the_last_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a copy in place of yesterday's would be worse than yesterday's."""
    warehouse = _make_warehouse(tmp_path / "w.duckdb", 1)
    serving = tmp_path / "serving" / "s.duckdb"
    publish_marts(warehouse=warehouse, serving=serving)
    _make_warehouse(warehouse, 2)

    def die(mart: str) -> None:
        if mart == "unified_costs":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_marts(warehouse=warehouse, serving=serving, report=die)

    assert _read(serving, VERSIONS) == [(1, 1000, 1000)]
    assert [path.name for path in serving.parent.iterdir()] == ["s.duckdb"]


def test_tables_that_an_interrupted_build_left_are_not_served(tmp_path: Path) -> None:
    """Half-made tables of dbt would show up as marts with wrong figures."""
    warehouse = _make_warehouse(tmp_path / "w.duckdb", 1)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create table multi_cloud_costs.daily_costs__dbt_tmp as select 1 as x"
        )

    published = publish_marts(warehouse=warehouse, serving=tmp_path / "s.duckdb")

    assert published.tables == 3


@pytest.mark.parametrize("has_file", [True, False])
def test_a_warehouse_without_marts_is_refused_with_the_way_out(
    tmp_path: Path, *, has_file: bool
) -> None:
    """An empty copy would make every dashboard say that nothing was spent."""
    warehouse, serving = tmp_path / "w.duckdb", tmp_path / "s.duckdb"
    if has_file:
        duckdb.connect(str(warehouse)).close()

    with pytest.raises(StepFailed) as failure:
        publish_marts(warehouse=warehouse, serving=serving)

    assert str(warehouse) in failure.value.message
    assert "llm-costs run" in failure.value.way_out
    assert not serving.exists()


def test_a_path_with_a_quote_is_published(tmp_path: Path) -> None:
    """An unquoted path in ATTACH breaks for a user called O'Neil."""
    folder = tmp_path / "o'neil"
    folder.mkdir()
    warehouse = _make_warehouse(folder / "w.duckdb", 1)

    publish_marts(warehouse=warehouse, serving=folder / "s.duckdb")

    assert _read(folder / "s.duckdb", VERSIONS) == [(1, 1000, 1000)]
    assert storage.STORAGE_VERSION == "v1.5.0"
