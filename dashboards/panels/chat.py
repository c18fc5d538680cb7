"""Panels about the chat: who asks it, with what success, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards import house, theme
from dashboards.queries import chat

if TYPE_CHECKING:
    from dashboards.dialects import Dialect

Json = dict[str, Any]

OF_ALL = "Of the chat as a whole, whichever cloud is chosen."
NOT_ASKED = "Nobody asked the chat in this range, or it answers from another warehouse."
NO_MODEL = "The chat asked no language model in this range."


def totals_stat(q: Dialect) -> Json:
    """Questions, how many were answered and liked, and the tokens they took."""

    def judged(name: str, title: str) -> Json:
        return theme.share(
            name,
            title,
            thresholds=theme.thresholds(theme.OFTEN),
            color={"mode": "thresholds"},
        )

    return house.stat(
        q,
        title="Questions to the chat",
        description=(
            "What was asked in this range, the part that got an answer, and the part "
            "of the rated answers that was found good. Below 80 % people ask for what "
            "the chat does not know, or in words that it does not. Tokens are those "
            "of its own language model, 0 without one. Counted by the daily job: "
            f"today's questions are not all in it. {OF_ALL}"
        ),
        sql=chat.totals(q),
        no_value=NOT_ASKED,
        columns=[
            theme.column("questions", "Questions", unit=theme.COUNT, decimals=0),
            judged("answered_share", "Answered"),
            judged("liked_share", "Found good"),
            theme.column("tokens", "Tokens", unit=theme.COUNT, decimals=1),
        ],
    )


def outcomes_trend(q: Dialect) -> Json:
    """Questions a day by outcome."""
    return house.trend(
        q,
        title="Questions by outcome",
        description=(
            "Questions of each day in UTC by what came of them. Failed ones want a "
            "look at the chat's log; many that are asked back or refused want words "
            f"or figures that it lacks. {OF_ALL}"
        ),
        sql=chat.outcomes(q),
        draw="bars",
        is_stacked=True,
        calcs=("sum",),
        unit=theme.COUNT,
        decimals=0,
        no_value=NOT_ASKED,
        columns=[
            theme.column(name, title, color=color)
            for name, (title, color) in theme.OUTCOMES.items()
        ],
    )


def answer_times_trend(q: Dialect) -> Json:
    """How long answers take."""
    return house.trend(
        q,
        title="How long answers take",
        description=(
            "The time that half of each day's answers kept, and that 95 % of them "
            "kept, to within its usual limits (10, 15, 20, 30 ... milliseconds). "
            f"People leave a chat that takes longer than some seconds. {OF_ALL}"
        ),
        sql=chat.answer_times(q),
        unit=theme.MILLISECONDS,
        decimals=0,
        no_value=NOT_ASKED,
        columns=[
            theme.column("half", "Half of them within", color=theme.ACTUAL),
            theme.column("nearly_all", "95 % within", color=theme.EXPECTED),
        ],
    )


def askers_table(q: Dialect) -> Json:
    """Who asks."""
    return house.table(
        q,
        title="Who asks",
        description=(
            "The fifty customers, or kinds of the company's own people, that ask "
            "most. A customer that stopped asking may have stopped looking. Single "
            f"people cannot be told apart here. {OF_ALL}"
        ),
        sql=chat.askers(q),
        no_value=NOT_ASKED,
        columns=[
            theme.column("sees", "Customer, or sees"),
            theme.column("asker_role", "Role"),
            theme.column("questions", "Questions", unit=theme.COUNT, decimals=0),
            theme.share_bar("answered_share", "Answered", theme.OFTEN),
            theme.column("thumbs_up", "Good", unit=theme.COUNT, decimals=0),
            theme.column("thumbs_down", "Bad", unit=theme.COUNT, decimals=0),
            theme.column("last_asked", "Last asked", unit=theme.DAY),
        ],
    )


def language_models_table(q: Dialect) -> Json:
    """What the chat's language model takes."""
    return house.table(
        q,
        title="The chat's own language model",
        description=(
            "Requests and tokens by the model that the chat asked, also in vain. Its "
            "cost is not told here: it is on the bill of who sells the model, and in "
            f"these dashboards where that bill is loaded. {OF_ALL}"
        ),
        sql=chat.language_models(q),
        no_value=NO_MODEL,
        columns=[
            theme.column("language_model", "Model"),
            theme.column("questions", "Questions", unit=theme.COUNT, decimals=0),
            theme.column("model_requests", "Requests", unit=theme.COUNT, decimals=0),
            theme.column("input_tokens", "Input tokens", unit=theme.COUNT, decimals=1),
            theme.share("cached_share", "Cached"),
            theme.column(
                "output_tokens", "Output tokens", unit=theme.COUNT, decimals=1
            ),
            theme.column(
                "tokens_per_question", "A question", unit=theme.COUNT, decimals=1
            ),
        ],
    )
