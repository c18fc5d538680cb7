"""Alerts over the API: made by whoever may see the figures, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

Signed = Callable[..., dict[str, str]]
COST = {"kind": "cost_above", "threshold": 500}
MAIL = {"channel": "email", "destination": "fin@example.com"}


def _make(client: TestClient, headers: dict[str, str], **asked: Any) -> Any:
    answer = client.post("/api/alerts", json={**COST, **MAIL, **asked}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _list(client: TestClient, headers: dict[str, str]) -> list[Any]:
    return list(client.get("/api/alerts", headers=headers).json()["alerts"])


@pytest.mark.parametrize(
    ("question", "kind", "threshold", "customers"),
    [
        ("alert me when yesterday's cost is above $500", "cost_above", 500, None),
        ("warn me when a day costs more than $1,500", "cost_above", 1500, None),
        (
            "tell me when acme is over 80 % of its budget",
            "budget_used_above",
            0.8,
            ["acme"],
        ),
        ("alert me when acme is over budget", "budget_used_above", 1, ["acme"]),
        ("alert me on anomalies", "anomaly", None, None),
    ],
)
def test_a_wish_in_words_is_proposed_and_made_when_confirmed(  # noqa: PLR0913
    keeper: TestClient,
    signed: Signed,
    *,
    question: str,
    kind: str,
    threshold: float | None,
    customers: list[str] | None,
) -> None:
    """An alert that is made unseen, or otherwise than asked, is not trusted again."""
    asked = keeper.post("/api/chat", json={"question": question}, headers=signed())
    proposal = asked.json()["alert"]

    assert (proposal["kind"], proposal["threshold"]) == (kind, threshold)
    filtered = {one["dimension"]: one["values"] for one in proposal["filters"]}
    assert filtered == ({"customer": customers} if customers else {})
    assert proposal["text"] in asked.json()["text"]
    assert _list(keeper, signed()) == []
    del proposal["text"]
    _make(keeper, signed(), **{"threshold": None, **proposal})
    assert [one["kind"] for one in _list(keeper, signed())] == [kind]


@pytest.mark.parametrize(
    "question",
    [
        "alert me when the cost is above",
        "alert me when foobar costs more than $5",
        "alert me when tokens exceed 1 million",
        "alert me if spend drops below $100",
        "alert me when a day costs over $500 or the budget is 80% used",
        "alert me when budget use is above 80",
    ],
)
def test_a_wish_that_is_not_understood_is_not_proposed(
    keeper: TestClient, signed: Signed, question: str
) -> None:
    """An alert on something else than was meant stays silent when it matters."""
    answer = keeper.post("/api/chat", json={"question": question}, headers=signed())

    assert answer.json()["alert"] is None
    assert answer.json()["text"]


@pytest.mark.parametrize(
    "asked",
    [
        {"threshold": 0},
        {"threshold": -5},
        {"threshold": None},
        {"threshold": "1e400"},
        {"kind": "anomaly"},
        {"kind": "budget_used_above", "period": "day"},
        {"kind": "anomaly", "threshold": None, "period": "month"},
        {"filters": [{"dimension": "status", "values": ["Over"]}]},
        {"filters": [{"dimension": "sql; drop table", "values": ["x"]}]},
        {
            "kind": "budget_used_above",
            "filters": [{"dimension": "model", "values": ["claude"]}],
        },
        {"customers": ["globex"]},
        {"subject": "somebody"},
        {"destination": "fin@evil.example"},
        {"destination": "fin@example.com\nBcc: all@evil.example"},
        {"destination": '"a b"@example.com'},
        {"channel": "sms"},
        {"channel": "slack", "destination": "https://hooks.slack.com/services/T9/B1/x"},
        {"channel": "slack", "destination": "https://evil.example/services/T0123/B1/x"},
        {"channel": "webhook", "destination": "http://hooks.example.com/x"},
        {"channel": "webhook", "destination": "https://hooks.example.com:8443/x"},
        {"channel": "webhook", "destination": "https://hooks.example.com@evil.example"},
        {"channel": "webhook", "destination": "https://hooks.example.com.evil.example"},
        {"channel": "webhook", "destination": "https://127.0.0.1/x"},
        {"channel": "webhook", "destination": "https://[::1]/x"},
        {
            "channel": "webhook",
            "destination": "https://evil.example\\@hooks.example.com",
        },
        {"channel": "webhook", "destination": "https://hooks.example.com/x y"},
        {"channel": "webhook", "destination": "file:///etc/passwd"},
    ],
)
def test_what_is_no_alert_or_leads_elsewhere_is_refused(
    keeper: TestClient, signed: Signed, asked: dict[str, Any]
) -> None:
    """Figures sent to any address, or requests into the own network."""
    body = {**COST, **MAIL, **asked}

    answer = keeper.post("/api/alerts", json=body, headers=signed())

    assert answer.status_code == 422, answer.text
    assert _list(keeper, signed()) == []


def test_a_clouds_budget_is_watched_by_the_companys_own_people_only(
    keeper: TestClient, signed: Signed
) -> None:
    """Whether it is told would tell a customer how the company's budget stands."""
    question = "alert me when Azure has used 80% of its budget"
    asked = {"json": {"question": question}}

    proposal = keeper.post("/api/chat", **asked, headers=signed()).json()["alert"]
    refused = keeper.post("/api/chat", **asked, headers=signed("customer", "acme"))

    assert proposal["filters"] == [
        {"dimension": "provider", "operator": "in", "values": ["Azure"]}
    ]
    assert refused.json()["alert"] is None
    assert "company's own people only" in refused.json()["text"]
    del proposal["text"]
    body = {**MAIL, **proposal}
    answer = keeper.post("/api/alerts", json=body, headers=signed("customer", "acme"))
    assert answer.status_code == 422, answer.text
    _make(keeper, signed(), **proposal)


