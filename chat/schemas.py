"""What the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chat.alerts.rules import AlertProposal  # noqa: TC001 - pydantic reads it
from chat.metrics import Unit  # noqa: TC001 - pydantic reads it
from chat.query import CostQuery  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from chat.answers import Answer

MOST_EARLIER = 6
MOST_OF_EARLIER = 500
Cell = str | Decimal | float | int | date | datetime | None


class ChatRequest(BaseModel):
    """A question, and what was asked before it."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[
        str,
        Field(min_length=1, max_length=2_000, examples=["Cost by model last month"]),
    ]
    context: Annotated[
        CostQuery | None,
        Field(description="The `context` of the answer before, for follow-ups."),
    ] = None
    history: Annotated[
        list[Annotated[str, Field(max_length=MOST_OF_EARLIER)]] | None,
        Field(
            max_length=MOST_EARLIER,
            description="Questions before this one, the oldest first.",
        ),
    ] = None
    time_zone: Annotated[
        str, Field(max_length=64, description="IANA name, for today and yesterday.")
    ] = "UTC"


class ColumnOut(BaseModel):
    """A column of the rows."""

    name: str
    label: str
    unit: Unit | None = Field(description="What its numbers count; null for a name.")


class ChartOut(BaseModel):
    """How the rows look best."""

    kind: Literal["line", "bar"]
    x: str
    y: list[str]


class DashboardLink(BaseModel):
    """Where to see more, with the days and the filters of the answer chosen."""

    title: str
    url: str


class ChatResponse(BaseModel):
    """An answer."""

    answer_id: str = Field(description="Its own; feedback names it.")
    text: str = Field(description="In words, the figure first.")
    columns: list[ColumnOut] = []
    rows: list[list[Cell]] = []
    chart: ChartOut | None = None
    caveats: list[str] = []
    suggestions: list[str] = []
    choices: list[str] = Field(default=[], description="Answers to a question back.")
    sql: str | None = Field(default=None, description="Without the bound values.")
    alert: AlertProposal | None = Field(
        default=None,
        description=(
            "The alert that was asked for. Nothing is stored yet: it is made by "
            "`POST /api/alerts`, with a channel and a destination and without `text`."
        ),
    )
    context: CostQuery | None = Field(
        default=None, description="To be sent with a follow-up."
    )
    dashboard: DashboardLink | None = Field(
        default=None, description="Null where Grafana's address is not set."
    )


class QuickStat(BaseModel):
    """One figure of the badge."""

    name: Literal["yesterday", "month_to_date", "last_7_days", "budget_used"]
    label: str
    value: Decimal | float | None
    unit: Unit
    text: str


class QuickStats(BaseModel):
    """What the badge shows."""

    complete_until: date | None = Field(description="Last day that is billed in full.")
    stats: list[QuickStat]


class Suggestions(BaseModel):
    """Questions to begin with."""

    questions: list[str]


class State(BaseModel):
    """Whether the service works."""

    status: Literal["ok"] = "ok"


class Problem(BaseModel):
    """Why a request was not answered."""

    detail: str


class Fault(BaseModel):
    """What is wrong with a part of a request; what was sent there is not repeated."""

    type: str = Field(description="The kind of fault, for programs.")
    loc: list[str | int] = Field(description="Where: body, query or path, and names.")
    msg: str


class Invalid(BaseModel):
    """What is wrong with a request: its parts, or in a sentence what cannot be done."""

    detail: str | list[Fault]


def to_response(
    answer: Answer,
    context: CostQuery | None,
    *,
    answer_id: str,
    grafana_url: str | None = None,
) -> ChatResponse:
    """Give an answer as the API sends it.

    Args:
        answer: The answer.
        context: The query for follow-ups.
        answer_id: What it is called from here on.
        grafana_url: Where the dashboards are.
    """
    dashboard = None
    if answer.dashboard and grafana_url:
        title, path = answer.dashboard
        dashboard = DashboardLink(title=title, url=f"{grafana_url}{path}")
    chart = None
    if answer.chart:
        drawn = list(answer.chart.y)
        chart = ChartOut(kind=answer.chart.kind, x=answer.chart.x, y=drawn)
    return ChatResponse(
        answer_id=answer_id,
        text=answer.text,
        columns=[
            ColumnOut(name=one.name, label=one.label, unit=one.unit)
            for one in answer.columns
        ],
        rows=[list(row) for row in answer.rows],
        chart=chart,
        caveats=list(answer.caveats),
        suggestions=list(answer.suggestions),
        choices=list(answer.choices),
        sql=answer.sql,
        alert=answer.alert,
        context=context,
        dashboard=dashboard,
    )
