"""The Azure source: pages, refusals, patience, and agreement with the totals."""

from __future__ import annotations

import json
import logging
import socket
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from azure_answers import answering, full_page, page
from extract_bills import SCOPE, azure_row, write_azure

import extract
from extract.errors import ExtractError
from extract.sources.azure_costs import AzureBill, AzureCostsSettings
from extract.sources.azure_costs.client import CostClient, wait_seconds
from extract.sources.azure_costs.settings import GROUPINGS
from sample_bills import azure_server


def load(**options: Any) -> list[Any]:
    return extract.run(["azure_costs"], progress=False, **options)


@pytest.fixture
def live(monkeypatch):
    """Point the source at a server; one scope, one month."""

    def point(base_url: str) -> None:
        monkeypatch.setenv("SOURCES__AZURE_COSTS__BASE_URL", base_url)
        monkeypatch.setenv("SOURCES__AZURE_COSTS__SCOPES", json.dumps([f"/{SCOPE}"]))
        monkeypatch.setenv("SOURCES__AZURE_COSTS__HISTORY_PERIODS", "1")

    return point


def test_every_page_is_read_and_the_rest_of_the_bill_is_added_up(world):
    """The SDK gives the first 1,000 rows and says nothing of the others."""
    rows = [azure_row(number) for number in range(2_300)]
    rows.append(azure_row(1, 40.0, ServiceName="Storage", ChargeType="Usage"))
    write_azure(world.azure, "2026-10", rows)
    (result,) = load()
    assert (result.rows, result.cost) == (2_300, {"EUR": Decimal(6_940)})
    assert world.rows("select sum(cost) from raw_azure.cost_rows") == [(6_900.0,)]
    assert world.rows(
        "select scope, billing_period, service_name, currency, cost "
        "from raw_azure.filtered_totals"
    ) == [(SCOPE, "2026-10", "Storage", "EUR", Decimal(40))]
    assert world.rows("select files from raw_ops.load_ledger") == [(3,)]
    assert [result.status for result in load()] == ["unchanged"]


def test_tags_arrive_as_key_and_value(world):
    """Without them nobody knows which customer a shared resource served."""
    write_azure(world.azure, "2026-10", [azure_row(), azure_row(2, Tags=[])])
    load()
    assert world.rows(
        "select tag_key, tag_value, usage_date, cost_type, scope "
        "from raw_azure.cost_rows order by usage_date"
    ) == [
        ("customer", "acme", 20261002, "ActualCost", SCOPE),
        ("customer", "", 20261003, "ActualCost", SCOPE),
    ]


def test_a_restated_month_replaces_and_a_month_between_may_be_empty(world):
    """Azure re-rates a month for days; appended, each version would count."""
    write_azure(world.azure, "2026-08", [azure_row(UsageDate=20260801)])
    write_azure(world.azure, "2026-10", [azure_row()])
    assert [r.rows for r in load()] == [1, 0, 1]
    write_azure(world.azure, "2026-10", [azure_row(cost=4.5)])
    assert {r.billing_period: r.status for r in load()}["2026-10"] == "loaded"
    assert world.current_cost("raw_azure.cost_rows", "cost") == Decimal("7.5")


def test_a_service_that_was_renamed_does_not_empty_the_month(world):
    """The old name is answered with no rows and HTTP 200."""
    write_azure(world.azure, "2026-10", [azure_row()])
    load()
    write_azure(world.azure, "2026-10", [azure_row(ServiceName="Foundry Next")])
    (result,) = load()
    assert result.status == "refused"
    assert "sources.azure_costs.service_names" in result.message
    assert world.current_cost("raw_azure.cost_rows", "cost") == 3


@pytest.mark.parametrize(
    ("most", "grouped_by"),
    [(3, "ResourceId, Meter, MeterSubcategory"), (2, "ResourceId, Meter")],
)
def test_fewer_groupings_are_asked_for_when_many_are_refused(
    world, live, monkeypatch, most, grouped_by
):
    """The documented limit is two groupings; some agreements enforce it."""
    write_azure(world.azure, "2026-11", [azure_row(UsageDate=20261103)])
    monkeypatch.setattr("extract.sources.azure_costs.query.datetime", _November)
    with azure_server.serve(world.azure, most_groupings=most) as base_url:
        live(base_url)
        (result,) = load()
    assert result.rows == 1
    assert world.rows("select source_file, service_name from raw_azure.cost_rows") == [
        (f"ActualCost 2026-11 by {grouped_by}", None)
    ]


