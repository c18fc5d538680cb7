"""`llm-costs ask`: a question about costs, answered from the published figures."""

import os
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chat.answers import Answer
from chat.ask import Before, answer_in_steps
from chat.asker import Asker
from chat.errors import SettingsError
from chat.formats import format_value
from chat.language import open_language
from chat.llm.settings import read_llm_settings
from chat.progress import last_of
from chat.scope import Scope
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import read_warehouse_settings
from orchestrate.settings import read_settings
from orchestrate.steps import StepFailed, show_failure
from orchestrate.terminal import open_console

MOST_LINES = 20


def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(help="The question; several in quotes are follow-ups."),
    ] = None,
    customer: Annotated[
        list[str] | None,
        typer.Option(help="See only what this customer may see; several may be given."),
    ] = None,
    *,
    sql: Annotated[bool, typer.Option("--sql", help="Show the statement too.")] = False,
) -> None:
    """Ask what AI usage costs, in plain words; no key and no network needed.

    With LLM_COSTS_CHAT_MODEL set, a language model reads what is not understood.

    Reads the figures that were published last. What is not understood is asked back,
    never guessed.

    [bold]Examples[/bold]

      $ llm-costs ask "what did we spend yesterday"
      $ llm-costs ask "cost by model this month vs last month" "only azure"
      $ llm-costs ask --customer acme "how much budget is left"
    """
    console = open_console()
    try:
        read_settings()
        reader = make_reader(read_warehouse_settings())
    except (StepFailed, SettingsError) as failure:
        told = failure if isinstance(failure, StepFailed) else StepFailed(str(failure))
        show_failure(console, told)
        raise typer.Exit(2) from failure
    asker = Asker(
        reader=reader,
        scope=Scope.only(customer) if customer else Scope.everything(),
        today=datetime.now(UTC).date(),
    )
    before = Before()
    try:
        with open_language(read_llm_settings(os.environ)) as language:
            for one in question or ["help"]:
                found = last_of(answer_in_steps(one, asker, before, language))
                show_answer(found.answer, console, with_sql=sql)
                asked = (*before.questions, one)
                before = Before(query=found.context, questions=asked)
    except SettingsError as error:
        show_failure(console, StepFailed(str(error)))
        raise typer.Exit(2) from error


def show_answer(answer: Answer, console: Console, *, with_sql: bool) -> None:
    """Show an answer: the words, a table where there is more than one line."""
    console.print(Text(answer.text, style="bold"))
    if len(answer.rows) > 1:
        console.print(_table(answer))
    for caveat in answer.caveats:
        console.print(Text(caveat, style="yellow"))
    for choice in answer.choices:
        console.print(Text(f"  - {choice}"))
    if with_sql and answer.sql:
        console.print(Text(answer.sql, style="dim"))
    if answer.suggestions:
        console.print(Text(f"Next: {' | '.join(answer.suggestions)}", style="dim"))


def _table(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in answer.columns:
        is_figure = column.unit not in {None, "text"}
        table.add_column(column.label, justify="right" if is_figure else "left")
    units = [column.unit for column in answer.columns]
    for row in answer.rows[:MOST_LINES]:
        cells = zip(row, units, strict=True)
        table.add_row(*(Text(format_value(value, unit)) for value, unit in cells))
    if len(answer.rows) > MOST_LINES:
        table.add_row(f"... and {len(answer.rows) - MOST_LINES} more")
    return table