def test_a_webhook_on_the_lists_is_kept_and_not_shown_again(
    keeper: TestClient, signed: Signed
) -> None:
    """Who has the address of a webhook can write to it."""
    for channel, address in (
        ("webhook", "https://hooks.example.com/in/s3cr3t-of-mine"),
        ("slack", "https://hooks.slack.com/services/T0123/B01/s3cr3tofmine"),
    ):
        made = _make(keeper, signed(), channel=channel, destination=address)
        assert "s3cr3t" not in made["destination"]
    channels = keeper.get("/api/alerts", headers=signed()).json()["channels"]

    assert {one["channel"]: one["allowed"] for one in channels} == {
        "email": ["example.com"],
        "slack": ["T0123"],
        "webhook": ["hooks.example.com"],
    }


def test_an_alert_has_the_customers_of_the_token(
    keeper: TestClient, signed: Signed
) -> None:
    """What it may tell is fixed when it is made."""
    acme = signed("customer", "acme")

    made = _make(keeper, acme)
    foreign = keeper.post(
        "/api/alerts",
        json={
            **COST,
            **MAIL,
            "filters": [{"dimension": "customer", "values": ["globex"]}],
        },
        headers=acme,
    )

    assert made["customers"] == ["acme"]
    assert made["first_day"] == "2026-11-20"
    assert foreign.status_code == 422
    assert foreign.json()["detail"] == "You see no such customer."
    assert _make(keeper, signed())["customers"] is None


def test_alerts_are_their_makers_alone(keeper: TestClient, signed: Signed) -> None:
    """Also of two people whom the issuer calls alike."""
    acme = signed("customer", "acme", subject="u1")
    globex = signed("customer", "globex", subject="u1")
    manager = signed("account_manager", "acme", "globex", subject="u2")
    made = _make(keeper, acme)

    for other in (globex, manager, signed("admin")):
        assert _list(keeper, other) == []
        gone = keeper.delete(f"/api/alerts/{made['id']}", headers=other)
        assert gone.status_code == 404
    assert [one["id"] for one in _list(keeper, acme)] == [made["id"]]
    assert keeper.delete(f"/api/alerts/{made['id']}", headers=acme).status_code == 204
    assert _list(keeper, acme) == []


def test_who_sees_less_than_before_sees_no_alert_of_before(
    keeper: TestClient, signed: Signed
) -> None:
    """An account manager who lost a customer must not read on about it."""
    both = signed("account_manager", "acme", "globex", subject="m")
    _make(keeper, both)

    assert _list(keeper, signed("account_manager", "acme", subject="m")) == []
    assert len(_list(keeper, both)) == 1


def test_nobody_fills_the_store(keeper: TestClient, signed: Signed) -> None:
    """Each alert costs the daily job a query."""
    for _ in range(50):
        _make(keeper, signed())

    answer = keeper.post("/api/alerts", json={**COST, **MAIL}, headers=signed())

    assert answer.status_code == 422
    assert "delete one first" in answer.json()["detail"]
