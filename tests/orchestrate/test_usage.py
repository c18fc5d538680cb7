"""What the chat keeps, put into the warehouse: counts, and nobody's words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chat.auth import Person
from chat.scope import Scope
from chat.spent import Spent
from chat.store.answers import Given, Outcome, give_feedback, record_answer
from chat.store.database import Store
from extract.usage_table import OF_THE_LOAD
from orchestrate.steps import StepFailed
from orchestrate.usage import load_usage, why_not_counted

EVERYTHING = Scope.everything()
FINANCE = Person(subject="finance@example.com", role="finance", scope=EVERYTHING)
ACME = Person(subject="someone@acme.com", role="customer", scope=Scope.only(["acme"]))
BOTH = Scope.only(["acme", "globex"])
MANAGER = Person(subject="manager", role="account_manager", scope=BOTH)
SPENT = Spent(
    model="anthropic:claude-sonnet-5-5",
    requests=2,
    input_tokens=900,
    cache_read_tokens=500,
    cache_write_tokens=100,
    output_tokens=70,
)


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse that the settings lead to."""
    path = tmp_path / "llm_costs.duckdb"
    monkeypatch.setenv("LLM_COSTS_DUCKDB_PATH", str(path))
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of the chat."""
    made = Store(f"sqlite:///{tmp_path}/chat.db")
    made.migrate()
    yield made
    made.close()


def ask(  # noqa: PLR0913 - what an answer has, by name
    store: Store,
    person: Person,
    hour: int,
    *,
    day: int = 1,
    seconds: float = 0.02,
    outcome: Outcome = "answered",
    spent: Spent | None = None,
) -> str:
    given = Given(
        id=f"{day:016}{hour:016}",
        asked_at=datetime(2026, 11, day, hour, 59, tzinfo=UTC),
        seconds=seconds,
        planner="llm" if spent else "deterministic",
        outcome=outcome,
        question="what does Project Bluebird cost",
        spent=spent or Spent(),
    )
    record_answer(store, person, given)
    return given.id


def landed(warehouse: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.sql(
            f"select * exclude ({', '.join(OF_THE_LOAD)}) from raw_ops.chat_usage "
            "order by usage_day, asker_role, milliseconds_up_to"
        )
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_counts_arrive_and_no_word_or_name_does(store: Store, warehouse: Path) -> None:
    """A warehouse that many read would tell who asked what."""
    rated = ask(store, ACME, 8)
    assert give_feedback(store, ACME, answer_id=rated, rating="up", comment="Bluebird!")
    ask(store, ACME, 9, seconds=0.018)
    ask(store, ACME, 10, seconds=2.5, spent=SPENT, outcome="failed")
    ask(store, FINANCE, 23)
    ask(store, FINANCE, 0, day=2)
    ask(store, MANAGER, 7)

    assert load_usage(store).loaded == 2
    assert load_usage(store).unchanged == 2

    manager, acme, slow, finance, later = landed(warehouse)
    nothing = dict.fromkeys(
        ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens"), 0
    )
    common = {"usage_day": "2026-11-01", "planner": "deterministic"}
    common |= {"language_model": "", "outcome": "answered", "milliseconds_up_to": 20}
    common |= {"questions": 1, "askers": 1, "thumbs_up": 0, "thumbs_down": 0}
    common |= {"milliseconds": 20, "model_requests": 0, **nothing}
    all_of_it = {"asker_role": "finance", "audience": "all customers", "customer": ""}
    assert finance == common | all_of_it
    assert later == finance | {"usage_day": "2026-11-02"}
    assert manager == common | {
        "asker_role": "account_manager",
        "audience": "some customers",
        "customer": "",
    }
    own = {"asker_role": "customer", "audience": "one customer", "customer": "acme"}
    assert acme == common | own | {
        "questions": 2,
        "thumbs_up": 1,
        "milliseconds": 38,
        # Both are rounded up to the same limit, and asked by one person.
        "askers": 1,
    }
    assert slow == common | own | {
        "planner": "llm",
        "language_model": "anthropic:claude-sonnet-5-5",
        "outcome": "failed",
        "milliseconds_up_to": 3000,
        "milliseconds": 2500,
        "askers": 0,
        "model_requests": 2,
        "input_tokens": 900,
        "cache_read_tokens": 500,
        "cache_write_tokens": 100,
        "output_tokens": 70,
    }
    content = warehouse.read_bytes()
    for word in (b"Bluebird", b"someone@", b"finance@"):
        assert word not in content


def test_feedback_that_comes_later_changes_its_day(
    store: Store, warehouse: Path
) -> None:
    """Thumbs of yesterday's answers would never be counted."""
    answer = ask(store, FINANCE, 8)
    load_usage(store)
    give_feedback(store, FINANCE, answer_id=answer, rating="down", comment=None)

    assert load_usage(store).loaded == 1
    assert [found["thumbs_down"] for found in landed(warehouse)] == [1]


def test_a_failure_names_its_way_out(
    store: Store, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daily job would end with the words of a library."""
    ask(store, FINANCE, 8)
    monkeypatch.setenv("LLM_COSTS_TARGET", "nowhere")

    with pytest.raises(StepFailed, match="LLM_COSTS_TARGET=nowhere is not a target"):
        load_usage(store)


def test_of_several_warehouses_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question would be counted once for every warehouse."""
    assert why_not_counted("duckdb") == ""
    monkeypatch.setenv("LLM_COSTS_CHAT_TARGET", "bq")
    assert why_not_counted("bq") == ""
    assert why_not_counted("redshift") == "the chat's use is counted in bq"
