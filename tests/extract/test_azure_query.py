"""What is asked of the Query API beyond one subscription, how fast, and which days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from azure_answers import answering, full_page, page
from extract_bills import SCOPE, azure_row, write_azure
from hypothesis import given
from hypothesis import strategies as st

import extract
from extract.doctor import Check, examine
from extract.errors import ExtractError
from extract.sources.azure_costs import AzureBill, AzureCostsSettings
from extract.sources.azure_costs.layouts import newest_of_each_day
from extract.sources.azure_costs.pace import CONSUMED, Pace
from extract.sources.azure_costs.runs import Run
from extract.windows import period_of
from sample_bills import azure_server

SECTION = "SOURCES__AZURE_COSTS__"
GROUP = "providers/Microsoft.Management/managementGroups/all"
REAL = Path(__file__).parents[1] / "data" / "azure" / "query_rows_real.json"


def load(**options: Any) -> list[Any]:
    return extract.run(["azure_costs"], progress=False, **options)


class November:
    """A clock that stands in November 2026."""

    @staticmethod
    def now(zone: Any) -> datetime:
        """Return the moment."""
        return datetime(2026, 11, 20, tzinfo=zone)


@pytest.fixture
def ask(monkeypatch):
    """Point the source at a server, a month and some scopes."""

    def point(base_url: str, *scopes: str) -> None:
        monkeypatch.setenv(f"{SECTION}BASE_URL", base_url)
        monkeypatch.setenv(f"{SECTION}SCOPES", json.dumps(scopes or [SCOPE]))
        monkeypatch.setenv(f"{SECTION}HISTORY_PERIODS", "1")
        monkeypatch.setattr("extract.sources.azure_costs.query.datetime", November)

    return point


def test_a_wider_scope_tells_its_subscriptions_and_takes_their_place(world, ask):
    """Resources are told within a subscription only; the rest would be refused."""
    rows = [
        azure_row(n, SubscriptionId=f"S{n % 2}", UsageDate=20261103) for n in range(4)
    ]
    path = write_azure(world.azure, "2026-11", rows)
    wide = world.azure / GROUP / "query" / "2026-11"
    wide.parent.mkdir(parents=True)
    path.parent.rename(wide)
    write_azure(world.azure, "2026-11", [azure_row(UsageDate=20261103)])
    with azure_server.serve(world.azure) as base_url:
        ask(base_url, GROUP)
        (group,) = load()
        assert (group.status, group.rows) == ("loaded", 2)
        assert world.rows(
            "select distinct subscription_id, resource_id, scope "
            "from raw_azure.cost_rows order by 1"
        ) == [("S0", None, GROUP), ("S1", None, GROUP)]
        # One of its subscriptions is the same money.
        (world.azure / "subscriptions" / "s1").mkdir()
        (world.azure / SCOPE / "query").rename(
            world.azure / "subscriptions" / "s1" / "query"
        )
        ask(base_url, "subscriptions/s1")
        (one,) = load()
    assert one.status == "refused"
    assert f"already loaded as {GROUP}/2026-11" in one.message


def test_a_second_pass_tells_costs_by_deployment_and_bills_nothing(
    world, ask, monkeypatch
):
    """A deployment is told by a tag for which the first pass has no room."""
    monkeypatch.setenv(f"{SECTION}SECOND_PASS_TAGS", '["deployment"]')
    tags = ['"customer":"acme"', '"deployment":"gpt-5-mini"']
    rows = [azure_row(n, UsageDate=20261103, Tags=tags) for n in range(3)]
    write_azure(world.azure, "2026-11", [*rows, azure_row(4, UsageDate=20261104)])
    with azure_server.serve(world.azure, most_groupings=2) as base_url:
        ask(base_url)
        (result,) = load()
    assert (result.rows, result.cost) == (4, {"EUR": 12})
    assert world.rows(
        "select cost_type, tag_key, tag_value, sum(cost) from raw_azure.cost_rows "
        "group by all order by all"
    ) == [
        ("ActualCost", None, None, 12.0),
        ("ActualCost by tag", "deployment", "", 3.0),
        ("ActualCost by tag", "deployment", "gpt-5-mini", 9.0),
    ]


def test_the_newest_days_are_marked_until_they_are_complete(world, ask, monkeypatch):
    """Yesterday is half a day, and looks like a drop of one half."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=age) for age in range(6)]
    days = [day for day in days if period_of(day) == period_of(today)]

    def reply(number: int, body: Any, handler: Any) -> Any:
        told = json.loads(full_page(body))["properties"]
        names = [column["name"] for column in told["columns"]]
        if "UsageDate" not in names:
            told["rows"][0][names.index("Cost")] = float(len(days))
        else:
            row = told["rows"][0]
            told["rows"] = []
            for day in days:
                told["rows"].append(list(row))
                told["rows"][-1][names.index("UsageDate")] = int(f"{day:%Y%m%d}")
        return 200, {}, json.dumps({"properties": told}).encode()

    with answering(reply) as (base_url, _):
        ask(base_url)
        monkeypatch.setattr("extract.sources.azure_costs.query.datetime", datetime)
        (result,) = load()
    assert result.status == "loaded", result.message
    found = dict(
        world.rows("select usage_date, is_provisional from raw_azure.cost_rows")
    )
    newest = today - timedelta(days=2)
    assert found == {int(f"{day:%Y%m%d}"): day >= newest for day in days}


