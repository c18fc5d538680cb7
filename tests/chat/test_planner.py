"""The planner without a key: what it understands, asks back and refuses."""

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.compile import compile_query
from chat.planner.choice import WITHOUT_MODEL
from chat.planner.dates import find_periods
from chat.planner.deterministic import Context, plan_question
from chat.planner.slots import Vocabulary
from chat.planner.text import read_words
from chat.plans import (
    AlertRequest,
    Clarification,
    Explanation,
    Help,
    Query,
    Refusal,
    Report,
)
from chat.query import Comparison, CostQuery, Filter, TimeRange
from chat.scope import Scope

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "data" / "questions"
MONDAY = date(2026, 11, 23)
FEATURES = ("search", "chatbot", "summaries")
BEFORE = Comparison(kind="previous_period")
CUSTOMERS = Vocabulary(values={"customer": {"Acme": "acme", "Globex": "globex"}})


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The script that scores questions, which is in no package."""
    path = ROOT / "bench" / "question_accuracy.py"
    spec = importlib.util.spec_from_file_location("question_accuracy", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["question_accuracy"] = module
    spec.loader.exec_module(module)
    return module


def _plan(question: str, previous: CostQuery | None = None) -> object:
    context = Context(today=MONDAY, vocabulary=CUSTOMERS, previous=previous)
    return plan_question(question, context)


def _query(question: str, previous: CostQuery | None = None) -> CostQuery:
    plan = _plan(question, previous)
    assert isinstance(plan, Query), plan
    return plan.query


@pytest.mark.parametrize(
    ("file", "least", "today"),
    [
        ("questions.tsv", 0.96, MONDAY),
        ("more_questions.tsv", 1.0, MONDAY),
        ("unseen_questions.tsv", 0.99, MONDAY),
        ("blind_questions.tsv", 0.97, date(2026, 3, 25)),
        ("spoken_questions.tsv", 0.96, MONDAY),
        ("met_questions.tsv", 0.97, MONDAY),
        ("fresh_questions.tsv", 0.90, MONDAY),
        ("later_questions.tsv", 0.97, MONDAY),
    ],
)
def test_questions_are_understood_or_asked_back(
    bench: ModuleType,
    capsys: pytest.CaptureFixture[str],
    file: str,
    least: float,
    today: date,
) -> None:
    """A question that is answered wrongly is worse than one that is not answered."""
    sys.argv = ["question_accuracy.py", "--questions", str(QUESTIONS / file)]
    sys.argv += ["--today", str(today)]

    assert bench.main() == 0

    lines = capsys.readouterr().out.splitlines()
    score = {line.split("  ")[1].strip(): line.split() for line in lines[1:]}
    assert float(score["right"][-1].rstrip("%")) / 100 >= least
    assert score["wrong"][-2] == "0"


def test_every_understood_question_runs_on_the_marts(
    built_warehouse: Path, bench: ModuleType
) -> None:
    """A plan that the warehouse cannot answer is understood for nothing."""
    context = Context(today=MONDAY, vocabulary=bench._vocabulary([]))
    asked = 0
    with duckdb.connect(str(built_warehouse), read_only=True) as connection:
        for file in ("questions.tsv", "more_questions.tsv"):
            for question, _ in bench._read(QUESTIONS / file):
                plan = plan_question(question, context)
                if isinstance(plan, Query):
                    compiled = compile_query(
                        plan.query,
                        scope=Scope.everything(),
                        target="duckdb",
                        today=MONDAY,
                        complete_until=date(2026, 11, 20),
                    )
                    connection.execute(compiled.sql, list(compiled.parameters))
                    asked += 1
    assert asked > 100


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("on October 14th", "2026-10-14", "2026-10-14"),
        ("on the 3rd of March", "2026-03-03", "2026-03-03"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("in May", "2026-05-01", "2026-05-31"),
        ("in Q4 2025", "2025-10-01", "2025-12-31"),
        ("between March 1 and March 15", "2026-03-01", "2026-03-15"),
        ("from march 1 to 15", "2026-03-01", "2026-03-15"),
        ("from May to July", "2026-05-01", "2026-07-31"),
        ("2026-10-14", "2026-10-14", "2026-10-14"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("since September", "2026-09-01", "2026-11-23"),
        ("from September onwards", "2026-09-01", "2026-11-23"),
        ("from September", "2026-09-01", "2026-09-30"),
        ("in the third quarter", "2026-07-01", "2026-09-30"),
        ("in the first half of October", "2026-10-01", "2026-10-15"),
        ("in the second half of 2025", "2025-07-01", "2025-12-31"),
        ("in H1 2026", "2026-01-01", "2026-06-30"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("in the second week of October", "2026-10-08", "2026-10-14"),
        ("in the first 10 days of October", "2026-10-01", "2026-10-10"),
        ("1 to 15 October", "2026-10-01", "2026-10-15"),
        ("the day before yesterday", "2026-11-21", "2026-11-21"),
        ("last weekend", "2026-11-21", "2026-11-22"),
        ("February 2024", "2024-02-01", "2024-02-29"),
    ],
)
def test_dates_are_read_as_people_write_them(words: str, first: str, last: str) -> None:
    """A date that is read as another one gives a right answer to a wrong question."""
    (found,) = find_periods(read_words(f"spend {words} on aws"), MONDAY)

    resolved = found.time.resolve(today=MONDAY)
    assert (str(resolved.first), str(resolved.last)) == (first, last)


@pytest.mark.parametrize(
    "words", ["on February 30", "99 bottles", "we may spend", "march on", "last 0 days"]
)
def test_what_is_no_date_is_not_made_one(words: str) -> None:
    """May is a month and a word; February has no 30th."""
    found = find_periods(read_words(f"{words} aws"), MONDAY)

    assert not [one for one in found if one.time.first and one.time.first.day > 28]
    assert "may" not in words or not found


@pytest.mark.parametrize(
    ("follow_up", "changes"),
    [
        ("and last month?", {"time": TimeRange(name="last_month")}),
        ("what about yesterday", {"time": TimeRange(name="yesterday")}),
        ("by model", {"dimensions": ("model",)}),
        ("and per team?", {"dimensions": ("team",)}),
        ("now split that by team", {"dimensions": ("team",)}),
        ("break it down by day", {"dimensions": ("day",)}),
        ("and tokens?", {"metrics": ("tokens",)}),
        ("and compared to last month?", {"comparison": BEFORE}),
    ],
)
def test_a_follow_up_changes_only_what_it_names(
    follow_up: str, changes: dict[str, object]
) -> None:
    """A follow-up that forgets the customer answers for the whole company."""
    before = _query("What did Acme cost us on Azure this month?")

    after = _query(follow_up, before)

    assert after.filters == before.filters
    for name in CostQuery.model_fields.keys() - {"order"}:
        expected = changes.get(name, getattr(before, name))
        assert getattr(after, name) == expected


def test_only_one_cloud_takes_the_place_of_another() -> None:
    """Only AWS, after Azure, is not both and not neither."""
    before = _query("Azure spend by model last week")

    after = _query("only AWS", before)

    assert [one.values for one in after.filters] == [("AWS",)]
    assert after.dimensions == ("model",)


def test_only_azure_adds_a_filter_and_changes_nothing_else() -> None:
    """The customer, the split and the period of the question before stay."""
    before = _query("What did Acme cost us by model last week?")

    after = _query("only azure", before)

    azure = Filter(dimension="provider", values=("Azure",))
    assert after == before.model_copy(update={"filters": (*before.filters, azure)})


def test_without_azure_takes_it_out_of_the_question_before() -> None:
    """Without a question before it, the same words are one of their own."""
    before = _query("What did Acme cost us by model last week?")

    after = _query("without azure", before)

    left_out = Filter(dimension="provider", operator="not_in", values=("Azure",))
    assert after == before.model_copy(update={"filters": (*before.filters, left_out)})
    assert _query("without a customer").metrics == ("unattributed_cost",)


@pytest.mark.parametrize(
    "follow_up", ["and then?", "only", "by sku and severity", "and compared to May?"]
)
def test_a_follow_up_that_would_lose_a_word_is_not_answered(follow_up: str) -> None:
    """The answer before, told once more, would pass for one to the follow-up."""
    before = _query("What did Acme cost us this month?")

    assert not isinstance(_plan(follow_up, before), Query)


def test_haiku_instead_of_opus_asks_what_leaving_opus_saves() -> None:
    """The other way round a saving would be told as a loss."""
    plans = [
        _plan("what if we used haiku instead of opus"),
        _plan("what if we moved from opus to haiku"),
        _plan("what would we save with haiku instead of opus"),
    ]

    for plan in plans:
        assert isinstance(plan, Report)
        assert (plan.from_model, plan.to_model) == ("claude-opus", "claude-haiku")


def test_the_dearest_days_come_first() -> None:
    """One day without an order would be the first of the period."""
    day = _query("what day was the most expensive in the last 30 days?")
    week = _query("cheapest week of this year")

    assert day.dimensions == ("day",)
    assert (day.limit, week.limit) == (1, 1)
    assert day.order
    assert day.order.descending
    assert week.order
    assert not week.order.descending


@pytest.mark.parametrize(
    ("question", "metric", "split"),
    [
        ("what % of last month's bill was aws", "cost_share", ("provider",)),
        ("how big a slice of last month's spend is Acme", "cost_share", ("customer",)),
        ("by how many percent did azure costs grow this month", "cost_growth_pct", ()),
        ("plot gpt-4o cost per day this month", "total_cost", ("day",)),
        ("cost per customer ytd", "total_cost", ("customer",)),
        ("average cost per customer ytd", "avg_cost_per_customer", ()),
        ("mean cost per day last month", "avg_daily_cost", ()),
        ("cost per 1M output tokens last week", "cost_per_1m_tokens", ()),
        ("cost per million claude tokens last week", "cost_per_1m_tokens", ()),
        ("projected eom spend by customer", "forecast_cost", ("customer",)),
        ("price per 1k output tokens last month", "cost_per_1k_tokens", ()),
    ],
)
def test_a_figure_is_the_one_that_was_named(
    question: str, metric: str, split: tuple[str, ...]
) -> None:
    """An average, a share or a growth is none of the other two."""
    query = _query(question)

    assert (query.metrics, query.dimensions) == ((metric,), split)


@pytest.mark.parametrize(
    ("question", "metric", "split", "kept"),
    [
        (
            "What percent of our Azure budget have we used?",
            "budget_utilization_pct",
            (),
            {"provider": "Azure"},
        ),
        (
            "Which teams have overshot their budget this month?",
            "budget_status",
            ("team",),
            {"status": "Over"},
        ),
        (
            "Are we headed for a budget overrun on AWS?",
            "forecast_budget_variance",
            (),
            {"provider": "AWS"},
        ),
        ("budget used in percent by team", "budget_utilization_pct", ("team",), {}),
        (
            "how much of the GCP budget is left",
            "budget_remaining",
            (),
            {"provider": "GCP"},
        ),
        ("is the search team over budget", "budget_status", (), {"team": "search"}),
        (
            "by how much did team search exceed its budget",
            "budget_variance",
            (),
            {"team": "search"},
        ),
        (
            "which clouds are at risk of exceeding their budget",
            "budget_status",
            ("provider",),
            {"status": "At risk"},
        ),
        (
            "which teams will exceed their budget",
            "forecast_budget_variance",
            ("team",),
            {},
        ),
        ("budget remaining by provider", "budget_remaining", ("provider",), {}),
        ("budgets of AWS, Azure and GCP", "budget", ("provider",), {}),
        (
            "which customers are over budget",
            "budget_status",
            ("customer",),
            {"status": "Over"},
        ),
        ("who is over budget", "budget_status", ("customer",), {"status": "Over"}),
        ("are we over our AI budget", "budget_status", (), {}),
    ],
)
def test_a_budget_is_the_one_that_is_named(
    question: str, metric: str, split: tuple[str, ...], kept: dict[str, str]
) -> None:
    """The company's budget, told as a cloud's, is a wrong number with a right name."""
    query = _query_of_teams(question)

    assert (query.metrics, query.dimensions) == ((metric,), split)
    assert {one.dimension: one.values for one in query.filters} == {
        name: (value,) for name, value in kept.items()
    }


def test_a_follow_up_asks_for_budgets_of_another_kind() -> None:
    """Who asked for one cloud is not told of all teams without a word."""
    teams = _query_of_teams("which teams are over budget")
    azure = _query_of_teams("what percent of our Azure budget have we used")
    forecast = _query_of_teams("forecast this month")

    clouds = _query_of_teams("and clouds?", teams)
    assert clouds.dimensions == ("provider",)
    assert _query_of_teams("only search", teams).filters == (
        *teams.filters,
        Filter(dimension="team", values=("search",)),
    )
    assert _query_of_teams("and AWS?", azure).filters == (
        Filter(dimension="provider", values=("AWS",)),
    )
    assert isinstance(_plan("and by team?", azure), Clarification)
    by_cloud = _query_of_teams("and by cloud?", forecast)
    assert (by_cloud.metrics, by_cloud.dimensions) == (
        ("cloud_forecast",),
        ("provider",),
    )


def _query_of_teams(question: str, previous: CostQuery | None = None) -> CostQuery:
    names = {**CUSTOMERS.values, "team": {"search": "search"}}
    vocabulary = Vocabulary(values=names)
    context = Context(today=MONDAY, vocabulary=vocabulary, previous=previous)
    plan = plan_question(question, context)
    assert isinstance(plan, Query), plan
    return plan.query


def test_a_team_that_is_called_platform_is_one_beside_the_word() -> None:
    """By platform asks for clouds, whatever a team is called."""
    names = Vocabulary(values={"team": {"platform": "platform"}})
    context = Context(today=MONDAY, vocabulary=names)

    team = plan_question("how much did team platform spend this month", context)
    clouds = plan_question("spend by platform this month", context)

    assert isinstance(team, Query)
    assert team.query.filters == (Filter(dimension="team", values=("platform",)),)
    assert isinstance(clouds, Query)
    assert clouds.query.dimensions == ("provider",)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("cost of the search feature last month", {"feature": "search"}),
        ("what did the search team spend last month", {"team": "search"}),
        ("how much did search cost last month", {"team": "search"}),
        ("how much does the chatbot use case cost us", {"feature": "chatbot"}),
        ("what have summaries cost this month", {"feature": "summaries"}),
        ("search cost last month", {"team": "search"}),
        ("search for the cost of last month", {}),
        ("a summary of this month's costs", {}),
        ("forecast for this month", {}),
        ("cost of the forecast feature last month", {"feature": "forecast"}),
    ],
)
def test_a_name_that_two_share_or_everybody_says_is_what_the_word_beside_it_says(
    question: str, wanted: dict[str, str]
) -> None:
    """A feature's cost is not that of the team of that name, and a summary is none."""
    features = ("search", "chatbot", "summaries", "forecast")
    names = {"team": {"search": "search"}, "feature": {one: one for one in features}}
    context = Context(today=MONDAY, vocabulary=Vocabulary(values=names))

    plan = plan_question(question, context)

    assert isinstance(plan, Query), plan
    found = {one.dimension: one.values[0] for one in plan.query.filters}
    assert found == wanted
    assert plan.query.dimensions == ()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("cost of search and chatbot", {"feature": {"search", "chatbot"}}),
        ("search and chatbot cost last month", {"feature": {"search", "chatbot"}}),
        ("cost of search, chatbot and summaries", {"feature": {*FEATURES}}),
        ("search cost last month", {"team": {"search"}}),
        ("our ai cost last month", {}),
        ("what did team ai cost last month", {"team": {"ai"}}),
    ],
)
def test_names_that_are_joined_are_of_one_kind(
    question: str, wanted: dict[str, set[str]]
) -> None:
    """The team search cut with the feature chatbot is neither's cost."""
    names = {"team": {"search": "search", "ai": "ai"}}
    names["feature"] = {one: one for one in FEATURES}
    context = Context(today=MONDAY, vocabulary=Vocabulary(values=names))

    plan = plan_question(question, context)

    assert isinstance(plan, Query), plan
    assert {one.dimension: {*one.values} for one in plan.query.filters} == wanted


