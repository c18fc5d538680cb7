"""How words are read: by their forms, with their verbs, and by what they are about."""

from datetime import date

import pytest

from chat.planner.deterministic import Context, plan_question
from chat.planner.inflection import comparative, superlative, verb_forms
from chat.planner.lexicon import filler, phrases
from chat.plans import Clarification, Explanation, Query, Refusal, Report
from chat.query import CostQuery

MONDAY = date(2026, 11, 23)


def _plan(question: str) -> object:
    return plan_question(question, Context(today=MONDAY))


def _query(question: str) -> CostQuery:
    plan = _plan(question)
    assert isinstance(plan, Query), plan
    return plan.query


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("creep", {"creep", "crept", "creeping"}),
        ("trim", {"trim", "trimmed", "trimming"}),
        ("shave", {"shave", "shaved", "shaving"}),
        ("tally", {"tally", "tallied", "tallying"}),
        ("agree", {"agree", "agreed", "agreeing"}),
        ("total", {"total", "totaled", "totalled", "totaling", "totalling"}),
        ("rack up", {"rack up", "racked up", "racking up"}),
    ],
)
def test_a_verb_is_known_in_all_of_its_forms(verb: str, forms: set[str]) -> None:
    """A list with one form of each word would ask back for the others."""
    assert set(verb_forms(verb, {"creep": ["crept"]})) == forms


def test_adjectives_are_compared_as_they_are_written() -> None:
    """Fater and heftyest are in nobody's question."""
    assert [superlative(one) for one in ("fat", "hefty", "lean", "large")] == [
        ["fattest"],
        ["heftiest"],
        ["leanest"],
        ["largest"],
    ]
    assert comparative("dear") == ["dearer"]


def test_what_money_could_be_spent_on_is_in_no_list_of_words_without_meaning() -> None:
    """A word that is passed over there answers with the cost of everything."""
    topics = "salary rent kubernetes laptop training storage gpu office travel"
    topics += " hire customer feature chatbot night enough accurate new external"

    assert not set(topics.split()) & filler()


@pytest.mark.parametrize(
    "question",
    [
        "How much have we racked up this month?",
        "Pull up last week's spend on Azure",
        "Sum up what we paid for AI last month",
        "What did we end up paying last month?",
        "Looking over last month, what did we spend on AWS?",
        "How much did we hand over to Google last month?",
    ],
)
def test_a_particle_of_a_verb_is_no_growth_and_no_limit(question: str) -> None:
    """Costs that are racked up have not gone up."""
    query = _query(question)

    assert query.metrics == ("total_cost",)
    assert query.comparison is None
    assert not query.metric_filters


@pytest.mark.parametrize(
    ("question", "split"),
    [
        ("Break last month's bill down by cloud vendor", ("provider",)),
        ("Split the costs of last month up by team", ("team",)),
        ("How is last month's spend spread over our regions?", ("region",)),
    ],
)
def test_a_verb_and_its_particle_stand_around_what_they_are_about(
    question: str, split: tuple[str, ...]
) -> None:
    """A bill that is broken down is not one that goes down."""
    query = _query(question)

    assert query.dimensions == split
    assert query.comparison is None


def test_costs_that_are_pushed_up_or_brought_down_are_asked_about_as_that() -> None:
    """The same particles tell of a move where their verb does."""
    pushed, brought = (
        _plan("What's pushing GPT spend up?"),
        _plan("Your top 3 ideas to bring Azure costs down"),
    )

    assert isinstance(pushed, Explanation)
    assert isinstance(brought, Report)
    assert (brought.topic, brought.limit) == ("savings_opportunities", 3)


@pytest.mark.parametrize(
    "saying",
    [
        "can't be pinned on anyone",
        "couldn't be tied to any customer",
        "isn't tagged",
        "was never allocated to a client",
        "is charged to no customer",
    ],
)
def test_cost_of_nobody_is_said_in_many_ways(saying: str) -> None:
    """What no customer pays for is a figure of its own."""
    query = _query(f"How much of last month's spend {saying}?")

    assert query.metrics == ("unattributed_cost",)


