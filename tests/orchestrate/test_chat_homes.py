"""Which warehouse answers a customer's questions."""

from dataclasses import dataclass
from typing import Any

import pytest

from chat.cache import CachedReader
from chat.scope import Scope
from chat.warehouse import WarehouseError
from chat.warehouse_joint import JointReader
from orchestrate import chat_homes
from orchestrate.chat_homes import ReadersByHome
from orchestrate.steps import StepFailed

ACME = Scope.only(["acme"])


@dataclass(kw_only=True)
class Warehouse:
    """A reader that knows one thing: where its customers read."""

    target: str = "bq"
    home: str | None = "phase_2"
    asked: int = 0
    version: str = "1"

    def read(self, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        """Give the home."""
        assert "dim_customers" in sql
        assert list(parameters) == ["acme"]
        self.asked += 1
        return [(self.home,)] if self.home else []


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """The warehouse of Phase 1, and a PostgreSQL for the rest."""
    monkeypatch.setenv("LLM_COSTS_PHASE_1", "bq")
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=postgres,azure=postgres,gcp=postgres")
    monkeypatch.setenv("LLM_COSTS_CHAT_WAREHOUSE_USER", "llm_costs_reader")
    monkeypatch.setattr(chat_homes, "read_moves", list)
    return Warehouse()


def test_a_customer_that_moved_is_answered_from_its_own_warehouse(
    first: Warehouse,
) -> None:
    """Its figures in the old one may be of another day than its dashboards'."""
    chosen = ReadersByHome(first=first)

    assert chosen(ACME).target == "postgres"
    assert chosen(ACME) is chosen(ACME)
    assert first.asked == 1


@pytest.mark.parametrize(
    "scope", [Scope.everything(), Scope.only(["acme", "globex"]), Scope.only([])]
)
def test_who_sees_several_customers_is_answered_from_the_first(
    first: Warehouse, scope: Scope
) -> None:
    """Not all of them may have moved."""
    assert ReadersByHome(first=first)(scope) is first


@pytest.mark.parametrize("home", ["phase_1", None, "elsewhere"])
def test_a_customer_that_has_not_moved_is_answered_from_the_first(
    first: Warehouse, home: str | None
) -> None:
    """It has no figures anywhere else."""
    first.home = home

    assert ReadersByHome(first=first)(ACME) is first


@pytest.mark.parametrize("scope", [ACME, Scope.everything()])
def test_clouds_in_several_warehouses_are_read_together_once_none_holds_all(
    first: Warehouse, monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    """One of them alone would tell a part of the cost as the whole."""
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=redshift,azure=postgres,gcp=bq")
    monkeypatch.setenv("LLM_COSTS_BIGQUERY_PROJECT", "costs")
    chosen = ReadersByHome(first=first)
    assert chosen(scope) is first

    monkeypatch.setenv("LLM_COSTS_CLOUDS_BQ", "gcp")
    monkeypatch.setattr(
        "orchestrate.homes._clouds_in_use", lambda: ["aws", "azure", "gcp"]
    )
    joint = chosen(scope)
    assert joint is chosen(scope)
    assert isinstance(joint, CachedReader)
    assert isinstance(joint.reader, JointReader)
    assert [
        (part.reader.target, part.providers, part.is_shared)
        for part in joint.reader.parts
    ] == [
        ("redshift", ("AWS",), True),
        ("postgres", ("Azure",), True),
        ("bq", ("GCP",), False),
    ]


def test_settings_that_lead_nowhere_are_told_to_nobody_who_asks(
    first: Warehouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Harm: a part is told as the whole, or settings are shown to a customer."""
    monkeypatch.setenv("LLM_COSTS_PHASE_2", "aws=postgres")

    with pytest.raises(WarehouseError, match="cannot be asked") as refused:
        ReadersByHome(first=first)(Scope.everything())

    assert "LLM_COSTS_PHASE_2" not in str(refused.value)
    assert "LLM_COSTS_PHASE_2 says nothing of azure, gcp" in caplog.text


def test_without_the_ledger_the_marts_say_where_a_customer_reads(
    first: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chat may run where the repository is not."""

    def missing() -> None:
        raise StepFailed("no ledger")

    monkeypatch.setattr(chat_homes, "read_moves", missing)

    assert ReadersByHome(first=first)(ACME).target == "postgres"
