"""Our house's panels: grafanalib's, brought up to the schema of today's Grafana.

grafanalib is frozen at dashboard schema 12 (2024). Grafana does not migrate a dashboard
that says it is modern, so what it says must be modern. This is the one module that
imports grafanalib: it takes from its output what is still right, drops the rest, and
sets what has changed. Nothing else in the package knows grafanalib.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grafanalib import _gen  # noqa: TID251
from grafanalib import core as grafana  # noqa: TID251

from dashboards import links, theme, visuals
from dashboards.dialects import ALL, Dialect
from dashboards.layout import place
from dashboards.queries.anomalies import marked_days
from dashboards.readers import reads_only
from dashboards.sharing import only, shared

if TYPE_CHECKING:
    from dashboards.layout import Dashboard, Variable
    from dashboards.mixed import Mixed
    from dashboards.readers import Tenant

Json = dict[str, Any]

SCHEMA_VERSION = 41

# What grafanalib still says rightly. Of a panel's options and fields it is nothing:
# they are of Grafana 5 to 8, with defaults that mislead (the mean of a total, no
# calculation at all in a gauge, the text "null" as a threshold).
_DASHBOARD_KEYS = ["uid", "title", "description", "tags", "links", "time"]
_PANEL_KEYS = ["type", "title", "description", "datasource", "targets"]
_VARIABLE_KEYS = ["type", "name", "label", "query", "datasource", "multi", "includeAll"]


def _taken(component: Any, keys: list[str]) -> Json:
    """Give what grafanalib makes of a component, without what Grafana forgot."""
    text = json.dumps(component.to_json_data(), cls=_gen.DashboardEncoder)
    made = json.loads(text)
    return {key: made[key] for key in keys}


def _panel(  # noqa: PLR0913 - the settings every panel has
    component: type,
    dialect: Dialect | Mixed,
    *,
    title: str,
    description: str,
    sql: Any,
    options: Json,
    no_value: str = "No cost in this range. Is the daily load running?",
    is_time_series: bool = False,
    steps: theme.Steps = theme.PLAIN,
    custom: Json | None = None,
    columns: list[Json] | None = None,
    transformations: list[Json] | None = None,
    **defaults: Any,
) -> Json:
    """Make a panel of any kind.

    Args:
        component: grafanalib's class.
        dialect: Data source.
        title: Title.
        description: What the panel is for and what its extremes mean.
        sql: Its one query; of several warehouses the function that gives it.
        options: Options of this kind of panel.
        no_value: What stands where there is nothing.
        is_time_series: Whether the result's rows are points in time.
        steps: Thresholds.
        custom: Field settings of this kind of panel.
        columns: Overrides of single columns.
        transformations: What Grafana does to the results.
        defaults: Settings of all fields: unit, decimals, color, min, max, links...
    """
    made = component(
        title=title,
        description=description,
        dataSource=dialect.data_source,
        targets=dialect.queries(sql, is_time_series=is_time_series),
    )
    fields = {
        "noValue": no_value,
        "thresholds": theme.thresholds(steps),
        "custom": custom or {},
        "mappings": [],
        **defaults,
    }
    return {
        **_taken(made, _PANEL_KEYS),
        "options": options,
        "fieldConfig": {"defaults": fields, "overrides": columns or []},
        **({"transformations": transformations} if transformations else {}),
    }


def stat(
    dialect: Dialect | Mixed,
    *,
    calc: str = "lastNotNull",
    shows: tuple[str, ...] = (),
    **panel: Any,
) -> Json:
    """Show the numbers of one row, coloured by their thresholds.

    Args:
        dialect: Data source.
        calc: What is made of several rows.
        shows: Columns that are shown, where others are for other panels.
        panel: What every panel has.
    """
    made = _panel(
        grafana.Stat,
        dialect,
        options=visuals.stat(calc),
        color={"mode": "thresholds"},
        **panel,
    )
    return {**made, "transformations": only(shows)} if shows else made


def gauge(dialect: Dialect | Mixed, **panel: Any) -> Json:
    """Show each column of one row on a dial."""
    color = {"mode": "thresholds"}
    options = visuals.GAUGE
    return _panel(grafana.GaugePanel, dialect, options=options, color=color, **panel)


def bar_gauge(dialect: Dialect | Mixed, **panel: Any) -> Json:
    """Show one horizontal bar for each row of the result."""
    return _panel(grafana.BarGauge, dialect, options=visuals.BAR_GAUGE, **panel)


def pie(dialect: Dialect | Mixed, **panel: Any) -> Json:
    """Show each column of one row as a slice."""
    return _panel(grafana.PieChartv2, dialect, options=visuals.donut(), **panel)


def trend(
    dialect: Dialect | Mixed,
    *,
    draw: str = "line",
    is_stacked: bool = False,
    calcs: tuple[str, ...] = (),
    legend: str = "bottom",
    **panel: Any,
) -> Json:
    """Show series over days.

    Args:
        dialect: Data source.
        draw: ``line`` or ``bars``.
        is_stacked: Whether the series add up.
        calcs: What the legend computes of each series.
        legend: Where the legend stands.
        panel: What every panel has.
    """
    return _panel(
        grafana.TimeSeries,
        dialect,
        options={
            "legend": visuals.legend(legend, *calcs),
            "tooltip": visuals.tooltip("multi"),
        },
        custom=visuals.series(draw, is_stacked=is_stacked),
        is_time_series=True,
        # By name, so that a model keeps its colour when others come and go.
        color={"mode": "palette-classic-by-name"},
        **panel,
    )


def stacked_bars(dialect: Dialect | Mixed, *, by: str, **panel: Any) -> Json:
    """Show one bar for each row, its numeric columns on top of each other.

    Args:
        dialect: Data source.
        by: Column that names the bars.
        panel: What every panel has.
    """
    return _panel(
        grafana.BarChart,
        dialect,
        options=visuals.bars(by),
        custom=visuals.BAR_CELLS,
        **panel,
    )


def table(dialect: Dialect | Mixed, **panel: Any) -> Json:
    """Show rows as they come: the query has ordered them."""
    return _panel(
        grafana.Table,
        dialect,
        options=visuals.TABLE,
        custom=visuals.TABLE_CELLS,
        **panel,
    )


def _variable(variable: Variable, dialect: Dialect) -> Json:
    sql = variable.query(dialect)
    is_multi = variable.is_multi
    made = grafana.Template(
        name=variable.name,
        label=variable.label,
        query=dialect.variable_query(sql),
        dataSource=dialect.data_source,
        multi=is_multi,
        includeAll=is_multi,
    )
    taken = {
        **_taken(made, _VARIABLE_KEYS),
        "description": variable.description,
        "definition": sql,
        "refresh": grafana.REFRESH_ON_DASHBOARD_LOAD,
        "sort": grafana.SORT_ALPHA_ASC,
        "options": [],
    }
    if is_multi:
        # What All sends is put into the query as it stands: it brings its own quotes.
        chosen = {"text": ["All"], "value": ["$__all"]}
        return taken | {"allValue": f"'{ALL}'", "current": chosen}
    first = variable.first_value(dialect)
    return taken | {"current": {"text": first, "value": first} if first else {}}


def _marks(dialect: Dialect) -> Json:
    """Mark the days of critical anomalies in the charts."""
    query = dialect.query(marked_days(dialect), is_time_series=False, name="Anomalies")
    return {
        "name": dialect.title("Critical anomalies"),
        "enable": True,
        "hide": False,
        "iconColor": theme.BAD,
        "datasource": dialect.data_source,
        "target": query,
    }


def dashboard(
    contents: Dashboard,
    dialect: Dialect | Mixed,
    tenant: Tenant | None = None,
) -> Json:
    """Give a dashboard's JSON for one data source.

    Args:
        contents: The dashboard's table of contents.
        dialect: Data source that its queries read, or several of them.
        tenant: Customer that reads it, when not the company's own people: what it may
            not read is left out, and no other customer can be chosen.
    """
    is_kept = reads_only(dialect, tenant)
    marks = [_marks(each) for each in dialect.parts if contents.marks_anomalies]
    chosen = [
        each.fixed(tenant.customer)
        if tenant and each.name == "customer_id"
        else _variable(each, dialect.parts[0])
        for each in contents.variables
    ]
    panels = place(contents.rows, dialect, is_kept, is_tenants=bool(tenant))
    made = grafana.Dashboard(
        uid=dialect.address(contents.uid),
        title=dialect.title(contents.title),
        description=contents.description,
        tags=contents.tags(dialect.tags),
        links=links.navigation(dialect, has_page=not contents.is_page),
        time=grafana.Time(*contents.time),
    )
    return {
        **_taken(made, _DASHBOARD_KEYS),
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": grafana.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        # grafanalib would ask every 10 seconds, and BigQuery bills each time. A day's
        # bill changes once a day.
        "refresh": "",
        "timezone": "utc",
        "weekStart": "monday",
        "timepicker": {},
        "annotations": {"list": [each for each in marks if is_kept(each)]},
        "templating": {"list": [each for each in chosen if is_kept(each)]},
        "panels": list(shared(panels)),
    }
