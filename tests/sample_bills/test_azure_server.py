"""The Azure server answers and refuses as the Cost Management API does."""

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from sample_bills.azure_server import serve

from .reading import read_azure

SCOPE = "subscriptions/5a3f0c1e-7b62-4d19-9c44-2e8f60b1d7a3"
QUERY = "providers/Microsoft.CostManagement/query?api-version=2025-03-01"
COST = {"totalCost": {"name": "Cost", "function": "Sum"}}
BY_METER = [{"type": "Dimension", "name": "Meter"}]
BY_RESOURCE = [*BY_METER, {"type": "Dimension", "name": "ResourceId"}]


class Reply:
    """What came back."""

    def __init__(self, status: int, headers: Message, content: bytes) -> None:
        """Keep the answer's parts."""
        self.status = status
        self.headers = headers
        self.body = json.loads(content) if content else None

    @property
    def names(self) -> list[str]:
        """Give the names of the columns."""
        return [column["name"] for column in self.body["properties"]["columns"]]

    @property
    def rows(self) -> list[list[Any]]:
        """Give the rows."""
        rows: list[list[Any]] = self.body["properties"]["rows"]
        return rows

    @property
    def message(self) -> str:
        """Give the message of an error."""
        assert self.body["error"]["code"]
        return str(self.body["error"]["message"])


def _post(url: str, body: object) -> Reply:
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


def _make_query(
    grouping: list[dict[str, str]] | None = None,
    first: str = "2026-09-01",
    last: str = "2026-09-30",
    **dataset: object,
) -> dict[str, Any]:
    return {
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": {"from": f"{first}T00:00:00Z", "to": f"{last}T23:59:59Z"},
        "dataset": {
            "granularity": "Daily",
            "aggregation": COST,
            "grouping": grouping or BY_METER,
            **dataset,
        },
    }


@pytest.fixture(scope="module")
def url(bills: Path) -> Iterator[str]:
    """Give the URL of the query on a server over the bills."""
    with serve(bills / "azure") as base_url:
        yield f"{base_url}/{SCOPE}/{QUERY}"


def _sum_september(bills: Path, **values: str) -> Decimal:
    return sum(
        (
            Decimal(str(row["Cost"]))
            for row in read_azure(bills)
            if str(row["UsageDate"]).startswith("202609")
            and all(row[name] == value for name, value in values.items())
        ),
        Decimal(0),
    )


def test_pages_follow_one_another_to_the_whole_bill(url: str, bills: Path) -> None:
    """A loader that stops at the first page loses the rest without a word."""
    query = _make_query(BY_RESOURCE)
    reply = _post(url, query)
    assert len(reply.rows) == 1000
    rows = list(reply.rows)
    while link := reply.body["properties"]["nextLink"]:
        assert "api-version=2021-10-01" in link
        reply = _post(link, query)
        rows += reply.rows
    assert len(rows) > 1000
    assert sum(Decimal(str(row[0])) for row in rows) == _sum_september(bills)


def test_a_page_can_be_larger_or_smaller(url: str) -> None:
    """A loader may ask for 5000 rows to save requests."""
    assert len(_post(f"{url}&$top=7", _make_query(BY_RESOURCE)).rows) == 7
    reply = _post(f"{url}&$top=5000", _make_query(BY_RESOURCE))
    assert reply.body["properties"]["nextLink"] is None
    assert "from 1 to 5000" in _post(f"{url}&$top=5001", _make_query()).message


def test_the_date_stands_before_the_groupings_and_the_currency_last(url: str) -> None:
    """Code that reads by position takes a date for a meter."""
    reply = _post(url, _make_query(BY_RESOURCE))
    assert reply.names == ["Cost", "UsageDate", "Meter", "ResourceId", "Currency"]
    assert reply.rows[0][1] == 20260901
    assert reply.rows[0][-1] == "EUR"


def test_a_tag_key_gives_two_columns(url: str) -> None:
    """Rows without the tag must not vanish: they carry an empty value."""
    reply = _post(url, _make_query([{"type": "TagKey", "name": "customer"}]))
    assert reply.names == ["Cost", "UsageDate", "TagKey", "TagValue", "Currency"]
    values = {row[3] for row in reply.rows}
    assert {"", "acme", "stark-industries"} <= values
    assert {row[2] for row in reply.rows} == {"customer"}


def test_no_date_without_granularity_and_a_month_with_monthly(url: str) -> None:
    """The columns follow the granularity."""
    assert _post(url, _make_query(granularity="None")).names == [
        "Cost",
        "Meter",
        "Currency",
    ]
    reply = _post(url, _make_query(granularity="Monthly", first="2026-08-01"))
    assert reply.names[1] == "BillingMonth"
    assert {row[1] for row in reply.rows} == {
        "2026-08-01T00:00:00",
        "2026-09-01T00:00:00",
    }


def test_filters_narrow_the_answer(url: str, bills: Path) -> None:
    """A filter that is ignored would double what two requests load."""
    claude = {
        "dimensions": {"name": "ServiceName", "operator": "In", "values": ["saas"]}
    }
    reply = _post(url, _make_query(filter=claude))
    total = sum(Decimal(str(row[0])) for row in reply.rows)
    assert total == _sum_september(bills, ServiceName="SaaS")
    acme = {"tags": {"name": "customer", "operator": "In", "values": ["acme"]}}
    both = _post(url, _make_query(filter={"and": [claude, acme]}))
    assert 0 < sum(Decimal(str(row[0])) for row in both.rows) < total


