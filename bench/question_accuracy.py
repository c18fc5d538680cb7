"""How many questions the planner without a key understands.

    python bench/question_accuracy.py [--questions FILE.tsv] [--misses] [--today DAY]

A file has a question and, after a tab, its meaning as JSON: metric, group_by, filters,
time_range, compare, order, limit; after another tab may stand the question before, for
follow-ups. A question is right when all of its meaning is. Where "clarify" alone is
wanted, any question back is right, and where "out_of_scope" is, any refusal. Answered
wrongly is counted apart from asked back and refused: only the first misleads.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chat.metrics import METRICS
from chat.planner.deterministic import Context, plan_question
from chat.planner.figures import DEFAULT_ROWS
from chat.planner.slots import Vocabulary
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Help,
    Plan,
    Query,
    Refusal,
    Report,
)
from chat.query import CostQuery, Filter, TimeRange

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests" / "data" / "questions" / "questions.tsv"
TODAY = date(2026, 11, 23)
# Their words for ours; both sides are written alike before they are compared.
NAMES = {"attribution": "allocation_rule", "vendor": "model_vendor"}
# The same figure of another mart.
FIGURES = {
    "cloud_forecast": "forecast_cost",
    "cloud_anomalies": "anomalies",
    "cloud_anomaly_impact": "anomaly_impact",
}
VALUES = {"critical": "high", "warning": "low"}
AGAINST = {
    "same_period_last_year": "previous_year",
    "previous_period": "previous_period",
    "same_period_last_month": "previous_month",
}
EMPTY: dict[str, Any] = {
    "group_by": [],
    "filters": {},
    "time_range": None,
    "compare": None,
    "order": None,
    "limit": None,
}
# A comparison by the name of its span is one with the period before, where the period
# asked for is of that span.
SPANS = {
    "previous_day": ("",),
    "previous_week": ("week", "last_7_days"),
    "previous_month": ("month", "-01/"),
    "previous_year": ("last_year", "year_to_date"),
}


def main() -> int:
    """Score a file of questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY)
    options = parser.parse_args()
    rows = _read(options.questions)
    names = _vocabulary([truth for _, truth, *_ in rows])
    context = Context(today=options.today, vocabulary=names)
    counts: Counter[str] = Counter()
    for question, truth, *before in rows:
        found = meaning(plan_question(question, _after(before, context)))
        wanted = _canonical(truth)
        verdict = _verdict(found, wanted)
        counts[verdict] += 1
        if options.misses and verdict != "right":
            print(f"{verdict}: {question}\n  wanted {wanted}\n  found  {found}")
    total = sum(counts.values())
    print(f"{total} questions")
    for verdict in ("right", "asked back", "refused", "wrong"):
        print(f"  {verdict:<11}{counts[verdict]:>5}  {counts[verdict] / total:7.1%}")
    return 0


def _read(path: Path) -> list[tuple[Any, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row[0], json.loads(row[1]), *row[2:]) for row in rows if len(row) > 1]


def _after(before: list[str], context: Context) -> Context:
    """Give the context in which a question before has been answered."""
    if not before:
        return context
    plan = plan_question(before[0], context)
    previous = plan.query if isinstance(plan, Query) else None
    return replace(context, previous=previous, history=tuple(before))


