"""What chat answers on an engine, held against its answers on DuckDB."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from engine_builds import Built
from engines import Engine
from parity import Column, Rows, compared, differences
from pydantic import ValidationError

from chat.ask import answer_plan
from chat.asker import Asker
from chat.compile import compile_query
from chat.errors import NotInScope
from chat.metrics import METRICS
from chat.plans import Explanation, Plan, Query, Report
from chat.query import CostQuery
from chat.reports import LOOKUPS
from chat.scope import Scope
from chat.warehouse import DuckDBReader, Reader, WarehouseError
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import read_warehouse_settings

TODAY = dt.date(2026, 11, 21)
MONTHS = {"first": "2026-10-01", "last": "2026-11-20"}
PLAIN: dict[str, Any] = {"metrics": ["total_cost"], "time": MONTHS}
BY_MODEL: dict[str, Any] = {**PLAIN, "dimensions": ["model"]}
WRITES = "delete from multi_cloud_costs.unified_costs"
# What else a query can say, beside every metric.
SHAPES: tuple[dict[str, Any], ...] = (
    {**PLAIN, "dimensions": ["day"]},
    {**PLAIN, "dimensions": ["week", "provider"]},
    {**PLAIN, "dimensions": ["month", "token_type"]},
    {**PLAIN, "dimensions": ["weekday"]},
    {**BY_MODEL, "limit": 3},
    {**BY_MODEL, "order": {"descending": False}, "limit": 2},
    {**BY_MODEL, "metric_filters": [{
        "metric": "total_cost", "operator": ">=", "value": 1.5}]},
    {**PLAIN, "filters": [{"dimension": "provider", "values": ["AWS", "GCP"]}]},
    {**PLAIN, "filters": [
        {"dimension": "team", "operator": "not_in", "values": ["100% 'a\\b"]}]},
    {**BY_MODEL, "filters": [
        {"dimension": "model", "operator": "matches", "values": ["claude sonnet"]}]},
    {**BY_MODEL, "comparison": {"kind": "previous_period"},
     "order": {"by": "change"}},
    {**PLAIN, "time": {"name": "last_7_days"},
     "comparison": {"kind": "average_of_previous", "periods": 3}},
    {**PLAIN, "time": {"name": "month_to_date"},
     "comparison": {"kind": "same_period_last_month"}},
    {**PLAIN, "time": {"name": "year_to_date"},
     "comparison": {"kind": "same_period_last_year"}},
    {"metrics": ["cost_growth_pct"], "dimensions": ["provider"],
     "time": {"name": "last_7_days"}, "comparison": {"kind": "previous_period"}},
    {"metrics": ["cost_share"], "dimensions": ["provider"], "time": MONTHS,
     "filters": [{"dimension": "provider", "values": ["Azure"]}]},
    {**PLAIN, "dimensions": ["model", "provider"], "spread": {"over": "provider"}},
    {**PLAIN, "dimensions": ["customer", "team", "environment"]},
    {**PLAIN, "dimensions": ["account", "region", "sku"]},
    {**PLAIN, "dimensions": ["pricing_tier", "charge_category", "attribution"]},
)  # fmt: skip
# Only for the company's own people.
INTERNAL: tuple[dict[str, Any], ...] = (
    {"metrics": ["budget_status", "budget_remaining"], "dimensions": ["provider"],
     "time": MONTHS},
    {"metrics": ["budget_utilization_pct"], "time": MONTHS,
     "filters": [{"dimension": "team", "values": ["Search"]}]},
)  # fmt: skip
EXPLAINED: tuple[dict[str, Any], ...] = (
    {"topic": "change_drivers", "dimensions": ("model", "customer"),
     "time": {"name": "last_7_days"}},
    {"topic": "anomaly_drivers", "dimensions": ("model",),
     "time": {"name": "yesterday"}, "against": "baseline"},
    {"topic": "price_volume_mix", "time": {"name": "last_7_days"}},
)  # fmt: skip
REPORTED = ("data_freshness", "invoice_variance", "is_normal", "what_if_savings")


def plans(
    left_out: frozenset[str] = frozenset(), *, is_short: bool = False
) -> Iterator[Plan]:
    """Yield every metric, every shape of a query, explanations and reports.

    Args:
        left_out: Marts that the engine has not.
        is_short: Without the metrics.
    """
    for metric in METRICS.values():
        if is_short or metric.relation.mart in left_out:
            continue
        asked: dict[str, Any] = {"metrics": [metric.name], "time": MONTHS}
        if metric.is_growth:
            asked["comparison"] = {"kind": "previous_period"}
        dimensions = [
            name for name in ("provider", "customer")
            if name in metric.dimensions
        ]  # fmt: skip
        for splits in (dimensions, dimensions[1:], ()):
            try:
                query = CostQuery.model_validate({**asked, "dimensions": splits})
            except ValidationError:
                continue
            yield Query(query=query)
            break
    shapes = [CostQuery.model_validate(shape) for shape in (*SHAPES, *INTERNAL)]
    yield from (Query(query=one) for one in shapes if one.relation.mart not in left_out)
    for explained in EXPLAINED:
        yield Explanation.model_validate(explained)
    for topic in REPORTED:
        if LOOKUPS[topic].mart in left_out:
            continue
        time = None if topic == "data_freshness" else MONTHS
        yield Report.model_validate({"topic": topic, "time": time})


def check_answers(
    reader: Reader, reference: Path, left_out: frozenset[str] = frozenset()
) -> int:
    """Compare all answers, for all customers and for one; give how many had rows."""
    compared_with = DuckDBReader(path=reference)
    answered = 0
    for scope in (Scope.everything(), Scope.only(["acme"])):
        for plan in plans(left_out, is_short=scope.is_restricted):
            told = str(plan)
            theirs = answer_plan(plan, Asker(reader=reader, scope=scope, today=TODAY))
            ours = answer_plan(
                plan, Asker(reader=compared_with, scope=scope, today=TODAY)
            )
            assert theirs.outcome == ours.outcome, (told, theirs.text, ours.text)
            assert theirs.columns == ours.columns, told
            assert theirs.period == ours.period, told
            columns = _columns([one.name for one in ours.columns], list(ours.rows))
            kept = [n for n, one in enumerate(columns) if one in compared(columns)]
            left, right = (
                [tuple(row[n] for n in kept) for row in one.rows]
                for one in (ours, theirs)
            )
            found = differences(told, [columns[n] for n in kept], left, right)
            assert not found, found
            answered += bool(ours.rows)
    return answered


def reader_of(built: Built, user: str, password: str) -> Reader:
    """Give the reader that chat uses on an engine."""
    environment = {
        **built.environment,
        "LLM_COSTS_CHAT_WAREHOUSE_USER": user,
        "LLM_COSTS_CHAT_WAREHOUSE_PASSWORD": password,
    }
    return make_reader(read_warehouse_settings(environment))


def check_limits(reader: Reader) -> None:
    """See that nothing can be written, and that the cache holds for one load."""
    with pytest.raises(WarehouseError, match="Only single queries"):
        reader.read(f"{WRITES} where true", ())
    # What looks like a query is the server's to refuse.
    with pytest.raises(WarehouseError, match="could not answer"):
        reader.read(f"with gone as ({WRITES} returning 1) select 1 from gone", ())
    # The connection that failed is not given to the next question.
    sql = "select count(*) from multi_cloud_costs.unified_costs"
    first = reader.read(sql, ())
    assert first[0][0] > 0
    assert reader.read(sql, ()) is first
    assert reader.version == reader.version


def duckdb_file(reference: Engine) -> Path:
    """Give where the reference's marts are."""
    return Path(reference.environment["LLM_COSTS_DUCKDB_PATH"])


def _columns(names: list[str], rows: Rows) -> list[Column]:
    return [
        Column(name, _kind([row[n] for row in rows])) for n, name in enumerate(names)
    ]


def _kind(values: list[Any]) -> str:
    found = next((one for one in values if one is not None), None)
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "BOOLEAN"),
        (int, "BIGINT"),
        (Decimal, "DECIMAL"),
        (float, "DOUBLE"),
        (dt.datetime, "TIMESTAMP"),
        (dt.date, "DATE"),
    )
    return next((kind for one, kind in kinds if isinstance(found, one)), "VARCHAR")


def statements(target: str) -> Iterator[str]:
    """Yield the SQL of every query among the plans, for all customers and for one."""
    for scope in (Scope.everything(), Scope.only(["acme"])):
        for plan in plans():
            if not isinstance(plan, Query):
                continue
            try:
                compiled = compile_query(
                    plan.query,
                    scope=scope,
                    target=target,
                    today=TODAY,
                    complete_until=TODAY - dt.timedelta(days=1),
                )
            except NotInScope:
                # Known for all customers together only.
                continue
            # As the driver sends it, with some value in each place.
            yield compiled.sql.replace("%s", "'1'").replace("%%", "%")
