"""A customer's readers are led to its warehouses, and to no cost twice."""

from pathlib import Path
from typing import Self

import pytest

from dashboards.dialects import DATA_SOURCE_UID
from orchestrate import routing
from orchestrate.moves import COLUMNS, LEDGER
from orchestrate.routing import DATA_SOURCE, ReaderSource, reader_sources, sources_of
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """BigQuery in Phase 1, and a ledger of moves without any."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=redshift,azure=sqlserver,gcp=bq")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_REDSHIFT", "aws")
    monkeypatch.setenv("LLM_COSTS_CLOUDS_SQLSERVER", "azure")
    Path("dbt_project.yml").touch()
    LEDGER.parent.mkdir(parents=True)
    LEDGER.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")


def move(customer: str, home: str) -> None:
    """Write a line into the ledger of moves."""
    values = {
        "move_number": "1",
        "moved_at": "2026-11-20T08:00:00+00:00",
        "customer_id": customer,
        "action": "pilot",
        "warehouse_home": home,
        "clean_days": "7",
    }
    with LEDGER.open("a", encoding="utf-8") as ledger:
        ledger.write(",".join(values.get(name, "") for name in COLUMNS) + "\n")


def test_a_customer_of_phase_2_is_asked_for_in_three_warehouses() -> None:
    """Harm: a chat answers who has moved from one cloud only, or counts one twice."""
    move("acme", "phase_2")
    assert reader_sources("Acme", read_settings()) == (
        ReaderSource(
            target="redshift",
            clouds=("aws",),
            providers=("AWS",),
            is_shared=False,
            data_source="llmcost-redshift",
        ),
        ReaderSource(
            target="sqlserver",
            clouds=("azure",),
            providers=("Azure",),
            is_shared=False,
            data_source="llmcost-sqlserver",
        ),
        # BigQuery still holds all clouds: readers keep to Google Cloud there.
        ReaderSource(
            target="bq",
            clouds=("gcp",),
            providers=("GCP",),
            is_shared=True,
            data_source="llmcost-bq",
        ),
    )


def test_a_customer_of_phase_1_is_asked_for_in_one_warehouse() -> None:
    """Harm: a reader leaves out cost that nobody else answers for."""
    move("acme", "phase_1")
    (source,) = reader_sources("acme", read_settings())
    assert (source.target, source.is_shared) == ("bq", False)
    assert source.providers == ("AWS", "Azure", "GCP")
    assert source.data_source == DATA_SOURCE == DATA_SOURCE_UID


def test_focus_files_answer_for_whom_no_other_warehouse_does() -> None:
    """Harm: a provider's cost that comes as FOCUS files is asked for nowhere."""
    focus, own = sources_of({"bq": ("gcp", "focus"), "redshift": ("aws",)})
    assert focus.providers == ("Azure", "GCP")
    assert focus.is_shared
    assert own.providers == ("AWS",)


def test_who_is_no_customer_is_led_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harm: a misspelt customer reads some warehouse and finds it empty."""

    class Empty:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def mart(self, name: str) -> str:
            return name

        def text(self, value: str) -> str:
            return repr(value)

        def rows(self, _: str) -> list[dict[str, str]]:
            return []

    monkeypatch.setattr(routing, "open_warehouse", lambda *_: Empty())
    with pytest.raises(StepFailed, match="There is no customer 'acmee'"):
        reader_sources("acmee", read_settings())
