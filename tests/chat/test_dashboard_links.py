"""Links to dashboards: the right one, opened on the days and filters of the answer."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chat.ask import answer_question
from chat.asker import Asker
from chat.cache import CachedReader
from chat.scope import Scope
from chat.warehouse import DuckDBReader
from chat.warehouse_joint import Part
from dashboards.addresses import ADDRESSES
from dashboards.registry import DASHBOARDS

SATURDAY = date(2026, 11, 21)


class Elsewhere(DuckDBReader):
    """A reader that is said to be of another warehouse."""


@dataclass(frozen=True, kw_only=True)
class Joined(DuckDBReader):
    """A reader that is said to be of several warehouses."""

    parts: tuple[Part, ...]


def _path(warehouse: Path, question: str) -> str:
    asker = Asker(
        reader=DuckDBReader(path=warehouse), scope=Scope.everything(), today=SATURDAY
    )
    answer, _ = answer_question(question, asker)
    assert answer.dashboard, answer
    return answer.dashboard[1]


def test_addresses_are_those_of_the_dashboards() -> None:
    """A link to a dashboard or a variable that is not there opens an empty page."""
    built = {one.uid: one for one in DASHBOARDS}
    for address in ADDRESSES:
        dashboard = built[address.uid]
        names = {variable.name for variable in dashboard.variables}
        assert address.title == dashboard.title
        assert set(address.variables) <= names


@pytest.mark.parametrize(
    ("question", "uid", "chosen"),
    [
        ("cost on Azure last week", "overview", {"var-cloud_provider": ["Azure"]}),
        ("cost by model in October 2026", "models", {}),
        ("what did acme spend last week", "customer", {"var-customer_id": ["acme"]}),
        ("cost by customer last week", "customers", {}),
        ("any anomalies this month?", "anomalies", {}),
        ("is yesterday normal", "anomalies", {}),
        ("Why did costs change last week?", "overview", {}),
        ("how much budget is left", "budgets", {}),
        ("who is over budget this month", "budgets", {}),
        ("forecast for this month", "budgets", {}),
        ("cost except Azure last week", "overview", {}),
    ],
)
def test_a_link_opens_where_the_answer_is(
    built_warehouse: Path, question: str, uid: str, chosen: dict[str, list[str]]
) -> None:
    """Another filter or other days show another figure than the answer."""
    path = _path(built_warehouse, question)

    parts = urlsplit(path)
    query = parse_qs(parts.query)
    assert parts.path == f"/d/llm-costs-{uid}/llm-costs-{uid}"
    assert {n: v for n, v in query.items() if n.startswith("var-")} == chosen


def test_a_link_spans_the_days_of_the_answer_in_utc(built_warehouse: Path) -> None:
    """A day too many is a day of cost too many."""
    path = _path(built_warehouse, "cost in October 2026")

    query = parse_qs(urlsplit(path).query)
    assert query["from"] == ["1790812800000"]
    assert query["to"] == ["1793491199999"]


def test_models_that_match_a_word_are_chosen_by_their_own_names(
    built_warehouse: Path,
) -> None:
    """The variable knows claude-sonnet-4-6, not sonnet."""
    path = _path(built_warehouse, "cost of claude sonnet by model in October 2026")

    chosen = parse_qs(urlsplit(path).query)["var-model"]
    assert chosen
    assert all("sonnet" in one and one != "claude-sonnet" for one in chosen)


def test_what_has_no_days_has_no_link(built_warehouse: Path) -> None:
    """Help and questions back are no figures."""
    asker = Asker(
        reader=DuckDBReader(path=built_warehouse),
        scope=Scope.everything(),
        today=SATURDAY,
    )

    for question in ("help", "cost of frobnication", "tell me a joke"):
        assert answer_question(question, asker)[0].dashboard is None


def test_how_fresh_bills_are_is_shown_to_who_runs_the_platform(
    built_warehouse: Path,
) -> None:
    """A customer has no such dashboard: the link would lead to an error."""
    found = []
    for scope in (Scope.everything(), Scope.only(["acme"])):
        asker = Asker(
            reader=DuckDBReader(path=built_warehouse), scope=scope, today=SATURDAY
        )
        answer, _ = answer_question("how fresh is the data", asker)
        assert answer.rows
        found.append(answer.dashboard)

    health = "llm-costs-health"
    assert found == [("Data Health", f"/d/{health}/{health}"), None]


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("cost in October 2026", "all-clouds"),
        ("cost by customer in October 2026", "all-clouds"),
        ("how much budget is left", "all-clouds"),
        ("AWS cost by model in October 2026", "redshift-models"),
        ("Azure cost in October 2026", "sqlserver-overview"),
        ("cost except Azure in October 2026", "all-clouds"),
        ("cost of AWS and Azure by model in October 2026", "all-clouds"),
        ("AWS cost of acme in October 2026", "redshift-customer"),
    ],
)
def test_in_phase_2_a_link_opens_what_has_all_of_the_figure(
    built_warehouse: Path, question: str, address: str
) -> None:
    """A dashboard of one warehouse shows a part of the answer as if it were all."""
    names = (("redshift", "AWS"), ("sqlserver", "Azure"), ("bq", "GCP"))
    parts = tuple(
        Part(
            # The rows are the same here; where they are from decides the link.
            reader=Elsewhere(path=built_warehouse, target=target),
            providers=(provider,),
        )
        for target, provider in names
    )
    asker = Asker(
        reader=CachedReader(Joined(path=built_warehouse, parts=parts)),
        scope=Scope.everything(),
        today=SATURDAY,
    )

    answer, _ = answer_question(question, asker)

    assert answer.dashboard
    uid = urlsplit(answer.dashboard[1]).path.split("/")[2]
    assert uid == f"llm-costs-{address}"
    generated = Path("dashboards/generated/phase_2") / f"{uid}.json"
    built = json.loads(generated.read_text("utf-8"))
    assert (built["uid"], built["title"]) == (uid, answer.dashboard[0])
    known = {f"var-{one['name']}" for one in built["templating"]["list"]}
    assert set(parse_qs(urlsplit(answer.dashboard[1]).query)) <= {*known, "from", "to"}
