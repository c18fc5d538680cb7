"""The page that the demo ends with: what the bills say, in a terminal."""

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate import figures
from orchestrate.figures import Row, open_marts, read_rows
from orchestrate.terminal import money, show_reconciliation

BAR_WIDTH = 10
FULL = 100.0
ANOMALIES_SHOWN = 6
STATUS_STYLES = {"On track": "green", "At risk": "yellow", "Over": "bold red"}
SEVERITY_STYLES = {"critical": "bold red", "warning": "yellow"}


def show_overview(console: Console, serving: Path) -> None:
    """Show cost, models, customers, anomalies, attribution and reconciliation."""
    with open_marts(serving) as connection:
        months = read_rows(connection, figures.CLOUD_MONTHS)
        models = read_rows(connection, figures.TOP_MODELS)
        budgets = read_rows(connection, figures.BUDGETS)
        anomalies = read_rows(connection, figures.ANOMALIES)
        unattributed = read_rows(connection, figures.UNATTRIBUTED)
        reconciliation = read_rows(connection, figures.RECONCILIATION)
    console.print()
    if not months:
        console.print("The marts are empty: no bill has AI cost yet.")
        return
    for table in (month_table(months), model_table(models), budget_table(budgets)):
        console.print(table)
        console.print()
    console.print(anomaly_table(anomalies))
    console.print()
    console.print(unattributed_line(unattributed[0]), highlight=False)
    console.print()
    bills = sum(row["units"] for row in reconciliation)
    console.print(f"[bold]Every cent of {bills} bills is accounted for[/bold]")
    show_reconciliation(console, reconciliation)


def month_table(rows: list[Row]) -> Table:
    """Cost by cloud and month; the running month against the same days before."""
    newest, oldest = rows[0]["newest_date"], rows[0]["oldest_date"]
    months = sorted({row["month"] for row in rows})
    table = _table("AI cost by cloud in USD")
    table.add_column("")
    for month in months:
        table.add_column(_month_name(month, newest, oldest), justify="right")
    table.add_column("vs the same days before", justify="right")
    for cloud in dict.fromkeys(row["cloud_provider"] for row in rows):
        by_month = {r["month"]: r for r in rows if r["cloud_provider"] == cloud}
        cells = [
            money(by_month[month]["cost_usd"]) if month in by_month else "-"
            for month in months
        ]
        change = _change(by_month, months, oldest)
        style = "bold" if cloud == "Total" else ""
        table.add_row(cloud, *cells, change, style=style)
    return table


def _month_name(month: date, newest: date, oldest: date) -> str:
    if (month.year, month.month) == (newest.year, newest.month):
        return f"{month:%b} 1-{newest.day}"
    return f"{oldest:%b %d} on" if oldest > month else f"{month:%b %Y}"


def _change(by_month: dict[date, Row], months: list[date], oldest: date) -> Text:
    now, before = by_month.get(months[-1]), by_month.get(months[-2:][0])
    if len(months) < 2 or not now or not before or oldest > months[-2]:  # noqa: PLR2004
        return Text("-")
    earlier = before["cost_usd_same_days"]
    if not earlier:
        return Text("new")
    percent = float((now["cost_usd_same_days"] - earlier) / earlier) * FULL
    return Text(f"{percent:+.1f} %", style="red" if percent > 0 else "green")


def model_table(rows: list[Row]) -> Table:
    """Models by cost, with the price that was really paid for a million tokens."""
    table = _table("Models of the last 30 days")
    table.add_column("model")
    table.add_column("clouds")
    table.add_column("USD", justify="right")
    table.add_column("million tokens", justify="right")
    table.add_column("USD per 1M tokens", justify="right")
    for row in rows:
        tokens = row["tokens"] or 0.0
        table.add_row(
            row["model"],
            row["clouds"],
            money(row["cost_usd"]),
            f"{tokens / 1e6:,.1f}" if tokens else "-",
            money(row["cost_per_million_tokens_usd"]),
        )
    return table


def budget_table(rows: list[Row]) -> Table:
    """Customers of the running month against their budgets."""
    as_of = f", to {rows[0]['as_of_date']}" if rows else ""
    table = _table(f"Customers and budgets this month{as_of}")
    table.add_column("customer")
    table.add_column("USD", justify="right")
    table.add_column("budget", justify="right")
    table.add_column("used")
    table.add_column("forecast", justify="right")
    table.add_column("status")
    for row in rows:
        is_total = row["budget_scope"] == "total"
        name = "All customers" if is_total else row["customer_name"]
        style = STATUS_STYLES.get(row["status"], "dim")
        forecast = row["forecast_percent"]
        table.add_row(
            name or row["customer_id"],
            money(row["cost_usd"]),
            money(row["monthly_budget_usd"]),
            _bar(row["percent_used"], style),
            "-" if forecast is None else f"{forecast:.0f} %",
            Text(row["status"], style=style),
            style="bold" if is_total else "",
        )
    return table


def _bar(percent: float | None, style: str) -> Text:
    if percent is None:
        return Text("-", style="dim")
    filled = min(BAR_WIDTH, max(0, round(percent / FULL * BAR_WIDTH)))
    return Text.assemble(
        ("█" * filled, style),
        ("░" * (BAR_WIDTH - filled), "dim"),
        f" {percent:.0f} %",
    )


def anomaly_table(rows: list[Row]) -> Table:
    """The days with the largest anomalies."""
    if not rows:
        return _table("No anomalies found")
    table = _table(
        f"Anomalies: {rows[0]['anomalies']} on {len(rows)} days, "
        f"{rows[0]['critical']} of them critical; the largest"
    )
    table.add_column("date")
    table.add_column("where")
    table.add_column("USD", justify="right")
    table.add_column("expected", justify="right")
    table.add_column("mainly")
    table.add_column("severity")
    for row in rows[:ANOMALIES_SHOWN]:
        style = SEVERITY_STYLES.get(row["severity"], "")
        table.add_row(
            str(row["date"]),
            row["scope_key"],
            money(row["cost_usd"]),
            money(row["expected_cost_usd"]),
            row["top_contributor"] or "-",
            Text(row["severity"], style=style),
        )
    return table


def unattributed_line(row: Row) -> Text:
    """How much usage no tag, label or map gives to a customer."""
    usage, unattributed = row["usage_usd"] or 0, row["unattributed_usd"]
    share = float(unattributed / usage) * FULL if usage else 0.0
    return Text.assemble(
        ("Unattributed usage of the last 30 days: ", "bold"),
        f"{share:.1f} % ({money(unattributed)} of {money(usage)} USD)",
    )


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False
    )
