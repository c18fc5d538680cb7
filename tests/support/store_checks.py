"""What a store has to do, whichever database it is in."""

from datetime import UTC, date, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from chat.alerts.rules import AlertRule
from chat.auth import Person
from chat.scope import Scope
from chat.spent import Spent
from chat.store.answers import Given, Outcome, give_feedback, record_answer
from chat.store.database import Store
from chat.store.subscriptions import subscribe, subscriptions_of, unsubscribe
from chat.store.tables import Base
from chat.store.usage import read_comments, read_usage
from chat.store.usage_days import count_days

ACME = Person(subject="u", role="customer", scope=Scope.only(["acme"]))
FINANCE = Person(subject="f", role="finance", scope=Scope.everything())
RULE = AlertRule.model_validate(
    {
        "kind": "cost_above",
        "threshold": 12.5,
        "filters": [{"dimension": "model", "operator": "matches", "values": ["Ü 'x"]}],
    }
)
OUTCOMES: tuple[Outcome, ...] = ("answered", "refused")
DAY = date(2026, 11, 20)


def check_store(store: Store) -> None:
    """Migrate an empty store twice, and put something into every table."""
    assert not store.is_there
    store.migrate()
    store.migrate()
    assert store.is_there
    with store.connection() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    _check_alerts(store)
    _check_answers(store)


def _check_alerts(store: Store) -> None:
    made = [
        subscribe(
            store,
            person,
            rule=RULE,
            channel="email",
            destination="fin@example.com",
            first_day=DAY,
        )
        for person in (ACME, FINANCE)
    ]
    (kept,) = subscriptions_of(store, ACME)
    assert kept == made[0]
    assert kept.rule == RULE
    assert kept.created_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - kept.created_at).total_seconds()) < 60
    assert (kept.customers, made[1].customers) == (["acme"], None)
    assert not unsubscribe(store, FINANCE, kept.id)
    assert unsubscribe(store, ACME, kept.id)
    assert subscriptions_of(store, ACME) == []


def _check_answers(store: Store) -> None:
    for number, outcome in enumerate(OUTCOMES):
        given = Given(
            id=f"{number:032}",
            asked_at=datetime.now(UTC),
            seconds=0.25,
            planner="deterministic",
            outcome=outcome,
            spent=Spent(model="a" * 300, requests=1, input_tokens=9),
        )
        record_answer(store, ACME, given)
    said = {"answer_id": f"{0:032}", "comment": "Grüße"}
    assert give_feedback(store, ACME, rating="up", **said)
    assert give_feedback(store, ACME, rating="down", **said)
    assert not give_feedback(store, FINANCE, rating="up", **said)
    today = datetime.now(UTC).date()
    with store.connection() as connection:
        (row,) = connection.execute(text("select * from chat_usage")).mappings()
    assert (row["day"], row["planner"]) == (f"{today}", "deterministic")
    assert (row["questions"], row["answered"], row["thumbs_down"]) == (2, 1, 1)
    assert float(row["mean_milliseconds"]) == 250
    (usage,) = read_usage(store, today, today)
    assert (usage.questions, usage.up, usage.down) == (2, 0, 1)
    assert (usage.model_requests, usage.input_tokens) == (2, 18)
    assert usage.outcomes["refused"] == 1
    counted = count_days(store)
    assert {(kind.day, kind.customer, kind.outcome) for kind in counted} == {
        (today, "acme", outcome) for outcome in OUTCOMES
    }
    assert sum(counts.questions for counts in counted.values()) == 2
    assert sum(counts.askers for counts in counted.values()) == 1
    assert sum(counts.thumbs_down for counts in counted.values()) == 1
    assert {counts.input_tokens for counts in counted.values()} == {9}
    # What a setting names may be longer than what is kept of it.
    assert {kind.model for kind in counted} == {"a" * 100}
    assert [one.comment for one in read_comments(store, 9)] == ["Grüße"]