@pytest.mark.parametrize("split", ["team", "feature"])
def test_a_shared_name_is_of_the_kind_that_the_question_before_was_about(
    split: str,
) -> None:
    """Who saw features and says only search does not mean the team of that name."""
    names = {"team": {"search": "search"}, "feature": {"search": "search"}}
    context = Context(today=MONDAY, vocabulary=Vocabulary(values=names))
    before = plan_question(f"cost by {split} last month", context)
    assert isinstance(before, Query)

    after = plan_question("only search", replace(context, previous=before.query))

    assert isinstance(after, Query)
    assert after.query.filters == (Filter(dimension=split, values=("search",)),)


@pytest.mark.parametrize(
    "word", ["feature", "product feature", "use case", "application"]
)
def test_costs_are_split_by_what_they_are_for(word: str) -> None:
    """What a product is made of is asked in many words."""
    assert _query(f"cost by {word} last month").dimensions == ("feature",)
    assert _query(f"which {word}s cost the most").dimensions == ("feature",)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("how much wd u save w/ caching", "how much would you save with caching"),
        ("cost w/o gpt-4o thru may", "cost without gpt-4o through may"),
        ("acct mgmt w/in 2w", "account management within 2w"),
    ],
)
def test_words_of_text_messages_are_read_in_full(short: str, long: str) -> None:
    assert [one.text for one in read_words(short)] == [
        one.text for one in read_words(long)
    ]


