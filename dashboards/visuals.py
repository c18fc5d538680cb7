"""Options of each kind of panel, in the words of today's Grafana."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# A query gives a single value or one row; of its columns each is shown.
ONE_ROW: Json = {"values": False, "calcs": ["lastNotNull"], "fields": ""}
EVERY_ROW: Json = {"values": True, "calcs": ["lastNotNull"], "fields": "", "limit": 25}

GAUGE: Json = {
    "reduceOptions": ONE_ROW,
    "orientation": "auto",
    "showThresholdLabels": False,
    "showThresholdMarkers": True,
    "sizing": "auto",
}
BAR_GAUGE: Json = {
    "reduceOptions": EVERY_ROW,
    "displayMode": "basic",
    "valueMode": "color",
    "namePlacement": "left",
    "orientation": "horizontal",
    "showUnfilled": True,
    "sizing": "auto",
    "minVizHeight": 16,
    "maxVizHeight": 28,
}
# Of Grafana's own alerts those of our rules, the worst first.
ALERT_LIST: Json = {
    "viewMode": "list",
    "groupMode": "default",
    "groupBy": [],
    "maxItems": 30,
    "sortOrder": 3,
    "dashboardAlerts": False,
    "alertName": "",
    "alertInstanceLabelFilter": '{product="llmcost"}',
    "showInstances": True,
    "showInactiveAlerts": False,
    "stateFilter": {
        "firing": True,
        "pending": True,
        "recovering": True,
        "error": True,
        "noData": False,
        "normal": False,
    },
}
TABLE: Json = {"showHeader": True, "cellHeight": "sm"}
TABLE_CELLS: Json = {
    "align": "auto",
    "cellOptions": {"type": "auto"},
    "filterable": True,
    "inspect": False,
}
BAR_CELLS: Json = {"fillOpacity": 80, "lineWidth": 0, "axisSoftMin": 0}


def stat(calc: str) -> Json:
    """Give a stat of one row, or of what is made of several."""
    return {
        "reduceOptions": ONE_ROW | {"calcs": [calc]},
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "auto",
        "wideLayout": True,
        "showPercentChange": False,
    }


def legend(placement: str, *calcs: str) -> Json:
    """Give a legend: a table where something is computed, a list otherwise."""
    return {
        "showLegend": True,
        "displayMode": "table" if calcs else "list",
        "placement": placement,
        "calcs": list(calcs),
    }


def tooltip(mode: str) -> Json:
    """Give a tooltip for one series or for all of a day, the greatest first."""
    return {"mode": mode, "sort": "desc" if mode == "multi" else "none"}


def donut() -> Json:
    """Give a pie with its amounts in the legend."""
    values = {"displayMode": "table", "values": ["value", "percent"]}
    return {
        "reduceOptions": ONE_ROW,
        "pieType": "donut",
        "displayLabels": ["percent"],
        "legend": legend("bottom") | values,
        "tooltip": tooltip("single"),
    }


def bars(by: str) -> Json:
    """Give horizontal bars, each column of a row on top of the one before."""
    return {
        "xField": by,
        "orientation": "horizontal",
        "stacking": "normal",
        "showValue": "never",
        "barWidth": 0.8,
        "groupWidth": 0.7,
        "xTickLabelRotation": 0,
        "xTickLabelMaxLength": 24,
        "fullHighlight": False,
        "legend": legend("bottom"),
        "tooltip": tooltip("multi"),
    }


def series(draw: str, *, is_stacked: bool) -> Json:
    """Give how series are drawn, from zero up and with gaps where there is no day."""
    is_line = draw == "line"
    return {
        "drawStyle": draw,
        "lineWidth": 2 if is_line else 1,
        "fillOpacity": 0 if is_line else 70,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if is_stacked else "none", "group": "A"},
        "axisSoftMin": 0,
    }
