"""Colours by meaning, units, columns and links: what all panels share."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# --- units -----------------------------------------------------------------------
USD = "currencyUSD"
SHARE = "percentunit"
COUNT = "short"
# Grafana's own unit of days writes ten of them as "1 week".
DAYS = "suffix:d"
DAY = "time:YYYY-MM-DD"
MONTH = "time:YYYY-MM"
AGO = "dateTimeFromNow"
MILLISECONDS = "ms"

# --- colours: one meaning each ---------------------------------------------------
GOOD, WARN, BAD = "green", "orange", "red"
NEUTRAL, QUIET = "text", "#8E8E8E"
ACTUAL, EXPECTED = "#3274D9", "#8F3BB8"
INPUT, OUTPUT, CACHE = "#FF9830", "#F2CC0C", "#73BF69"
# Google's own blue is too close to Azure's to tell them apart, so it gets its green.
CLOUDS = {
    "aws": ("AWS", "#FF9900"),
    "azure": ("Azure", "#0078D4"),
    "gcp": ("Google Cloud", "#34A853"),
    "other_clouds": ("Other", QUIET),
}
TOKENS = {
    "input_cost_usd": ("Input", INPUT),
    "output_cost_usd": ("Output", OUTPUT),
    "cache_cost_usd": ("Cache", CACHE),
    "other_cost_usd": ("Other usage", QUIET),
}

SEVERITIES = {"critical": ("Critical", BAD), "warning": ("Warning", WARN)}
# What costs less than expected may be an outage or half a bill: no success.
ANOMALIES = {
    "High": ("High", BAD),
    "Low": ("Low", "blue"),
    "New": ("New", EXPECTED),
    "Shifted": ("Shifted", WARN),
    "Normal": ("Normal", GOOD),
    "Not enough history": ("Not enough history", QUIET),
}
HOMES = {"phase_1": ("Phase 1", QUIET), "phase_2": ("Phase 2", GOOD)}
OUTCOMES = {
    "answered": ("Answered", GOOD),
    "asked_back": ("Asked back", WARN),
    "refused": ("Refused", QUIET),
    "failed": ("Failed", BAD),
}
LOADS = {"whole": ("Whole", GOOD), "differs": ("Differs", BAD)}
BUDGET_STATES = {
    "Over": ("Over", BAD),
    "At risk": ("At risk", WARN),
    "On track": ("On track", GOOD),
    "No budget": ("No budget", QUIET),
}

# --- thresholds ------------------------------------------------------------------
Steps = tuple[tuple[float | None, str], ...]
PLAIN: Steps = ((None, NEUTRAL),)
# A bill that grows is bad news, so the usual green-for-more is turned round.
GROWTH: Steps = ((None, GOOD), (0, NEUTRAL), (0.1, WARN), (0.25, BAD))
BUDGET: Steps = ((None, GOOD), (0.8, WARN), (1, BAD))
UNEXPLAINED: Steps = ((None, GOOD), (0.05, WARN), (0.15, BAD))
ANY_IS_A_WARNING: Steps = ((None, GOOD), (1, WARN))
ANY_IS_BAD: Steps = ((None, GOOD), (1, BAD))
# No change is neither good nor bad, and what Grafana makes of none at all is zero, too.
GROWTH_USD: Steps = ((None, GOOD), (0, NEUTRAL), (0.01, WARN))
MARGIN: Steps = ((None, BAD), (0, WARN), (0.2, GOOD))
MOSTLY: Steps = ((None, BAD), (0.8, WARN), (0.95, GOOD))
OFTEN: Steps = ((None, BAD), (0.6, WARN), (0.8, GOOD))
ANY_SAVING: Steps = ((None, BAD), (0, GOOD))
# Bills of a day arrive within one to two days.
DATA_AGE: Steps = ((None, GOOD), (3, WARN), (5, BAD))


def thresholds(steps: Steps) -> Json:
    """Give thresholds; the first step has no value and colours everything below."""
    return {
        "mode": "absolute",
        "steps": [{"color": color, "value": value} for value, color in steps],
    }


def states(named: dict[str, tuple[str, str]]) -> list[Json]:
    """Map the values of a status column to words and colours."""
    options = {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(named.items())
    }
    return [{"type": "value", "options": options}]


def column(
    name: str,
    title: str,
    *,
    unit: str | None = None,
    decimals: int | None = None,
    color: str | Json | None = None,
    **properties: Any,
) -> Json:
    """Override how one column of a result is shown.

    The column is found by the name the query gives it, in lower case because Redshift
    has no other; the title is what people read.

    Args:
        name: Column of the query.
        title: Heading, or name in the legend.
        unit: One of the units above.
        decimals: Digits after the point.
        color: A fixed colour, or a whole colour setting.
        properties: Further properties; ``custom_x`` stands for ``custom.x``.
    """
    if isinstance(color, str):
        color = {"mode": "fixed", "fixedColor": color}
    settings = {
        "displayName": title,
        "unit": unit,
        "decimals": decimals,
        "color": color,
        # An empty cell is a dash; the panel's own text is for when there are no rows.
        "noValue": "-",
        **{key.replace("custom_", "custom."): each for key, each in properties.items()},
    }
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [
            {"id": key, "value": value}
            for key, value in settings.items()
            if value is not None
        ],
    }


def money(name: str, title: str, decimals: int = 2, **properties: Any) -> Json:
    """Show a column as US dollars."""
    return column(name, title, unit=USD, decimals=decimals, **properties)


def change(name: str, title: str) -> Json:
    """Show a column as a change in percent whose text is coloured."""
    return column(
        name,
        title,
        unit=SHARE,
        decimals=0,
        color={"mode": "thresholds"},
        thresholds=thresholds(GROWTH),
        custom_cellOptions={"type": "color-text"},
        custom_width=110,
    )


def status(name: str, title: str, named: dict[str, tuple[str, str]]) -> Json:
    """Show a status column as words on coloured ground."""
    return column(
        name,
        title,
        mappings=states(named),
        custom_cellOptions={"type": "color-background", "mode": "basic"},
        custom_width=110,
    )


def cost_bar(name: str, title: str) -> Json:
    """Show a column of dollars as bars in the cells, the dearest of them full."""
    return money(
        name,
        title,
        color=ACTUAL,
        min=0,
        # Grafana measures a bar by the greatest number of the whole table otherwise:
        # beside a column of tokens, no cost would be seen.
        fieldMinMax=True,
        custom_cellOptions={
            "type": "gauge",
            "mode": "basic",
            "valueDisplayMode": "text",
        },
    )


def cloud_columns(names: list[str]) -> list[Json]:
    """Give each cloud its name and its one colour.

    Args:
        names: Columns that hold the clouds' cost.
    """
    return [money(name, CLOUDS[name][0], color=CLOUDS[name][1]) for name in names]


def share(name: str, title: str, decimals: int = 0, **properties: Any) -> Json:
    """Show a column as a share in percent."""
    return column(name, title, unit=SHARE, decimals=decimals, **properties)


def share_bar(name: str, title: str, steps: Steps, **properties: Any) -> Json:
    """Show a column as a share in percent, by bars in the cells up to the whole."""
    return share(
        name,
        title,
        color={"mode": "thresholds"},
        thresholds=thresholds(steps),
        min=0,
        max=1,
        custom_cellOptions={
            "type": "gauge",
            "mode": "basic",
            "valueDisplayMode": "text",
        },
        **properties,
    )


def coloured(column_of: Json, steps: Steps) -> Json:
    """Colour a column's text by thresholds."""
    column_of["properties"] += [
        {"id": "color", "value": {"mode": "thresholds"}},
        {"id": "thresholds", "value": thresholds(steps)},
        {"id": "custom.cellOptions", "value": {"type": "color-text"}},
    ]
    return column_of


def cloud(name: str = "cloud_provider", title: str = "Cloud") -> Json:
    """Show a column of clouds as their names, each in its colour."""
    named = {"AWS": "aws", "Azure": "azure", "GCP": "gcp"}
    return column(
        name,
        title,
        mappings=states({value: CLOUDS[key] for value, key in named.items()}),
        custom_cellOptions={"type": "color-text"},
        custom_width=120,
    )


def hidden(name: str) -> Json:
    """Hide a column that only links need."""
    return column(name, name, custom_hidden=True)
