"""Answers: right figures in words, nothing invented, nothing of others."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from chat.answers import Answer
from chat.ask import answer_question
from chat.asker import Asker
from chat.explain import take_apart
from chat.formats import format_change, format_usd, format_value
from chat.scope import Scope
from chat.vocabulary import read_vocabulary
from chat.warehouse import DuckDBReader, WarehouseError
from orchestrate.cli import app

SATURDAY = date(2026, 11, 21)
NOVEMBER = "date between '2026-11-01' and '2026-11-20'"


@pytest.fixture(scope="module")
def reader(built_warehouse: Path) -> DuckDBReader:
    """Reads the marts of the sample bills."""
    return DuckDBReader(path=built_warehouse)


@pytest.fixture
def truth(built_warehouse: Path) -> Callable[[str], Any]:
    """Gives one figure by SQL written by hand."""

    def ask(sql: str) -> Any:
        with duckdb.connect(str(built_warehouse), read_only=True) as connection:
            row = connection.execute(f"select {sql}").fetchone()
        assert row
        return row[0]

    return ask


def _ask(reader: DuckDBReader, *questions: str, scope: Scope | None = None) -> Answer:
    asker = Asker(reader=reader, scope=scope or Scope.everything(), today=SATURDAY)
    answer, previous = Answer(text=""), None
    for question in questions:
        answer, previous = answer_question(question, asker, previous)
    return answer


def test_the_figure_comes_first_with_its_days(
    reader: DuckDBReader, truth: Callable[[str], Any]
) -> None:
    """A figure without its days is not a figure."""
    answer = _ask(reader, "What did we spend on Azure this month?")

    cost = truth(
        "sum(cost_usd) from multi_cloud_costs.unified_costs"
        f" where cloud_provider = 'Azure' and {NOVEMBER}"
    )
    assert answer.text.startswith(format_usd(cost))
    assert "from 1 to 21 November 2026" in answer.text
    assert answer.caveats == (
        "The bills hold complete days until 20 November 2026; later ones grow.",
    )
    assert answer.sql
    assert "Azure" not in answer.sql


def test_a_comparison_says_how_much_more(
    reader: DuckDBReader, truth: Callable[[str], Any]
) -> None:
    """Compared with what, and with which days, is half of the answer."""
    answer = _ask(reader, "Compare this month to last month")

    source = "sum(cost_usd) from multi_cloud_costs.unified_costs where"
    now = truth(f"{source} {NOVEMBER}")
    earlier = truth(f"{source} date between '2026-10-01' and '2026-10-20'")
    change = format_change(now, earlier)
    assert f"{change} than {format_usd(earlier)} from 1 to 20 October" in answer.text


def test_follow_ups_go_on_from_the_answer_before(
    reader: DuckDBReader, truth: Callable[[str], Any]
) -> None:
    """And last month, of what: of what was asked before."""
    answer = _ask(reader, "AWS cost this month", "by model", "and last month?")

    rows = dict(answer.rows)
    cost = truth(
        "sum(cost_usd) from multi_cloud_costs.unified_costs where model ="
        " 'claude-sonnet-4-6' and cloud_provider = 'AWS'"
        " and date between '2026-10-01' and '2026-10-31'"
    )
    assert rows["claude-sonnet-4-6"] == cost
    assert answer.chart is not None
    assert (answer.chart.kind, answer.chart.x) == ("bar", "model")


def test_why_names_what_changed_and_its_parts_add_up(
    reader: DuckDBReader, truth: Callable[[str], Any]
) -> None:
    """A cause that is larger than the change, or none, explains nothing."""
    answer = _ask(reader, "Why did costs change last week?")

    source = "sum(cost_usd) from multi_cloud_costs.unified_costs where date between"
    now = truth(f"{source} '2026-11-09' and '2026-11-15'")
    earlier = truth(f"{source} '2026-11-02' and '2026-11-08'")
    assert answer.text.startswith(f"{format_usd(now)} from 9 to 15 November 2026")
    assert f"than {format_usd(earlier)} from 2 to 8 November" in answer.text
    assert "What changed most" in answer.text


def test_volume_and_price_add_up_to_the_change(
    reader: DuckDBReader, truth: Callable[[str], Any]
) -> None:
    """A part of the change that is nowhere is asked for next."""
    answer = _ask(reader, "Was the increase due to more tokens or pricier models?")

    source = (
        "sum(cost_usd) from multi_cloud_costs.unified_costs"
        " where charge_category = 'Usage' and date between"
    )
    change = truth(f"{source} '2026-11-14' and '2026-11-20'") - truth(
        f"{source} '2026-11-07' and '2026-11-13'"
    )
    assert answer.text.startswith(format_usd(change))


FIGURES = (
    "usage_cost",
    "usage_cost_before",
    "usage_tokens",
    "usage_tokens_before",
)
NUMBERS = st.none() | st.decimals(0, 1_000_000, places=3)


@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(FIGURES, NUMBERS)),
        max_size=8,
    )
)
def test_effects_sum_to_the_change_whatever_the_rows(
    rows: list[dict[str, Decimal | None]],
) -> None:
    """Tokens without cost, cost without tokens, starts and ends: nothing is lost."""
    change = sum(
        ((row["usage_cost"] or 0) - (row["usage_cost_before"] or 0) for row in rows),
        start=Decimal(),
    )

    assert float(take_apart(rows).total) == pytest.approx(float(change), abs=1e-6)


@pytest.mark.parametrize(
    "question",
    [
        "Show me what Globex spent this month",
        "cost by customer this month",
        "which customers are over budget?",
        "top customers by tokens last month",
        "why did costs change last week?",
        "any anomalies this month by customer",
        "what if we moved from claude-sonnet-4-6 to claude-haiku-4-5",
        "is yesterday normal",
        "does our number match the invoice",
        "what did caching save us last month",
        "unattributed cost this month",
        "average cost per customer",
        "what share of spend is acme's",
        "how many active customers do we have",
        "which customers are unprofitable",
        "what is acme's margin",
    ],
)
def test_a_customer_is_told_of_nobody_else(
    reader: DuckDBReader, question: str, truth: Callable[[str], Any]
) -> None:
    """No figure, no name, and no total that others are part of."""
    answer = _ask(reader, question, scope=Scope.only(["acme"]))

    told = f"{answer.text} {answer.rows}".lower().replace('what is "globex"', "")
    for other in ("globex", "wayne", "hooli", "initech", "unattributed'"):
        assert other not in told
    total = truth(
        f"sum(cost_usd) from multi_cloud_costs.unified_costs where {NOVEMBER}"
    )
    assert format_usd(total) not in answer.text


def test_the_planner_of_a_customer_knows_only_its_own_names(
    reader: DuckDBReader,
) -> None:
    """A list of names is what an attacker asks for first."""
    known = read_vocabulary(reader, Scope.only(["acme"]))

    assert set(known.values["customer"].values()) == {"acme"}
    assert read_vocabulary(reader, Scope.only([])).values["customer"] == {}
    assert len(read_vocabulary(reader, Scope.everything()).values["customer"]) > 10


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "copy (select 1) to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "create table x (i int)",
        "delete from multi_cloud_costs.unified_costs",
    ],
)
def test_a_reader_can_only_read_its_file(reader: DuckDBReader, sql: str) -> None:
    """Only compiled statements get here; this holds even if one day they do not."""
    with pytest.raises(WarehouseError):
        reader.read(sql, ())


def test_a_question_that_takes_too_long_is_ended(built_warehouse: Path) -> None:
    """One question must not keep the others waiting."""
    slow = DuckDBReader(path=built_warehouse, seconds=0.2)

    with pytest.raises(WarehouseError, match=re.escape("longer than 0.2 seconds")):
        slow.read("select count(*) from range(1000000) a, range(1000000) b", ())


def test_without_published_figures_the_way_out_is_told(tmp_path: Path) -> None:
    """A path that does not exist must not become an empty database."""
    asker = Asker(
        reader=DuckDBReader(path=tmp_path / "none.duckdb"),
        scope=Scope.everything(),
        today=SATURDAY,
    )

    answer, _ = answer_question("cost this month", asker)

    assert "`llm-costs run` or `llm-costs demo` publishes them" in answer.text
    assert not (tmp_path / "none.duckdb").exists()


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Decimal("52486.44"), "usd", "$52,486"),
        (Decimal("474.534"), "usd", "$474.53"),
        (Decimal("0.00421"), "usd", "$0.0042"),
        (Decimal("-0.00000001"), "usd", "$0.00"),
        (Decimal("-12.5"), "usd", "-$12.50"),
        (Decimal(6602300000), "tokens", "6.6 billion"),
        (0.3478, "share", "34.8 %"),
        (None, "usd", "unknown"),
        (date(2026, 3, 4), None, "4 March 2026"),
    ],
)
def test_figures_are_written_as_people_write_them(
    value: object, unit: Any, written: str
) -> None:
    """Nine digits after the point hide the three before it."""
    assert format_value(value, unit) == written


@pytest.mark.parametrize("command", [["ask", "cost last month"], ["serve"]])
def test_a_server_is_not_asked_as_whoever_may_write(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Harm: the role that builds the marts could change them."""
    monkeypatch.setenv("LLM_COSTS_TARGET", "postgres")
    monkeypatch.setenv("LLM_COSTS_CHAT_SECRET", "s" * 40)
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path))
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)

    refused = CliRunner().invoke(app, command)

    assert refused.exit_code == 2
    said = " ".join(refused.output.split())
    assert "LLM_COSTS_CHAT_WAREHOUSE_USER is not set: on postgres" in said
    assert "docs/warehouses/postgres.md" in said


def test_the_command_answers_and_asks_back(
    built_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first thing that a newcomer types after the demo."""
    monkeypatch.setenv("LLM_COSTS_SERVING_PATH", str(built_warehouse))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path))
    runner = CliRunner()

    asked = runner.invoke(app, ["ask", "cost by provider in October 2026", "only AWS"])
    unclear = runner.invoke(app, ["ask", "cost of frobnication this month"])
    own = runner.invoke(
        app, ["ask", "--customer", "acme", "cost by customer in October 2026"]
    )

    assert asked.exit_code == unclear.exit_code == own.exit_code == 0
    assert "Cost by cloud from 1 to 31 October 2026" in asked.output
    assert "(cloud AWS)" in asked.output
    assert 'What is "frobnication"?' in unclear.output
    assert "acme" in own.output
    assert "globex" not in own.output