def test_a_misspelt_word_is_read_as_meant_and_told() -> None:
    """Who reads the answer sees what was understood; names are never mended."""
    context = Context(today=MONDAY, vocabulary=CUSTOMERS)

    planned = WITHOUT_MODEL.plan("how mcuh did we spned last month", context)

    assert planned.plan == _plan("how much did we spend last month")
    assert planned.caveats == ('I read "mcuh" as "much".', 'I read "spned" as "spend".')
    assert isinstance(_plan("spend of Glboex last month"), Clarification)
    assert isinstance(_plan("spend of Tema last month"), Clarification)
    assert isinstance(_plan("spend in a quarter"), Clarification)
    assert not isinstance(_plan("how many emails were sent last month"), Query)
    assert not WITHOUT_MODEL.plan("spend on 1900-01-01", context).caveats


ASKED_BACK = [
    "Show me what Frobnic spent this month",
    "how much do we spend?",
    "second most expensive model this month",
    "average cost by model this month",
    "models that we did not use last month",
    "cost by browser this month",
    "what costs the most this month",
    "how many customers spend more than $1000",
    "cost in June, August and in October",
    "how many models do we use on more than one cloud",
    "share of tokens by model last month",
    "cost of 42 last month",
    "only azure",
    "and last month?",
    "alert me at 5 and 6",
    "spend next week",
]


