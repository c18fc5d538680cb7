"""Addresses of the dashboards, and the links that lead from one to another."""

from __future__ import annotations

OVERVIEW = "llm-costs-overview"
MODELS = "llm-costs-models"
CUSTOMERS = "llm-costs-customers"
ANOMALIES = "llm-costs-anomalies"


def drill_down(uid: str, title: str, field: str, *keep: str) -> list[dict[str, str]]:
    """Link a cell to another dashboard, with its value chosen there.

    Args:
        uid: Dashboard to open.
        title: What the link says.
        field: Column whose value is handed over, named as the variable it sets.
        keep: Variables of this dashboard that are handed over as they stand.
    """
    parts = [
        "${__url_time_range}",
        f"var-{field}=${{__data.fields.{field}:percentencode}}",
        *(f"${{{variable}:queryparam}}" for variable in keep),
    ]
    return [{"title": title, "url": f"/d/{uid}/{uid}?{'&'.join(parts)}"}]