def test_cost_that_is_not_of_a_team_is_not_cost_of_no_customer() -> None:
    """Both are given to somebody, but not to the same."""
    plan = _plan("How much of last month's spend isn't assigned to a team?")

    assert isinstance(plan, Clarification | Refusal)


@pytest.mark.parametrize(
    "question",
    [
        "How much did we spend on meetings last month?",
        "What do our reports cost us this month?",
        "Cost of the presentation last week",
        "Which model is the most useful?",
        "Spend last month but Azure",
    ],
)
def test_words_in_passing_are_asked_back_where_they_are_what_is_asked(
    question: str,
) -> None:
    """A report may be what somebody writes, or what he wants to know the cost of."""
    assert isinstance(_plan(question), Clarification | Refusal)


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("list cost anomalies on Azure, last 30 days", "cloud_anomalies"),
        ("list costs by model last month", "total_cost"),
        ("What was the list cost of Azure last month?", "list_cost"),
    ],
)
def test_a_wish_for_a_list_is_none_for_the_list_price(
    question: str, metric: str
) -> None:
    """The longest phrase that fits may reach over a border of grammar."""
    assert _query(question).metrics == (metric,)


def test_each_day_of_a_period_is_a_line() -> None:
    """Their sum answers another question."""
    query = _query("Cost of output tokens for each of the last 7 days")

    assert query.dimensions == ("day",)


def test_models_in_general_are_no_split() -> None:
    """Spend on models is spend on AI, and spend by model a list of them."""
    assert _query("How much did we spend on models in Q2?").dimensions == ()
    assert _query("Spend by model in Q2").dimensions == ("model",)


def test_models_on_several_clouds_are_counted_by_their_clouds() -> None:
    """Which of them run on one cloud only is not asked for."""
    query = _query("spend on models we run on two or more clouds, last month")

    assert query.dimensions == ("model", "provider")
    assert query.spread is not None
    assert (query.spread.over, query.spread.least) == ("provider", 2)
    assert isinstance(
        _plan("How many models run on two or more clouds?"), Clarification
    )


def test_what_all_would_run_on_is_the_goal_of_a_move() -> None:
    """A filter on it would tell what leaving that model saves."""
    plan = _plan("What would we save if we ran everything on Gemini Flash?")

    assert isinstance(plan, Report)
    assert (plan.to_model, plan.filters) == ("gemini-flash", ())


@pytest.mark.parametrize(
    "question",
    [
        "Are output tokens pricier than input tokens?",
        "What if we moved everything from AWS to GCP?",
        "Customers whose spend doubled last month",
        "Is Azure happy with us this month?",
        "How much of last month's cost is yours?",
        "What did Acme say last week?",
        "Which team delivered the most in October?",
        "What do our customers think of Claude?",
        "AWS last month vs Azure this month",
        "What do we burn on a Monday?",
    ],
)
def test_what_a_sum_of_money_would_not_answer_is_asked_back(question: str) -> None:
    """Every word may be known, and the answer be one to another question."""
    assert isinstance(_plan(question), Clarification | Refusal)


def test_an_invoice_that_is_right_is_checked_and_not_summed() -> None:
    """Its sum does not say whether it is right."""
    plan = _plan("Was the October invoice from Azure right?")

    assert isinstance(plan, Report)
    assert plan.topic == "invoice_variance"


def test_the_name_of_the_next_month_is_that_month_where_it_is_to_come() -> None:
    """December of last year is no forecast."""
    assert _query("Forecast for December").time.name == "next_month"
    assert _query("Spend in December").time.name is None


def test_a_day_without_a_month_is_the_newest_one() -> None:
    """The 30th has not come yet."""
    for question, day in (("on the 15th", (11, 15)), ("on the 30th", (10, 30))):
        time = _query(f"What did we spend {question}?").time
        assert time.first
        assert (time.first.month, time.first.day) == day


def test_the_phrases_stay_few_enough_to_be_read_at_once() -> None:
    """They are all made before the first question is answered."""
    assert len(phrases()) < 15_000