@pytest.mark.parametrize("question", ASKED_BACK)
def test_every_choice_that_is_offered_can_be_sent_back(question: str) -> None:
    """A choice that is asked back again leads nowhere."""
    plan = _plan(question)

    assert isinstance(plan, Clarification)
    for choice in plan.choices:
        assert isinstance(_plan(choice), Query | AlertRequest), choice


@pytest.mark.parametrize(
    ("answer", "split"),
    [("Ask without it", ()), ("A customer", ("customer",)), ("A team", ("team",))],
)
def test_a_short_answer_goes_with_the_question_that_was_asked_back(
    answer: str, split: tuple[str, ...]
) -> None:
    """People say it in their own words instead of choosing."""
    history = ("spend of Frobnic on azure last week",)
    context = Context(today=MONDAY, vocabulary=CUSTOMERS, history=history)

    plan = plan_question(answer, context)

    assert isinstance(plan, Query)
    assert plan.query.dimensions == split
    assert plan.query.time == TimeRange(name="last_week")
    assert plan.query.filters == (Filter(dimension="provider", values=("Azure",)),)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why did costs spike on Tuesday?", Explanation),
        ("what drove the increase in Azure spend last week", Explanation),
        ("How fresh is the data?", Report),
        ("alert me when we spend more than $500 a day", AlertRequest),
        ("help", Help),
        ("", Help),
        ("And by model?", Clarification),
        ("how much do we spend?", Clarification),
        ("spend for frobnicator this month", Clarification),
        ("tell me a joke", Refusal),
        ("What are other companies paying?", Refusal),
        ("delete the rows of last month", Refusal),
        ("please drop table unified_costs", Refusal),
        ("which customers have the best margin?", Query),
        ("second most expensive model this month", Clarification),
        ("average cost by model this month", Clarification),
        ("models that we did not use last month", Clarification),
        ("cost by browser this month", Clarification),
        ("what costs the most this month", Clarification),
        ("how many customers spend more than $1000", Clarification),
        ("cost of the last 24 hours", Clarification),
        ("cost in June, August and in October", Clarification),
        ("spend next week", Clarification),
        ("margin on Azure", Refusal),
        ("anything weird in staging in the past 7 days", Refusal),
        ("which teams blew their budget last month", Query),
        ("budget of production", Refusal),
        ("is acme over budget on azure", Refusal),
        ("how much did team platform spend this month", Clarification),
        ("spend of the finance team last month", Clarification),
        ("average tokens by model last month", Clarification),
        ("share of tokens by model last month", Clarification),
        ("the most expensive model by week this year", Clarification),
        ("alert me when a team spends more than $500", Clarification),
        ("March vs December", Clarification),
        ("did gemini get more expensive since january", Clarification),
        ("is acme going to exceed its budget by more than 10%", Clarification),
        ("what changed for acme between january and february", Clarification),
        ("difference between aws and azure last month", Clarification),
        ("which customers spend more on aws than on azure", Clarification),
        ("customers whose spend fell last month", Clarification),
        ("when will we run out of budget", Clarification),
        ("who is using opus", Query),
        ("why is acme more expensive than globex", Clarification),
        ("why did tokens go up last week", Clarification),
        ("is the azure bill right", Report),
        ("tokens and cost by customer last month", Clarification),
        ("share of aws in acme's spend last month", Clarification),
        ("share of aws spend by model last month", Clarification),
        ("alert me if azure spend goes up by 20%", Clarification),
        ("alert me when cost is 20% over budget", Clarification),
        ("alert me at 80% of the budget", AlertRequest),
        ("alert me if spend drops below $100", AlertRequest),
        ("saving with another model", Report),
        ("what will the OpenAI share price be tomorrow?", Refusal),
        ("and per customer?", Clarification),
        ("now split that by team", Clarification),
        ("only azure", Clarification),
        ("and last month?", Clarification),
        ("which team is the priciest and which is the cheapest", Clarification),
        ("not more than 3 teams by cost this month", Clarification),
        ("how many charges last month", Clarification),
        ("what did the bill look like at the end of last month", Clarification),
        ("yesterday vs the same day last week", Clarification),
        ("growth from September to October", Clarification),
        ("any alerts last week", Query),
        ("send alerts when cost is over $500", AlertRequest),
        ("was yesterday a typical day", Report),
    ],
)
def test_each_kind_of_question_gets_its_kind_of_plan(question: str, kind: type) -> None:
    """What is no figure must not be answered with one."""
    assert isinstance(_plan(question), kind)