def _vocabulary(truths: list[dict[str, Any]]) -> Vocabulary:
    """Give the names in the asker's data: the sample company's, and the file's own."""
    path = ROOT / "sample_bills" / "customers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {}
    for row in rows:
        identity = row["customer_id"]
        names |= {identity: identity, identity.split("-")[0]: identity}
    with (path.parent / "workloads.csv").open(encoding="utf-8", newline="") as file:
        workloads = list(csv.DictReader(file))
    teams, features = (
        {row[kind]: row[kind] for row in workloads} for kind in ("team", "feature")
    )
    with (path.parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        regions = {row["region"]: row["region"] for row in csv.DictReader(file)}
    regions.pop("", None)
    own = {"customer": names, "team": teams, "region": regions, "feature": features}
    for truth in truths:
        for dimension in own.keys() & truth.get("filters", {}).keys():
            named = truth["filters"][dimension]
            values = [named] if isinstance(named, str) else named
            own[dimension] |= {one: one for one in values if one[0].isalnum()}
    return Vocabulary(values=own)


def _verdict(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    is_any_back = wanted["metric"] == "clarify"
    if found == wanted or (is_any_back and found["metric"].startswith("clarify")):
        return "right"
    if found["metric"].startswith(("clarify", "followup")):
        return "asked back"
    return "refused" if found["metric"] in {"out_of_scope", "help"} else "wrong"


def meaning(plan: Plan) -> dict[str, Any]:
    """Write a plan in the form of the file."""
    match plan:
        case Query():
            found = _of_query(plan.query)
        case Explanation():
            found = _of_explanation(plan)
        case Report():
            found = _of_report(plan)
        case Clarification(about="followup"):
            found = {"metric": "followup"}
        case Clarification():
            found = {"metric": f"clarify:{plan.about}"}
        case Refusal():
            found = {"metric": "out_of_scope"}
        case AlertRequest():
            found = {"metric": "alert", "filters": _filters(plan.filters)}
        case Help():
            found = {"metric": "help"}
    return _canonical({**EMPTY, **found})


def _of_query(query: CostQuery) -> dict[str, Any]:
    (metric,) = query.metrics
    order = query.order and ("desc" if query.order.descending else "asc")
    found = {
        "metric": FIGURES.get(metric, metric),
        "group_by": list(query.dimensions),
        "filters": _filters(query.filters),
        "time_range": _time(query.time),
        "compare": query.comparison and AGAINST[query.comparison.kind],
        "order": order,
        "limit": None if query.limit == DEFAULT_ROWS else query.limit,
    }
    for kept in query.metric_filters:
        is_share = METRICS[kept.metric].unit == "share"
        scaled = kept.value * 100 if is_share else kept.value
        found["filters"][kept.metric] = f"{kept.operator}{scaled:g}"
    if query.spread:
        found["filters"]["provider_count"] = f">{query.spread.least - 1}"
    if query.relation.mart == "budget_status" and "budget" in metric:
        found["compare"] = "budget"
    if found["metric"] == "anomaly_impact":
        found["compare"] = "baseline"
    return found


def _of_explanation(plan: Explanation) -> dict[str, Any]:
    found = {
        "metric": plan.topic.replace("change_", "cost_change_"),
        "group_by": list(plan.dimensions),
        "filters": _filters(plan.filters),
        "time_range": _time(plan.time),
        "compare": plan.against,
    }
    if plan.topic != "price_volume_mix":
        found |= {"order": "desc", "limit": plan.limit}
    return found


def _of_report(plan: Report) -> dict[str, Any]:
    found = {
        "metric": plan.topic,
        "group_by": list(plan.dimensions),
        "filters": _filters(plan.filters),
        "time_range": plan.time and _time(plan.time),
    }
    if plan.topic == "is_normal":
        found |= {"metric": "anomalies", "compare": "same_weekday_baseline"}
    if plan.topic == "invoice_variance":
        found["compare"] = "invoice"
    if plan.topic == "savings_opportunities":
        found |= {"order": "desc", "limit": plan.limit}
    if plan.topic == "what_if_savings" and plan.dimensions:
        found["order"] = "desc"
    for name, model in (("from_model", plan.from_model), ("to_model", plan.to_model)):
        if model:
            found["filters"][name] = model
    return found


def _filters(filters: tuple[Filter, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in filters:
        sign = "!" if one.operator.startswith("not") else ""
        values = [sign + value for value in one.values]
        found[one.dimension] = values[0] if len(values) == 1 else values
    return found


def _time(time: TimeRange) -> str:
    if time.name:
        return time.name
    return f"range:{time.first}/{time.last}"


def _bound(value: str) -> str:
    """Write > and >= alike: no sum of money is the limit to the cent."""
    sign = value.rstrip("0123456789.-")
    alike = {">": ">=", "<=": "<"}
    return alike.get(sign, sign) + value.removeprefix(sign)


def _spelt(value: object) -> str:
    """Write values alike that differ in case or strokes: on_demand, on-demand."""
    return _bound(str(value).lower()).replace("_", "-")


def _canonical(meant: dict[str, Any]) -> dict[str, Any]:
    """Write equal meanings alike: case, order of values, one day as a span."""
    if meant["metric"].startswith("followup"):
        # With no question before it, a follow-up can only be seen to be one.
        return {"metric": "followup", **EMPTY}
    if meant["metric"] == "out_of_scope":
        return {"metric": "out_of_scope", **EMPTY}
    found = dict(meant)
    found["filters"] = {
        NAMES.get(name, name): sorted(
            VALUES.get(_spelt(value), _spelt(value))
            for value in (values if isinstance(values, list) else [values])
        )
        for name, values in meant["filters"].items()
    }
    # Split by day and cloud, or by cloud and day: the same lines.
    found["group_by"] = sorted(NAMES.get(name, name) for name in meant["group_by"])
    time = meant["time_range"] or ""
    if time.startswith("date:"):
        day = time.removeprefix("date:")
        found["time_range"] = f"range:{day}/{day}"
    if meant["compare"] == "same_period_last_year":
        found["compare"] = "previous_year"
    if any(span in time for span in SPANS.get(found["compare"] or "", ())):
        found["compare"] = "previous_period"
    return found


if __name__ == "__main__":
    sys.exit(main())