def test_amortized_costs_spread_the_reservation(url: str, bills: Path) -> None:
    """Both types tell one story: no fee, hours with a cost, and what is idle."""
    group = [{"type": "Dimension", "name": "ChargeType"}]
    query = _make_query(group, granularity="None")
    actual = {row[1]: row[0] for row in _post(url, query).rows}
    reply = _post(url, {**query, "type": "AmortizedCost"})
    amortized = {row[1]: row[0] for row in reply.rows}
    assert set(actual) == {"Usage", "Purchase", "Refund"}
    assert set(amortized) == {"Usage", "UnusedReservation", "Refund"}
    assert amortized["Refund"] == actual["Refund"]
    rows = read_azure(bills, "query-amortized")
    september = [r for r in rows if str(r["UsageDate"]).startswith("202609")]
    assert sum(Decimal(str(row["Cost"])) for row in september) == sum(
        Decimal(str(cost)) for cost in amortized.values()
    )


def test_what_is_not_recorded_is_refused(bills: Path, tmp_path: Path) -> None:
    """An empty answer would say that nothing was amortized, which is no refusal."""
    shutil.copytree(bills / "azure" / SCOPE / "query", tmp_path / SCOPE / "query")
    with serve(tmp_path) as base_url:
        query = {**_make_query(), "type": "AmortizedCost"}
        reply = _post(f"{base_url}/{SCOPE}/{QUERY}", query)
    assert reply.status == 400
    assert "Invalid definition type 'AmortizedCost'; valid values:" in reply.message


def test_tags_can_be_included(url: str) -> None:
    """The undocumented column holds texts of name and value."""
    reply = _post(url, _make_query(include=["Tags"]))
    assert reply.names[-2:] == ["Tags", "Currency"]
    assert any('"customer":"acme"' in row[-2] for row in reply.rows)


def test_no_rows_are_no_content(url: str) -> None:
    """204 has no body: code that parses it breaks on an empty month."""
    reply = _post(url, _make_query(first="2025-01-01", last="2025-01-31"))
    assert reply.status == 204
    assert reply.body is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            _make_query([{"type": "Dimension", "name": "MeterName"}]),
            "Invalid dataset grouping: 'MeterName'; valid values: 'ResourceGroup',",
        ),
        (
            _make_query([{"type": "Dimension", "name": "MeterSubCategory"}]),
            "Invalid dataset grouping: 'MeterSubCategory'",
        ),
        (_make_query(first="2026-08-20"), "cannot exceed 31 days"),
        (_make_query(filter={"and": [{"or": []}]}), "needs at least 2 children"),
        (_make_query(aggregation={}), "1 or 2 clauses"),
        (
            _make_query(aggregation={"a": {"name": "CostInUSD", "function": "Sum"}}),
            "Invalid dataset aggregation: 'CostInUSD'",
        ),
        (
            _make_query([{"type": "Dimension", "name": "UsageQuantity"}]),
            "Invalid dataset grouping: 'UsageQuantity'",
        ),
        ({**_make_query(), "timeframe": "MonthToDate"}, "timePeriod can only be given"),
        ({**_make_query(), "timePeriod": None}, "timePeriod must be given"),
        ({**_make_query(), "type": "Actual"}, "Invalid definition type 'Actual'"),
        ([], "the body must be an object"),
    ],
)
def test_a_wrong_query_is_refused_as_the_api_does(
    url: str, query: object, message: str
) -> None:
    """A loader that asks wrongly must fail here, not first in the customer's cloud."""
    reply = _post(url, query)
    assert reply.status == 400
    assert message in reply.message


def test_the_version_and_the_scope_are_needed(url: str) -> None:
    """A wrong address is the most frequent mistake of a first set-up."""
    assert _post(url.partition("?")[0], _make_query()).status == 400
    other = url.replace("5a3f0c1e", "00000000")
    assert _post(other, _make_query()).status == 404
    assert _post(url.replace("CostManagement", "Compute"), _make_query()).status == 404


def test_throttling_says_how_long_to_wait(bills: Path) -> None:
    """The standard Retry-After is absent: only the service's own headers tell."""
    with serve(bills / "azure", throttled=[1], retry_after=3) as base_url:
        url = f"{base_url}/{SCOPE}/{QUERY}"
        first = _post(url, _make_query())
        assert first.status == 429
        prefix = "x-ms-ratelimit-microsoft.costmanagement"
        assert first.headers[f"{prefix}-qpu-retry-after"] == "3"
        assert first.headers["Retry-After"] is None
        assert _post(url, _make_query()).status == 200


def test_agreements_differ_in_what_they_allow(bills: Path) -> None:
    """An old subscription knows no UnitOfMeasure, and some take two groupings only."""
    query = _make_query([{"type": "Dimension", "name": "UnitOfMeasure"}])
    with serve(bills / "azure", is_legacy=True, most_groupings=1) as base_url:
        url = f"{base_url}/{SCOPE}/{QUERY}"
        assert "'UnitOfMeasure'" in _post(url, query).message
        assert "more than 1 clauses" in _post(url, _make_query(BY_RESOURCE)).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"properties": {"columns": [{"na', "Unterminated string"),
        ("[]", "list indices"),
        ('{"properties": {"columns": [{"name": "Cost"}], "rows": [[1, 2]]}}', "row 1"),
        ('{"properties": {"columns": [], "rows": [[]]}}', "it has no "),
    ],
)
def test_a_broken_recorded_page_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    """A traceback and a dropped connection tell a loader to wait and ask again."""
    path = tmp_path / SCOPE / "query" / "2026-09" / "page-0001.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with serve(tmp_path) as base_url:
        reply = _post(f"{base_url}/{SCOPE}/{QUERY}", _make_query())
    assert reply.status == 422
    assert f"The recorded page {path} is broken" in reply.message
    assert words in reply.message
    assert capfd.readouterr().err == ""