@pytest.mark.parametrize(
    ("question", "used"),
    [
        ("What if we replaced Opus with Haiku?", "claude-opus"),
        ("What would we save if Haiku would replace Opus?", "claude-opus"),
        ("What if we used Haiku in place of Opus?", "claude-opus"),
    ],
)
def test_the_model_in_use_is_the_one_that_is_replaced(question: str, used: str) -> None:
    """The other way round, a saving would be told as a loss."""
    plan = _plan(question)

    assert isinstance(plan, Report)
    assert (plan.from_model, plan.to_model) == (used, "claude-haiku")


def test_a_day_is_held_against_the_same_day_of_the_month_before() -> None:
    """The period before a day is the day before, which nobody asked for."""
    query = _query("Yesterday's cost vs the same day last month")

    assert query.comparison == Comparison(kind="same_period_last_month")


def test_a_limit_may_follow_its_number() -> None:
    """Without its limit, the answer would list everybody."""
    (kept,) = _query("customers with $500 or more this month").metric_filters

    assert (kept.operator, kept.value) == (">=", 500)


def test_a_drop_in_cost_is_no_wish_to_drop() -> None:
    """Why did cost drop is asked of figures; drop the table is a command."""
    plan = _plan("Why did our costs drop on March 3?")

    assert isinstance(plan, Explanation)
    assert plan.time.first == date(2026, 3, 3)