def test_a_dimension_that_an_agreement_lacks_is_left_out_alone(
    world, live, monkeypatch
):
    """Falling back to three groupings would lose the customer tag as well."""
    write_azure(world.azure, "2026-11", [azure_row(UsageDate=20261103)])
    monkeypatch.setattr("extract.sources.azure_costs.query.datetime", _November)
    with azure_server.serve(world.azure, is_legacy=True) as base_url:
        live(base_url)
        load()
    assert world.rows(
        "select unit_of_measure, service_name, tag_value from raw_azure.cost_rows"
    ) == [(None, "Foundry Models", "acme")]


class _November:
    """A clock that stands in November 2026."""

    @staticmethod
    def now(zone: Any) -> Any:
        return datetime(2026, 11, 20, tzinfo=zone)


def test_the_largest_wait_that_azure_asks_for_is_waited(world, live, monkeypatch):
    """Asking again too early lengthens the ban."""
    waits: list[float] = []
    monkeypatch.setattr("extract.sources.azure_costs.client.time.sleep", waits.append)
    write_azure(world.azure, "2026-11", [azure_row(UsageDate=20261103)])
    monkeypatch.setattr("extract.sources.azure_costs.query.datetime", _November)
    with azure_server.serve(world.azure, throttled={1, 2}, retry_after=7) as base_url:
        live(base_url)
        (result,) = load()
    assert result.rows == 1
    assert waits == [7.0, 7.0]
    headers = {
        "x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after": "4",
        "x-ms-ratelimit-microsoft.costmanagement-entity-retry-after": "31",
        "Retry-After": "nonsense",
    }
    assert wait_seconds(headers, 1) == 31
    assert wait_seconds({}, 2) == 30


