"""What Grafana's file provisioning of alerts refuses, as far as its source tells.

A file that is refused keeps Grafana from starting, so findings here are none or a
broken installation.
"""

from __future__ import annotations

import re
from typing import Any

from dashboard_queries import PLUGINS

from dashboards.dialects import DIALECTS

Json = dict[str, Any]

NO_DATA = {"NoData", "Alerting", "OK", "KeepLast"}
ERROR = {"Alerting", "Error", "OK", "KeepLast"}
EVALUATORS = {"gt", "lt", "eq", "ne", "gte", "lte", "within_range", "outside_range"}
RULE_KEYS = {
    "uid",
    "title",
    "condition",
    "data",
    "for",
    "noDataState",
    "execErrState",
    "isPaused",
    "dashboardUid",
    "panelId",
    "labels",
    "annotations",
}
BASE_INTERVAL = 10
MAXIMUM_UID = 40
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def seconds(duration: str) -> int:
    """Read a duration as Prometheus writes it."""
    match = re.fullmatch(r"(\d+)([smhdw])", str(duration))
    if not match:
        raise ValueError(f"{duration!r} is no duration")
    return int(match[1]) * _UNITS[match[2]]


def rule_findings(content: Json) -> list[str]:
    """List what is wrong in a file of rules."""
    found = [] if content.get("apiVersion") == 1 else ["apiVersion is not 1"]
    uids, titles = [], []
    for group in content["groups"]:
        found += [
            f"group without {key}"
            for key in ("name", "folder", "interval")
            if not group.get(key)
        ]
        interval = seconds(group["interval"])
        if not interval or interval % BASE_INTERVAL:
            found.append(f"interval {interval} is no multiple of {BASE_INTERVAL}")
        for rule in group["rules"]:
            uids.append(rule.get("uid"))
            titles.append((group["folder"], rule.get("title")))
            found += [f"{rule.get('uid')}: {each}" for each in _of_rule(rule)]
    if len(set(uids)) < len(uids):
        found.append("a uid is used twice")
    if len(set(titles)) < len(titles):
        found.append("a title is used twice in a folder")
    return found


def _of_rule(rule: Json) -> list[str]:
    found = [f"unknown key {key}" for key in sorted({*rule} - RULE_KEYS)]
    found += [
        f"no {key} set"
        for key in ("uid", "title", "condition", "data")
        if not rule[key]
    ]
    is_short = len(rule["uid"]) <= MAXIMUM_UID
    if not is_short or not re.fullmatch(r"[A-Za-z0-9_-]+", rule["uid"]):
        found.append("uid is too long or has other characters")
    seconds(rule["for"])
    if rule["noDataState"] not in NO_DATA:
        found.append(f"noDataState {rule['noDataState']}")
    if rule["execErrState"] not in ERROR:
        found.append(f"execErrState {rule['execErrState']}")
    expanded = [rule["uid"], rule["title"], *rule["labels"].values()]
    found += [f"{text!r} would be expanded" for text in expanded if "$" in str(text)]
    if not all(isinstance(each, str) for each in rule["labels"].values()):
        found.append("a label is no text")
    if ("dashboardUid" in rule) != ("panelId" in rule):
        found.append("a dashboard without a panel, or the other way round")
    names = [each["refId"] for each in rule["data"]]
    if rule["condition"] not in names:
        found.append("condition is none of the queries")
    if len(set(names)) < len(names):
        found.append("a refId is used twice")
    for query in rule["data"]:
        found += [f"{query['refId']}: {each}" for each in _of_query(query, names)]
    return found


def _of_query(query: Json, names: list[str]) -> list[str]:
    model = query["model"]
    found = [] if model.get("refId") == query["refId"] else ["refIds differ"]
    uid = query.get("datasourceUid")
    if not uid:
        return [*found, "missing datasource uid"]
    if uid == "__expr__":
        return found + _of_threshold(model, names)
    times = query.get("relativeTimeRange", {})
    if not times.get("from", 0) > times.get("to", 0):
        found.append("invalid relative time range")
    if model["datasource"]["uid"] != uid:
        found.append("two data sources")
    dialect = DIALECTS[PLUGINS[model["datasource"]["type"]]]
    if not model.get(dialect.query_key):
        found.append(f"no {dialect.query_key}")
    if model.get("format") != dialect.table_format:
        found.append(f"format {model.get('format')!r} gives no table")
    return found


def _of_threshold(model: Json, names: list[str]) -> list[str]:
    found = []
    if model.get("type") != "threshold":
        return [f"type {model.get('type')} is not known here"]
    if model.get("expression") not in names:
        found.append("no variable specified to reference")
    conditions = model.get("conditions", [])
    if len(conditions) != 1:
        return [*found, "a threshold has exactly one condition"]
    evaluator = conditions[0]["evaluator"]
    if evaluator["type"] not in EVALUATORS:
        found.append(f"evaluator {evaluator['type']}")
    if not evaluator["params"]:
        found.append("no parameter")
    return found


def contact_findings(content: Json) -> list[str]:
    """List what is wrong in a file of contact points."""
    required = {"email": ["addresses"], "slack": ["url"], "webhook": ["url"]}
    found = [] if content.get("apiVersion") == 1 else ["apiVersion is not 1"]
    uids = []
    for point in content["contactPoints"]:
        if not point.get("name") or not point.get("receivers"):
            found.append("a contact point without name or receivers")
        for receiver in point["receivers"]:
            uids.append(receiver["uid"])
            settings = receiver["settings"]
            found += [
                f"{receiver['type']}: could not find {key} in settings"
                for key in required[receiver["type"]]
                if not settings.get(key)
            ]
            # Of braces, Grafana would expand what a secret holds once more.
            found += [
                f"{receiver['type']}: {key} stands in braces"
                for key, value in settings.items()
                if "${" in str(value) or "$__" in str(value)
            ]
    if len(set(uids)) < len(uids):
        found.append("a uid is used twice")
    return found


def policy_findings(content: Json, receivers: set[str]) -> list[str]:
    """List what is wrong in a file of policies.

    Args:
        content: The file.
        receivers: Names of contact points.
    """
    found = [] if content.get("apiVersion") == 1 else ["apiVersion is not 1"]
    operators = {"=", "!=", "=~", "!~"}

    def walk(route: Json) -> None:
        if route["receiver"] not in receivers:
            found.append(f"receiver {route['receiver']} does not exist")
        for key in ("group_wait", "group_interval", "repeat_interval"):
            if key in route:
                seconds(route[key])
        found.extend(
            f"matcher {each}"
            for each in route.get("object_matchers", [])
            if len(each) != 3 or each[1] not in operators
        )
        for each in route.get("routes", []):
            walk(each)

    for policy in content["policies"]:
        walk(policy)
    return found