def test_a_customer_that_the_asker_may_not_know_is_an_unknown_word() -> None:
    """The planner of one customer cannot even tell that another exists."""
    only_acme = Vocabulary(values={"customer": {"Acme": "acme"}})
    context = Context(today=MONDAY, vocabulary=only_acme)

    known = plan_question("Show me what Globex spent this month", context)
    invented = plan_question("Show me what Frobnic spent this month", context)

    assert isinstance(known, Clarification)
    assert isinstance(invented, Clarification)
    assert known.question.replace("globex", "frobnic") == invented.question


def test_hidden_characters_change_nothing() -> None:
    """What is not seen must not decide."""
    plain = _query("AWS spend last week")

    hidden = _query("AW\u200bS\u2060 sp\u00adend \u202elast week")

    assert hidden == plain


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_plan(text: str) -> None:
    """A question must never be a server error."""
    assert _plan(text)


WORDS = [
    "cost", "spend", "by", "model", "customer", "last", "month", "vs", "top", "5",
    "budget", "over", "80%", "why", "acme", "claude", "gpt-4o", "tokens", "share",
    "growth", "only", "and", "except", "aws", "azure", "between", "march", "1",
    "forecast", "cheapest", "anomalies", "daily", "batch", "save", "what", "if",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
@settings(max_examples=600, deadline=None)
def test_any_order_of_known_words_gets_a_plan(words: list[str]) -> None:
    """Known words in an order that nobody thought of."""
    first = _plan(" ".join(words))
    assert first

    def queries() -> Iterator[CostQuery]:
        if isinstance(first, Query):
            yield first.query

    if isinstance(first, Clarification):
        for choice in first.choices:
            assert not isinstance(_plan(choice), Clarification)

    for query in queries():
        assert _plan(" ".join(["and", *words]), query)
