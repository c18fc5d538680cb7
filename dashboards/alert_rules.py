"""Alert rules in the form of Grafana's file provisioning.

grafanalib's classes have the form of another interface, which files are refused in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboards.dialect_base import DATA_SOURCE_UID, UID_PREFIX
from dashboards.readers import marts_read

if TYPE_CHECKING:
    from dashboards.alerts import Alert
    from dashboards.dialects import Dialect
    from dashboards.readers import Tenant

Json = dict[str, Any]

FOLDER = "LLM Cost"
# Bills change once a day; an hour is how late the news of it may be.
INTERVAL = "1h"
# Names of dashboards' variables, none of which a rule has.
VARIABLES = ("cloud_provider", "customer_id", "model", "scope_key")
# Braces: elsewhere than in secrets, annotations are expanded in this form only.
RUNBOOKS = "${RUNBOOKS_URL}"
_TWO_DAYS = 172_800


def rules(
    alerts: tuple[Alert, ...],
    dialects: tuple[Dialect, ...],
    tenant: Tenant | None = None,
    every: str = INTERVAL,
) -> Json:
    """Give the file of rules, a group for each data source.

    Args:
        alerts: What to alert about.
        dialects: Data sources that are asked.
        tenant: Customer that reads them by a credential of its own, when not the
            company's own people.
        every: How often they are judged.
    """
    groups = [
        {
            "orgId": 1,
            "name": "-".join(filter(None, ["llm-costs", dialect.part])),
            "folder": FOLDER,
            "interval": every,
            "rules": [
                rule
                for alert in alerts
                if _fits(alert, dialect) and not (tenant and alert.is_internal)
                for rule in [_rule(alert, dialect)]
                if not tenant or marts_read(rule, dialect.schema) <= tenant.marts
            ],
        }
        for dialect in dialects
    ]
    return {"apiVersion": 1, "groups": groups}


def _fits(alert: Alert, dialect: Dialect) -> bool:
    """Say whether a rule's figures mean something in this warehouse."""
    if dialect.part and alert.is_of_all_clouds:
        return False
    return not (dialect.is_shared and alert.is_of_the_warehouse)


def _rule(alert: Alert, dialect: Dialect) -> Json:
    q = replace(dialect, absent=VARIABLES)
    part = f"{dialect.part}-" if dialect.part else ""
    board, panel = alert.dashboard, alert.panel
    if dialect.is_tenants and alert.tenants_place:
        board, panel = alert.tenants_place
    # The titles in a folder differ.
    title = f"{alert.title} ({dialect.label})" if dialect.part else alert.title
    question = {
        **q.query(alert.query(q), is_time_series=False),
        "intervalMs": 60_000,
        "maxDataPoints": 43_200,
    }
    return {
        "uid": f"{UID_PREFIX}{part}{alert.key}",
        "title": title,
        "condition": "C",
        "for": alert.waits,
        "noDataState": alert.no_data,
        # A warehouse that does not answer must not look like a cost.
        "execErrState": "Error",
        "isPaused": False,
        "dashboardUid": dialect.address(board),
        "panelId": panel,
        "labels": {
            "severity": alert.severity,
            "about": alert.about,
            "product": DATA_SOURCE_UID,
        },
        "annotations": {
            "summary": alert.sentence,
            "runbook_url": f"{RUNBOOKS}/{alert.runbook}.md",
        },
        "data": [
            {
                "refId": "A",
                "relativeTimeRange": {"from": _TWO_DAYS, "to": 0},
                "datasourceUid": q.data_source["uid"],
                "model": question,
            },
            {
                "refId": "C",
                "datasourceUid": "__expr__",
                "model": {
                    "refId": "C",
                    "datasource": {"type": "__expr__", "uid": "__expr__"},
                    "type": "threshold",
                    "expression": "A",
                    "conditions": [
                        {"evaluator": {"type": "gt", "params": [alert.above]}}
                    ],
                },
            },
        ],
    }
