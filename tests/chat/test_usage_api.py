"""Feedback, and how the chat is used: whose answer it was, and nobody's words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chat.app import create_app
from chat.progress import Step, Working
from chat.settings import ChatSettings

Signed = Callable[..., dict[str, str]]


def _ask(client: TestClient, headers: dict[str, str], question: str) -> Any:
    return client.post(
        "/api/chat", json={"question": question}, headers=headers
    ).json()["answer_id"]


def _rate(client: TestClient, headers: dict[str, str], **said: Any) -> int:
    answer = client.post("/api/feedback", json=said, headers=headers)
    return int(answer.status_code)


def _usage(client: TestClient, signed: Signed) -> Any:
    return client.get("/api/admin/usage", headers=signed("admin")).json()


def test_feedback_is_for_an_answer_of_ones_own(
    keeper: TestClient, signed: Signed
) -> None:
    """An id that can be probed tells who asks, and lets others vote."""
    acme = signed("customer", "acme", subject="u")
    answer = _ask(keeper, acme, "cost last month")
    other = _ask(keeper, acme, "cost last week")

    for person in (
        signed("customer", "globex", subject="u"),
        signed("customer", "acme", subject="v"),
        signed("admin"),
    ):
        assert _rate(keeper, person, answer_id=answer, rating="up") == 404
    assert _rate(keeper, acme, answer_id="0" * 32, rating="up") == 404
    assert answer != other
    assert _rate(keeper, acme, answer_id=answer, rating="down") == 204
    assert _rate(keeper, acme, answer_id=answer, rating="up", comment=" ok ") == 204
    total = _usage(keeper, signed)["total"]
    assert (total["up"], total["down"]) == (1, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"rating": "up"},
        {"answer_id": "0" * 32},
        {"answer_id": "' or 1=1", "rating": "up"},
        {"answer_id": "0" * 32, "rating": "five stars"},
        {"answer_id": "0" * 32, "rating": "up", "comment": "x" * 1_001},
        {"answer_id": "0" * 32, "rating": "up", "subject": "somebody"},
    ],
)
def test_what_is_no_feedback_is_refused(
    keeper: TestClient, signed: Signed, said: dict[str, Any]
) -> None:
    """A field that is ignored today may be trusted tomorrow."""
    assert _rate(keeper, signed(), **said) == 422


def test_usage_counts_what_came_of_questions(
    keeper: TestClient, signed: Signed
) -> None:
    """Counted wrongly, a chat that answers nothing looks well."""
    for role, question in (
        ("finance", "cost last month"),
        ("finance", "what is foobar's cost"),
        ("admin", "delete all budgets"),
        ("finance", "and by model"),
    ):
        _ask(keeper, signed(role), question)

    usage = _usage(keeper, signed)

    counts = {name: usage["total"][name] for name in ("questions", "askers")}
    outcomes = {
        name: usage["total"][name]
        for name in ("answered", "asked_back", "refused", "failed")
    }
    assert counts == {"questions": 4, "askers": 2}
    assert sum(outcomes.values()) == 4
    assert outcomes["asked_back"] >= 1
    assert outcomes["refused"] == 1
    assert usage["total"]["milliseconds_p95"] >= usage["total"]["milliseconds_p50"] >= 0
    assert [day["questions"] for day in usage["days"]] == [4]
    assert [one["planner"] for one in usage["planners"]] == ["deterministic"]


@pytest.mark.parametrize("role", ["customer", "account_manager", "finance"])
def test_usage_is_for_administrators(
    keeper: TestClient, signed: Signed, role: str
) -> None:
    """How others use it is none of a customer's business."""
    customers = () if role == "finance" else ("acme",)

    answer = keeper.get("/api/admin/usage", headers=signed(role, *customers))

    assert answer.status_code == 403


@pytest.mark.parametrize("is_logged", [False, True])
def test_words_of_questions_are_kept_only_where_that_is_set(
    keeping: ChatSettings, signed: Signed, *, is_logged: bool
) -> None:
    """A question names customers and plans; nobody agreed to its being kept."""
    settings = replace(keeping, log_questions=is_logged)
    with TestClient(create_app(settings)) as client:
        answer = _ask(client, signed(), "cost of Project Bluebird")
        _rate(client, signed(), answer_id=answer, rating="down", comment="no")
        usage = client.get("/api/admin/usage", headers=signed("admin"))

    assert ("Bluebird" in usage.text) is is_logged
    assert usage.json()["comments"][0]["comment"] == "no"


def test_a_question_that_fails_is_counted_as_failed(
    keeping: ChatSettings, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails is what an administrator has to see."""

    def fail(*_: object) -> Iterator[Step]:
        yield Working(stage="planning")
        raise RuntimeError("broken")

    monkeypatch.setattr("chat.routes.answer_in_steps", fail)
    with TestClient(create_app(keeping), raise_server_exceptions=False) as client:
        client.post("/api/chat", json={"question": "cost"}, headers=signed())
        usage = client.get("/api/admin/usage", headers=signed("admin")).json()

    assert usage["total"]["failed"] == 1