def test_a_ban_without_end_becomes_a_message(world, live, monkeypatch):
    """A job that sleeps for hours looks like one that hangs."""
    monkeypatch.setattr("extract.sources.azure_costs.client.time.sleep", lambda _: None)

    def throttle(number: int, body: Any, handler: Any) -> Any:
        seconds = {"x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after": "3600"}
        return 429, seconds, b'{"error": {"code": "429", "message": "Too many"}}'

    with answering(throttle) as (base_url, requests):
        live(base_url)
        (result,) = load()
    assert len(requests) == 1
    assert "asks to wait 3600 s" in result.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>gateway</html>", "is not JSON"),
        (b"[]", "it has no properties"),
        (b'{"properties": {"columns": [], "rows": 3}}', "no list of columns"),
        (page(["Cost", "Currency"], [1.0, "EUR"]), "it has no column ChargeType"),
        (b'{"properties": {"columns": [{"name": "Cost"}], "rows": [[1, 2]]}}', "row 1"),
    ],
)
def test_a_malformed_page_is_named_and_nothing_of_the_month_is_loaded(
    world, live, answer, words
):
    """A page that is misread shifts costs between columns without an error."""
    with answering(lambda *_: (200, {}, answer)) as (base_url, _):
        live(base_url)
        (result,) = load()
    assert result.status == "failed"
    assert words in result.message
    assert f"{SCOPE} 20" in result.message
    assert "page 1" in result.message
    assert world.rows("select count(*) from raw_azure.cost_rows") == [(0,)]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Cost", "12", "Cost is '12', not a number"),
        ("UsageDate", 20261399, "UsageDate is 20261399"),
        ("Meter", 5, "Meter is 5, not a text"),
        ("Currency", None, "a row has no Currency"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(world, live, column, value, words):
    """The second page is checked as the first is."""

    def reply(number: int, body: Any, handler: Any) -> Any:
        host = handler.headers["Host"]
        if number == 1:
            return 200, {}, full_page(body, link=f"http://{host}/next?$skiptoken=2")
        bad = json.loads(full_page(body))["properties"]
        names = [one["name"] for one in bad["columns"]]
        bad["rows"][0][names.index(column)] = value
        return 200, {}, json.dumps({"properties": bad}).encode()

    with answering(reply) as (base_url, requests):
        live(base_url)
        (result,) = load()
    assert words in result.message
    assert "page 2" in result.message
    assert requests[1][0] == "/next?$skiptoken=2"
    assert requests[1][1] == requests[0][1]


def test_rows_that_do_not_add_up_to_the_total_are_asked_for_once_more(world, live):
    """A page lost between two refreshes would lower the bill unseen."""

    def reply(number: int, body: Any, handler: Any) -> Any:
        is_daily = body["dataset"]["granularity"] == "Daily"
        return 200, {}, full_page(body, 1.0 if is_daily and number < 3 else 2.0)

    with answering(reply) as (base_url, requests):
        live(base_url)
        assert [r.status for r in load()] == ["loaded"]
    # The fifth tells that the amortized cost is the same.
    assert len(requests) == 5
    with answering(
        lambda number, body, _: (200, {}, full_page(body, float(number)))
    ) as (base_url, requests):
        live(base_url)
        (result,) = load()
    assert len(requests) == 4
    assert "3.00 against 4.00 EUR" in result.message
    assert world.current_cost("raw_azure.cost_rows", "cost") == 2


def test_the_token_goes_to_the_configured_server_only(world, live):
    """A forged next link would carry the token away."""

    def reply(number: int, body: Any, handler: Any) -> Any:
        return 200, {}, full_page(body, link="https://evil.example/next")

    with answering(reply) as (base_url, _):
        live(base_url)
        (result,) = load()
    assert "https://evil.example, another server" in result.message
    with pytest.raises(ExtractError, match="only https://"):
        CostClient("http://management.azure.com", AzureCostsSettings())


def test_a_refusal_says_what_azure_said(world, live):
    """The role that is missing stands in Azure's answer and nowhere else."""
    error = {"error": {"code": "RBACAccessDenied", "message": "needs the role Reader"}}
    with answering(lambda *_: (403, {}, json.dumps(error).encode())) as (base_url, _):
        live(base_url)
        (result,) = load()
    assert "answered 403: RBACAccessDenied: needs the role Reader" in (result.message)


@pytest.mark.parametrize("status", [401, 404, 409, 422])
def test_a_refusal_that_waiting_does_not_mend_is_not_waited_for(world, live, status):
    """Minutes of waiting end with a message that blames throttling."""
    error = {"error": {"code": "Broken", "message": "the page is cut off"}}
    with answering(lambda *_: (status, {}, json.dumps(error).encode())) as (
        base_url,
        requests,
    ):
        live(base_url)
        (result,) = load()
    assert len(requests) == 1
    assert "Azure answered" not in result.message
    assert "the page is cut off" in result.message


FEE = azure_row(3, 300.0, ChargeType="Purchase", UsageQuantity=1.0)
COVERED = azure_row(4, 0.0, PricingModel="Reservation", UsageQuantity=24.0)
UNUSED = azure_row(5, 2.0, ChargeType="UnusedReservation", UsageQuantity=6.0)
BILLED = [azure_row(1), FEE, COVERED]
SPREAD = [azure_row(1), {**COVERED, "Cost": 8.0}, UNUSED]


def test_a_reservation_is_landed_both_ways_and_billed_once(world):
    """Added up, both ways of showing one reservation double the bill."""
    storage = azure_row(1, 40.0, ServiceName="Storage")
    write_azure(world.azure, "2026-10", [*BILLED, storage])
    write_azure(world.azure, "2026-10", [*SPREAD, storage], "query-amortized")
    (result,) = load()
    assert (result.rows, result.cost) == (3, {"EUR": Decimal(343)})
    assert world.rows(
        "select cost_type, count(*), sum(cost), min(source_file) "
        "from raw_azure.cost_rows group by all order by all"
    ) == [
        ("ActualCost", 3, 303.0, _asked("ActualCost")),
        ("AmortizedCost", 3, 13.0, _asked("AmortizedCost")),
    ]
    assert world.rows("select landed_rows, landed_cost from raw_ops.load_ledger") == [
        (3, Decimal(303))
    ]
    assert [result.status for result in load()] == ["unchanged"]
    more = [*SPREAD[:2], {**UNUSED, "Cost": 3.0}, storage]
    write_azure(world.azure, "2026-10", more, "query-amortized")
    assert [result.status for result in load()] == ["loaded"]


def _asked(cost_type: str) -> str:
    return f"{cost_type} 2026-10 by {', '.join([*GROUPINGS, 'TagKey', 'TagValue'])}"


def test_a_month_without_commitments_costs_one_small_request_more(world, live):
    """The quota is small: the same rows must not be read twice every day."""
    with answering(lambda _, body, __: (200, {}, full_page(body))) as (url, requests):
        live(url)
        load()
    asked = [(body["type"], body["dataset"]["granularity"]) for _, body in requests]
    assert asked == [
        ("ActualCost", "Daily"),
        ("ActualCost", "None"),
        ("AmortizedCost", "None"),
    ]
    assert world.rows("select distinct cost_type from raw_azure.cost_rows") == [
        ("ActualCost",)
    ]


def test_a_fully_used_reservation_is_noticed_though_its_sum_is_the_same(world):
    """A fee of 300 and 300 of covered hours are one sum and two days' costs."""
    write_azure(world.azure, "2026-10", BILLED)
    spread = [azure_row(1), {**COVERED, "Cost": 300.0}]
    write_azure(world.azure, "2026-10", spread, "query-amortized")
    load()
    assert world.rows(
        "select count(*) from raw_azure.cost_rows where cost_type = 'AmortizedCost'"
    ) == [(2,)]


def test_an_agreement_that_refuses_amortized_costs_is_loaded_without(
    world, live, caplog
):
    """Pay-as-you-go scopes know one type of cost only; their bill still counts."""

    def reply(number: int, body: Any, handler: Any) -> Any:
        if body["type"] == "AmortizedCost":
            words = "Invalid definition type 'AmortizedCost'; valid values: 'Usage'."
            error = {"error": {"code": "400", "message": words}}
            return 400, {}, json.dumps(error).encode()
        return 200, {}, full_page(body)

    with answering(reply) as (base_url, requests), caplog.at_level(logging.WARNING):
        live(base_url)
        assert [result.status for result in load()] == ["loaded"]
        first = len(requests)
    assert first == 4
    assert f"{SCOPE}: Azure does not give amortized costs" in caplog.text
    assert "valid values: 'Usage'" in caplog.text
    assert "sources.azure_costs.amortized = false" in caplog.text
    assert world.current_cost("raw_azure.cost_rows", "cost") == 1


def test_amortized_costs_can_be_switched_off(world, monkeypatch):
    """A scope near its quota needs every request for the bill itself."""
    monkeypatch.setenv("SOURCES__AZURE_COSTS__AMORTIZED", "false")
    write_azure(world.azure, "2026-10", BILLED)
    write_azure(world.azure, "2026-10", SPREAD, "query-amortized")
    load()
    assert world.current_cost("raw_azure.cost_rows", "cost") == 303
    monkeypatch.delenv("SOURCES__AZURE_COSTS__AMORTIZED")
    assert [result.status for result in load()] == ["loaded"]
    assert world.current_cost("raw_azure.cost_rows", "cost") == 316
    monkeypatch.setenv("SOURCES__AZURE_COSTS__AMORTIZED", "false")
    assert [result.status for result in load()] == ["loaded"]
    assert world.current_cost("raw_azure.cost_rows", "cost") == 303


def test_amortized_rows_that_do_not_add_up_are_asked_for_once_more(world, live):
    """Half a page of amortized rows would be money saved that never was."""
    costs = {"ActualCost": 5.0, "AmortizedCost": 8.0}

    def reply(number: int, body: Any, handler: Any) -> Any:
        is_short = body["type"] == "AmortizedCost" and number < good_from
        is_daily = body["dataset"]["granularity"] == "Daily"
        cost = 3.0 if is_short and is_daily else costs[body["type"]]
        return 200, {}, full_page(body, cost)

    good_from = 5
    with answering(reply) as (base_url, requests):
        live(base_url)
        assert [result.status for result in load()] == ["loaded"]
    assert len(requests) == 8
    assert world.current_cost("raw_azure.cost_rows", "cost") == 13
    good_from = 99
    costs["ActualCost"] = 6.0
    with answering(reply) as (base_url, _):
        live(base_url)
        (result,) = load()
    assert "3.00 against 8.00 EUR amortized" in result.message
    assert world.current_cost("raw_azure.cost_rows", "cost") == 13


def test_amortized_rows_are_grouped_as_the_billed_ones(world, live, monkeypatch):
    """Effective cost under other customers than the billed cost is nobody's cost."""
    monkeypatch.setattr("extract.sources.azure_costs.query.datetime", _November)
    for kind, rows in (("query", BILLED), ("query-amortized", SPREAD)):
        dated = [{**row, "UsageDate": 20261103} for row in rows]
        write_azure(world.azure, "2026-11", dated, kind)
    with azure_server.serve(world.azure, most_groupings=3) as base_url:
        live(base_url)
        load()
    assert world.rows(
        "select distinct source_file from raw_azure.cost_rows order by 1"
    ) == [
        ("ActualCost 2026-11 by ResourceId, Meter, MeterSubcategory",),
        ("AmortizedCost 2026-11 by ResourceId, Meter, MeterSubcategory",),
    ]


def test_amortized_rows_that_get_lost_on_the_way_are_noticed(world, monkeypatch):
    """They are no part of the bill, so the bill's own check cannot see them."""
    write_azure(world.azure, "2026-10", BILLED)
    write_azure(world.azure, "2026-10", SPREAD, "query-amortized")
    land = AzureBill.read

    def lose_a_row(bill: Any, unit_load: Any) -> Any:
        for name, batch in land(bill, unit_load):
            yield name, batch.slice(0, len(batch) - (name == "cost_rows"))

    monkeypatch.setattr(AzureBill, "read", lose_a_row)
    (result,) = load()
    assert result.status == "failed"
    assert "read 3 rows and 13.000000000 EUR for cost_rows, but 2" in result.message


def test_a_server_on_this_machine_that_hangs_up_is_an_error_at_once(world, live):
    """A local server that crashed was asked again for six minutes."""

    def hang_up(number: int, body: Any, handler: Any) -> Any:
        handler.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError

    with answering(hang_up) as (base_url, requests):
        live(base_url)
        (result,) = load()
    assert len(requests) == 1
    assert f"The server {base_url} broke off the connection" in result.message