def test_a_network_that_breaks_in_mid_page_keeps_the_month(world, ask):
    """Half a page is no page, and no part of a month."""
    cuts = False

    def reply(number: int, body: Any, handler: Any) -> Any:
        link = f"http://{handler.headers['Host']}/next?api-version=2021-10-01"
        is_first = "api-version=2021" not in handler.path
        is_daily = body["dataset"]["granularity"] == "Daily"
        answer = full_page(body, link=link if is_first and is_daily else "")
        if not is_daily:
            answer = full_page(body, 2.0)
        if cuts and not is_first:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(answer)))
            handler.end_headers()
            handler.wfile.write(answer[: len(answer) // 2])
            handler.wfile.flush()
            handler.connection.close()
            raise ConnectionAbortedError
        return 200, {}, answer

    with answering(reply) as (base_url, requests):
        ask(base_url)
        assert [r.status for r in load()] == ["loaded"]
        # The next page is asked for as the link says, whatever its version.
        assert requests[1][0] == "/next?api-version=2021-10-01"
        assert requests[1][1] == requests[0][1]
        cuts = True
        (result,) = load(full_refresh=True)
        assert result.status == "failed"
        assert f"The server {base_url} broke off the connection" in result.message
        assert world.current_cost("raw_azure.cost_rows", "cost") == 2
        cuts = False
        assert [r.status for r in load(full_refresh=True)] == ["loaded"]
    assert world.current_cost("raw_azure.cost_rows", "cost") == 2


def test_live_rows_are_read_by_the_names_of_their_columns(world, ask):
    """Their columns stand in another order than in the documents."""
    real = json.loads(REAL.read_text())
    total = sum(row[0] for row in real["rows"])

    def reply(number: int, body: Any, handler: Any) -> Any:
        asked = [group["name"] for group in body["dataset"]["grouping"]]
        if body["dataset"]["granularity"] == "None":
            row = {"ServiceName": "Foundry Models", "ChargeType": "Usage"}
            values = [total, *(row[name] for name in asked), "EUR"]
            return 200, {}, page(["Cost", *asked, "Currency"], values)
        if asked != ["ResourceId", "Meter"]:
            error = {"code": "BadRequest", "message": "Dataset grouping: too many"}
            return 400, {}, json.dumps({"error": error}).encode()
        names = ["Cost", "UsageQuantity", "UsageDate", *asked, "Currency"]
        rows = [[r[0], r[1], 20261103, "/x", r[2], r[5]] for r in real["rows"]]
        return 200, {}, page(names, *rows)

    with answering(reply) as (base_url, _):
        ask(base_url)
        (result,) = load()
    assert result.status == "loaded", result.message
    assert world.rows(
        "select meter, usage_quantity, cost from raw_azure.cost_rows order by cost"
    ) == [(r[2], r[1], r[0]) for r in sorted(real["rows"])]


# --- The budget, and the days that count ----------------------------------------------


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.now += seconds


@given(st.lists(st.integers(1, 4), min_size=1, max_size=80))
def test_no_window_ever_holds_more_units_than_azure_allows(costs):
    """Who exceeds it is sent away, and everybody else of the tenant with him."""
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    spent: list[tuple[float, int]] = []
    for units in costs:
        pace.wait()
        assert sum(u for at, u in spent if at > clock.now - 10) < 12
        assert sum(u for at, u in spent if at > clock.now - 60) < 60
        pace.spend({CONSUMED: str(units)})
        spent.append((clock.now, units))
    assert all(one[0] <= other[0] for one, other in pairwise(spent))


def test_an_hour_that_is_used_up_ends_in_a_message():
    """A job that sleeps for an hour looks like one that hangs."""
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for _ in range(600):
        pace.wait()
        pace.spend({CONSUMED: "nonsense"})
    with pytest.raises(ExtractError, match="600 query units"):
        pace.wait()
    assert clock.now < 3_600


SPANS = st.tuples(st.integers(1, 31), st.integers(1, 31)).map(sorted)


@given(st.lists(SPANS, min_size=1, max_size=6))
def test_every_exported_day_counts_by_its_newest_run(spans):
    """A day that counts twice, or by an older run, is another bill."""
    runs = [
        Run(
            export="e",
            folder="e",
            first=date(2026, 10, first),
            last=date(2026, 10, last),
            age=("", float(number), ""),
        )
        for number, (first, last) in enumerate(spans)
    ]
    kept = newest_of_each_day(runs)
    counted = [day for run in kept for day in run.days]
    assert len(counted) == len(set(counted))
    assert set(counted) == {day for run in runs for day in run.own_days()}
    for run in kept:
        for day in run.days:
            assert run.age == max(r.age for r in runs if day in r.own_days())


@given(
    st.dates(date(2020, 1, 1), date(2026, 6, 30)),
    st.integers(0, 24),
    st.integers(0, 60),
)
def test_the_months_of_the_last_35_days_are_always_looked_at(last, earlier, days):
    """A month that closes on the fifth is restated until then."""
    bill = AzureBill(AzureCostsSettings(look_back_days=days))
    periods = {period_of(last - timedelta(days=31 * n)) for n in range(earlier + 1)}
    found = bill.look_back(sorted(periods), "")
    end = (date(last.year + last.month // 12, last.month % 12 + 1, 1)) - timedelta(1)
    assert {period_of(end - timedelta(days=n)) for n in range(max(days, 35) + 1)} == (
        found
    )


# --- The doctor -----------------------------------------------------------------------


def found(*statuses: str) -> dict[str, Check]:
    checks = {c.name: c for c in examine(["azure_costs"]) if c.subject != "warehouse"}
    assert not statuses or {c.status for c in checks.values()} == set(statuses)
    return checks


def test_the_doctor_asks_each_scope_and_looks_for_its_services(world, ask, monkeypatch):
    """A renamed service is first missed when the bill arrives."""
    write_azure(world.azure, "2026-11", [azure_row(UsageDate=20261103)])
    with azure_server.serve(world.azure) as base_url:
        ask(base_url)
        checks = found("ok")
        assert checks["API"].detail == f"{SCOPE} answers: 1 services in 2026-11"
        assert checks["services"].detail == f"{SCOPE} has Foundry Models"
        monkeypatch.setenv(f"{SECTION}SERVICE_NAMES", '["Azure OpenAI"]')
        checks = found("ok", "warning")
        assert "has none of Azure OpenAI; it has Foundry Models" in (
            checks["services"].detail
        )
        assert "Azure has renamed its AI services before" in checks["services"].remedy
        ask(base_url, "subscriptions/mistyped")
        assert "could not be found" in found()["API"].detail
    denied = {"error": {"code": "RBACAccessDenied", "message": "no role"}}
    with answering(lambda *_: (403, {}, json.dumps(denied).encode())) as (url, _):
        ask(url)
        check = found()["API"]
    assert check.status == "problem"
    assert "answered 403: RBACAccessDenied: no role Give the identity" in check.detail
    assert "The role to have" in check.remedy


def test_the_doctor_says_who_signs_in_and_what_is_lacking(world, monkeypatch):
    """An expired secret looks like a missing role."""
    monkeypatch.setenv(f"{SECTION}BASE_URL", "https://management.azure.com")
    monkeypatch.setenv(f"{SECTION}SCOPES", json.dumps([SCOPE]))
    monkeypatch.setenv(f"{SECTION}CLIENT_SECRET", "s")
    assert "tenant_id and sources.azure_costs.client_id" in found()["settings"].detail

    class Expired:
        def get_token(self, *_: Any) -> None:
            raise ValueError("AADSTS7000222: The provided client secret keys expired")

    monkeypatch.setenv(f"{SECTION}TENANT_ID", "t")
    monkeypatch.setenv(f"{SECTION}CLIENT_ID", "c")
    monkeypatch.setattr(
        "extract.sources.azure_costs.doctor.make_credential", lambda _: Expired()
    )
    check = found()["credentials"]
    assert (check.status, "AADSTS7000222" in check.detail) == ("problem", True)
    assert "az login" in check.remedy
