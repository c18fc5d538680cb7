"""The daily job's alerts: told once, to whom they are for, again when they failed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import text

from chat.alerts.https import NotDelivered
from chat.alerts.job import run_alerts
from chat.alerts.report import AlertReport
from chat.alerts.rules import AlertRule
from chat.alerts.sending import Message, Sender
from chat.alerts.settings import AlertSettings
from chat.auth import Person, Role
from chat.scope import Scope
from chat.store.database import Store
from chat.store.subscriptions import Subscription, subscribe, subscriptions_of
from chat.warehouse import DuckDBReader

TODAY, COMPLETE = date(2026, 11, 21), date(2026, 11, 20)
EVERY_CENT = {"kind": "cost_above", "threshold": 0.01}


@dataclass(frozen=True, kw_only=True)
class Sent(Sender):
    """Keeps messages instead of delivering them; fails while it is told to."""

    messages: list[Message] = field(default_factory=list)
    broken: list[bool] = field(default_factory=list)

    def send(self, message: Message, *_: Any) -> None:
        """Keep a message."""
        if self.broken:
            raise NotDelivered("hooks.example.com answered 500")
        self.messages.append(message)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    made = Store()
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def sent() -> Sent:
    """What has been sent."""
    return Sent(settings=AlertSettings())


def _person(role: Role = "finance", *customers: str) -> Person:
    scope = Scope.only(customers) if customers else Scope.everything()
    return Person(subject=f"{role}-{customers}", role=role, scope=scope)


def _subscribe(
    store: Store, person: Person, first_day: date | None = COMPLETE, **rule: Any
) -> Subscription:
    return subscribe(
        store,
        person,
        rule=AlertRule.model_validate(rule),
        channel="email",
        destination="fin@example.com",
        first_day=first_day,
    )


def _run(store: Store, path: Path, sent: Sent) -> AlertReport:
    return run_alerts(store, DuckDBReader(path=path), sent, TODAY)


def _told(sent: Sent) -> list[tuple[str, str]]:
    return [
        (one.period, one.about) for message in sent.messages for one in message.notices
    ]


def _truth(path: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_cost_above_the_limit_is_told_once(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """Told at every run, an alert is soon read no more."""
    ((cost,),) = _truth(
        built_warehouse,
        "select sum(cost_usd) from multi_cloud_costs.unified_costs"
        f" where date = '{COMPLETE}'",
    )
    _subscribe(store, _person(), kind="cost_above", threshold=float(cost) - 0.01)
    _subscribe(store, _person(), kind="cost_above", threshold=float(cost) + 0.01)

    first = _run(store, built_warehouse, sent)
    second = _run(store, built_warehouse, sent)

    assert _told(sent) == [("2026-11-20", "")]
    assert Decimal(sent.messages[0].notices[0].value or "") == cost
    assert "20 November 2026" in sent.messages[0].notices[0].text
    assert (first.judged, first.sent, second.judged, second.sent) == (2, 1, 2, 0)
    assert first.failures == second.failures == []


def test_days_that_a_job_missed_are_told_afterwards(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """A job that stood still over a weekend must not swallow it."""
    _subscribe(store, _person(), date(2026, 11, 18), **EVERY_CENT)
    _subscribe(store, _person(), date(2026, 11, 21), **EVERY_CENT)

    _run(store, built_warehouse, sent)

    assert len(sent.messages) == 1
    assert [period for period, _ in _told(sent)] == [
        "2026-11-18",
        "2026-11-19",
        "2026-11-20",
    ]


def test_what_is_restated_above_the_limit_is_told(
    store: Store, sent: Sent, warehouse_copy: Path
) -> None:
    """Clouds bill late: the day after tells less than the week after."""
    _subscribe(store, _person(), kind="cost_above", threshold=1e6)
    _run(store, warehouse_copy, sent)
    with duckdb.connect(str(warehouse_copy)) as connection:
        connection.execute(
            "update multi_cloud_costs.unified_costs set cost_usd = 2000000 where"
            f" date = '{COMPLETE}'"
        )

    _run(store, warehouse_copy, sent)

    assert _told(sent) == [("2026-11-20", "")]


def test_a_delivery_that_failed_is_reported_and_tried_again(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """A receiver that is away for an hour must not miss the alert."""
    person = _person()
    kept = _subscribe(store, person, **EVERY_CENT)
    sent.broken.append(True)
    failed = _run(store, built_warehouse, sent)
    (shown,) = subscriptions_of(store, person)
    sent.broken.clear()
    again = _run(store, built_warehouse, sent)

    assert failed.failures == [
        f"alert {kept.id} not delivered by email: hooks.example.com answered 500"
    ]
    assert shown.failure == "hooks.example.com answered 500"
    assert (failed.sent, again.sent, again.failures) == (0, 1, [])
    assert _told(sent) == [("2026-11-20", "")]
    (shown,) = subscriptions_of(store, person)
    assert shown.failure is None
    assert shown.last_sent_at is not None


def test_what_never_arrives_is_given_up(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """An address that is gone would be called for ever."""
    _subscribe(store, _person(), **EVERY_CENT)
    sent.broken.append(True)
    reports = [_run(store, built_warehouse, sent) for _ in range(11)]

    assert [len(one.failures) for one in reports] == [1] * 10 + [0]


def test_a_customers_alert_is_of_its_own_rows(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """What is mailed to one customer must not be the cost of all."""
    ((own,),) = _truth(
        built_warehouse,
        "select sum(cost_usd) from multi_cloud_costs.unified_costs"
        f" where date = '{COMPLETE}' and customer_id = 'acme'",
    )
    _subscribe(store, _person("customer", "acme"), **EVERY_CENT)
    _subscribe(store, _person("customer", "nobody"), **EVERY_CENT)

    _run(store, built_warehouse, sent)

    (message,) = sent.messages
    assert Decimal(message.notices[0].value or "") == own


def test_budgets_are_told_for_each_customer_by_itself(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """The second customer over its budget is news, though the first was told."""
    truth = _truth(
        built_warehouse,
        "select customer_id from multi_cloud_costs.budget_status where"
        " budget_scope = 'customer' and month = '2026-11-01' and percent_used > 50"
        " order by 1",
    )
    assert len(truth) > 1
    rule = {"kind": "budget_used_above", "threshold": 0.5}
    _subscribe(store, _person(), per_customer=True, **rule)
    manager = _person("account_manager", "acme", "globex")
    _subscribe(store, manager, **rule)

    _run(store, built_warehouse, sent)

    of_all, of_two = sent.messages
    told = [(one.period, one.about) for one in of_all.notices]
    assert told == [("2026-11", customer) for (customer,) in truth]
    assert {one.about for one in of_two.notices} <= {"acme", "globex"}


def test_unusual_days_are_told_by_customer(
    store: Store, sent: Sent, built_warehouse: Path
) -> None:
    """An anomaly that nobody is told of is found on the invoice."""
    ((day, customer),) = _truth(
        built_warehouse,
        "select date, customer_id from multi_cloud_costs.customer_anomalies where"
        f" severity <> 'none' and date between '2026-11-14' and '{COMPLETE}'"
        " order by 1 desc, 2 limit 1",
    )
    _subscribe(store, _person(), date(2026, 11, 14), kind="anomaly")
    _subscribe(store, _person("customer", customer), day, kind="anomaly")

    _run(store, built_warehouse, sent)

    of_all, of_one = sent.messages
    assert (f"{day}", customer) in {(n.period, n.about) for n in of_all.notices}
    assert {one.about for one in of_one.notices} == {customer}


@pytest.mark.parametrize(
    "change",
    [
        "update alerts set customers = null",
        "update alerts set customers = '[]'",
        'update alerts set customers = \'["acme", "globex"]\'',
        "update alerts set role = 'account_manager', customers = null",
        'update alerts set rule = \'{"kind": "sql"}\'',
    ],
)
def test_a_row_that_was_changed_by_hand_tells_nothing(
    store: Store, sent: Sent, built_warehouse: Path, change: str
) -> None:
    """Without its customers, a customer's alert would be everybody's."""
    _subscribe(store, _person("customer", "acme"), **EVERY_CENT)
    _subscribe(store, _person("customer", "acme"), **EVERY_CENT)
    with store.connection() as connection:
        one = "(select min(id) from alerts)"
        connection.execute(text(f"{change} where id = {one}"))

    report = _run(store, built_warehouse, sent)

    assert len(sent.messages) == 1
    assert len(report.failures) == 1
    assert "not judged" in report.failures[0]
