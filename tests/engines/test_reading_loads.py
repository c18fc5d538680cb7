"""Who reads while a load is going on sees one delivery or the other, month by month."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from fault_bills import BILLS, MONTHS
from fault_reader import rows_without_a_load, seen_by_readers

import extract
from extract.sources import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from postgres_server import PostgresServer

DELIVERIES = (1, 2, 3)


@pytest.mark.parametrize("source", BILLS)
def test_readers_never_see_a_month_that_is_half_replaced(
    postgres_server: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    """Harm: a dashboard shows a month without costs, or twice, for some seconds."""
    bills, name = BILLS[source], postgres_server.new_database()
    settings = {
        **postgres_server.environment(name),
        **bills.environment(tmp_path),
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
    }
    for key, value in settings.items():
        monkeypatch.setenv(key, value)

    def ask(query: str) -> list[tuple[Any, ...]]:
        return list(postgres_server.execute(query, database=name))

    load(bills, tmp_path, 1)
    seen: list[dict[str, Any]] = []
    is_over = threading.Event()

    def poll() -> None:
        while not is_over.is_set():
            seen.append(dict(ask(seen_by_readers(SPECS[bills.source]))))

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        for number in DELIVERIES[1:]:
            load(bills, tmp_path, number)
    finally:
        is_over.set()
        reader.join()
    possible = [bills.totals(number) for number in DELIVERIES]
    for found in seen:
        for month in MONTHS:
            assert found[month] in [totals[month] for totals in possible]
    assert seen[0] == possible[0]
    assert len(seen) > len(DELIVERIES)
    assert dict(ask(seen_by_readers(SPECS[bills.source]))) == possible[-1]
    assert ask(rows_without_a_load(SPECS[bills.source])) == [(0,)]


def load(bills: Any, folder: Path, number: int) -> None:
    bills.deliver(folder, number)
    results = extract.run([bills.source], progress=False)
    assert {result.status for result in results} == {"loaded"}
