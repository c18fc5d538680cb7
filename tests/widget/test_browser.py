"""The widget in a browser, against the API on the sample company."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import expect

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
Visit = Callable[..., Any]


def _total(warehouse: Path, condition: str) -> str:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute(
            "select sum(cost_usd) from multi_cloud_costs.unified_costs "
            f"where {condition}"
        ).fetchone()
    assert row
    return f"${row[0]:,.0f}"


def test_the_badge_and_an_answer_say_what_the_bills_say(
    visit: Visit, built_warehouse: Path
) -> None:
    """A figure on a customer's page that is not the bill's is worse than none."""
    month = _total(built_warehouse, "date between '2026-11-01' and '2026-11-21'")
    day = _total(built_warehouse, "date = '2026-11-20'")
    widget = visit()

    expect(widget.launcher).to_contain_text(month)
    widget.open()
    answer = widget.ask("What did we spend yesterday?")

    expect(answer).to_contain_text(day)
    expect(answer).to_contain_text("on 20 November 2026")


def test_a_page_cannot_spoil_the_widget_and_need_not_allow_much(visit: Visit) -> None:
    """Styles of the page reach into whatever is not shielded; policies forbid more."""
    widget = visit()
    widget.open()

    assert widget.field.is_visible()
    assert widget.field.evaluate("one => getComputedStyle(one).fontSize") == "14px"
    expect(widget.page.locator("h1")).to_have_css("color", "rgb(255, 0, 0)")


def test_a_follow_up_is_about_the_answer_before(visit: Visit) -> None:
    """Without it each question has to be asked in full."""
    widget = visit()
    widget.open()
    widget.ask("Azure cost by model in October 2026")

    answer = widget.ask("only AWS")

    expect(answer).to_contain_text("cloud AWS")
    expect(answer).to_contain_text("October 2026")
    widget.page.reload()
    widget.open()
    again = widget.ask("only GCP")
    expect(again).to_contain_text("October 2026")


def test_suggestions_lead_on(visit: Visit) -> None:
    """Who does not know what can be asked asks nothing."""
    widget = visit()
    widget.open()

    widget.panel.get_by_role("button", name="What did we spend yesterday?").click()
    widget.last.get_by_role("button", name="And by model?").click()

    expect(widget.last).to_contain_text("Cost by model on 20 November 2026")
    expect(widget.field).to_be_focused()


def test_a_question_back_is_answered_by_a_button(visit: Visit) -> None:
    """A choice that has to be typed out is a riddle."""
    widget = visit()
    widget.open()
    back = widget.ask("cost")

    expect(back.get_by_role("button", name="Last month")).to_be_visible()
    expect(back.get_by_role("button", name="Yesterday")).to_be_visible()


def test_a_question_back_is_answered_in_short_words(visit: Visit) -> None:
    """Who is asked about one word says what to do with it, not all of it anew."""
    widget = visit()
    widget.open()
    back = widget.ask("cost of frobnication in October 2026")
    expect(back).to_contain_text("frobnication")

    answer = widget.ask("ask without it")

    expect(answer).to_contain_text("October 2026")
    expect(answer).to_contain_text("$")


def test_charts_have_a_name_and_a_table(visit: Visit) -> None:
    """A picture alone tells nothing to whoever cannot see it."""
    widget = visit()
    widget.open()

    line = widget.ask("daily cost this month")
    expect(line.get_by_role("img", name="Cost by day")).to_be_visible()
    bars = widget.ask("cost by provider in October 2026")
    expect(bars.get_by_role("img", name="Cost by cloud")).to_be_visible()
    bars.get_by_role("button", name="Table").click()

    expect(bars.get_by_role("columnheader")).to_have_text(["Cloud", "Cost (USD)"])
    expect(bars.get_by_role("row")).to_have_count(4)


def test_the_line_of_a_chart_says_its_figures_at_the_pointer(visit: Visit) -> None:
    """A line without figures cannot be checked against a bill."""
    widget = visit()
    widget.open()
    chart = widget.ask("daily cost this month").get_by_role("img")

    chart.hover()

    expect(widget.last.locator(".tip")).to_contain_text(re.compile(r"Nov \d+, 2026"))
    expect(widget.last.locator(".tip")).to_contain_text(re.compile(r"\$[\d,]+"))


def test_an_answer_leads_to_its_dashboard(visit: Visit) -> None:
    """Whoever wants to see more has to find the same days and filters there."""
    widget = visit()
    widget.open()
    answer = widget.ask("AWS cost by model in October 2026")

    link = answer.get_by_role("link", name="View dashboard")

    expect(link).to_have_attribute(
        "href", re.compile(r"^https://grafana\.example\.com/d/.*from=")
    )
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_thumb_arrives(visit: Visit) -> None:
    """Feedback that is thanked for and lost is worse than none."""
    widget = visit()
    widget.open()
    answer = widget.ask("cost in October 2026")
    answer.get_by_role("button", name="Bad answer").click()
    answer.get_by_role("textbox", name="What was wrong?").fill("too little")

    with widget.page.expect_response("**/api/feedback") as said:
        answer.get_by_role("button", name="Send", exact=True).click()

    assert said.value.status == 204
    expect(answer.get_by_role("status")).to_have_text("Thank you")
    expect(answer.get_by_role("button", name="Bad answer")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_an_alert_is_set_when_it_is_confirmed_and_can_be_deleted(visit: Visit) -> None:
    """An alert that nobody confirmed is mail that nobody wanted."""
    widget = visit()
    widget.open()
    answer = widget.ask("alert me when daily cost is above 2500")
    alerts = widget.panel.get_by_role("button", name="Your alerts")
    listed = widget.panel.get_by_role("region", name="Your alerts")
    alerts.click()
    expect(listed).to_contain_text("None yet")
    alerts.click()

    field = answer.get_by_role("textbox", name="E-mail address")
    field.fill("me@elsewhere.example")
    answer.get_by_role("button", name="Set alert").click()
    expect(answer.get_by_role("alert")).to_contain_text("example.com")
    field.fill("me@example.com")
    answer.get_by_role("button", name="Set alert").click()
    expect(answer).to_contain_text("Set, to")
    alerts.click()
    expect(listed).to_contain_text("2,500")
    listed.get_by_role("button", name="Delete").click()

    expect(listed).to_contain_text("None yet")


def test_the_sql_of_an_answer_can_be_seen(visit: Visit) -> None:
    """Who has to defend a figure needs to know where it comes from."""
    widget = visit()
    widget.open()
    answer = widget.ask("cost by provider in October 2026")

    answer.get_by_role("button", name="SQL").first.click()

    expect(answer.locator("pre")).to_contain_text("unified_costs")


def test_a_customer_sees_itself_and_the_next_one_nothing_of_it(
    visit: Visit, served: Any
) -> None:
    """Two people at one browser are two people."""
    widget = visit(f"{served.host}/?token={served.token('acme')}")
    widget.open()
    answer = widget.ask("cost by customer in October 2026")
    expect(answer).to_contain_text("acme")

    widget.page.evaluate("one => llmCosts.setToken(one)", served.token("globex"))

    expect(widget.panel.locator("article")).to_have_count(0)
    answer = widget.ask("cost by customer in October 2026")
    expect(answer).to_contain_text("globex")
    expect(answer).not_to_contain_text("acme")
    assert "acme" not in widget.page.evaluate("JSON.stringify({...sessionStorage})")


def test_an_expired_session_goes_on_with_a_new_token(visit: Visit, served: Any) -> None:
    """A token ends in the middle of a working day."""
    widget = visit(f"{served.host}/?token=a.b.c")
    widget.open()
    expect(widget.panel.get_by_role("alert")).to_contain_text("Your session has ended")

    answer = widget.ask("cost in October 2026")
    expect(answer.get_by_role("alert")).to_contain_text("Your session has ended")
    fresh = served.token()
    widget.page.evaluate("one => llmCosts.setGetToken(() => one)", fresh)
    answer.get_by_role("button", name="Try again").click()

    expect(
        widget.panel.get_by_text("Bills complete until Nov 20, 2026")
    ).to_be_visible()


def test_no_figures_are_told_as_such(visit: Visit, serve: Any, tmp_path: Path) -> None:
    """Before the first load there is nothing wrong, only nothing there."""
    empty = serve(serving=tmp_path / "none.duckdb")
    widget = visit(f"{empty.host}/?token={empty.token()}")
    widget.open()

    expect(widget.panel.get_by_role("alert")).to_contain_text("no figures")


def test_too_many_questions_say_when_to_go_on(visit: Visit, serve: Any) -> None:
    """A bare refusal is clicked again at once."""
    strict = serve(questions_per_minute=3)
    widget = visit(f"{strict.host}/?token={strict.token()}")
    widget.open()
    widget.panel.get_by_role("list", name="Examples").wait_for()
    widget.ask("cost in October 2026")

    refused = widget.ask("cost in November 2026")

    expect(refused.get_by_role("alert")).to_contain_text("more questions than")
    expect(refused.get_by_role("button", name="Try again")).to_be_disabled()
    expect(refused.get_by_role("button", name="Try again")).to_contain_text(" s")


def test_a_lost_line_is_told_and_nothing_of_the_question_is_lost(visit: Visit) -> None:
    """Trains have tunnels."""
    widget = visit()
    widget.open()
    widget.page.context.set_offline(True)
    expect(widget.panel.get_by_text("You are offline")).to_be_visible()

    lost = widget.ask("cost in October 2026")
    expect(lost.get_by_role("alert")).to_contain_text("cannot be reached")
    widget.page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").click()

    expect(widget.last).to_contain_text("from 1 to 31 October 2026")
    expect(widget.panel.get_by_text("You are offline")).to_have_count(0)


def test_everything_can_be_done_by_keyboard(visit: Visit, served: Any) -> None:
    """Not everyone has a mouse, or hands for one."""
    widget = visit(f"{served.api}/")
    keyboard = widget.page.keyboard
    # Signed in: until then there is somebody else's, empty, conversation.
    expect(widget.launcher).to_contain_text("This month")
    widget.launcher.focus()

    keyboard.press("Enter")
    expect(widget.field).to_be_focused()
    keyboard.type("cost by provider")
    keyboard.press("Shift+Enter")
    keyboard.type("in October 2026")
    keyboard.press("Enter")
    expect(widget.last.get_by_role("img")).to_be_visible()
    # All the way round: what has focus is in the dialog at every step.
    for _ in range(20):
        keyboard.press("Tab")
        assert widget.panel.evaluate(
            "one => one.contains(one.getRootNode().activeElement)"
        )
    keyboard.press("Shift+Tab")
    assert widget.panel.evaluate("one => one.contains(one.getRootNode().activeElement)")
    keyboard.press("Escape")

    expect(widget.panel).to_have_count(0)
    expect(widget.launcher).to_be_focused()


def test_on_a_phone_it_takes_the_screen(visit: Visit, served: Any) -> None:
    """A corner of a phone is no place for a table."""
    widget = visit(f"{served.api}/", **PHONE)
    widget.open()
    widget.ask("cost by model in October 2026").get_by_role(
        "button", name="Table"
    ).tap()

    assert widget.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert widget.page.evaluate("document.documentElement.scrollWidth") <= 390
    overflow = widget.panel.evaluate("one => one.scrollWidth - one.clientWidth")
    assert overflow == 0


def test_it_is_dark_where_the_system_or_the_page_is(visit: Visit, served: Any) -> None:
    """A white panel at night is switched off."""
    widget = visit(color_scheme="dark")
    widget.open()
    dark = "rgb(20, 26, 26)"
    expect(widget.panel).to_have_css("background-color", dark)
    widget.page.evaluate("document.querySelector('script').dataset.theme = 'light'")
    expect(widget.panel).to_have_css("background-color", "rgb(255, 255, 255)")
    widget.page.evaluate(
        "document.body.style.setProperty('--llm-costs-background', '#fdf6e3')"
    )

    expect(widget.panel).to_have_css("background-color", "rgb(253, 246, 227)")


def test_nothing_moves_for_whoever_asked_for_that(visit: Visit) -> None:
    """Movement makes some people ill."""
    widget = visit(reduced_motion="reduce")
    widget.open()

    expect(widget.panel).to_have_css("animation-name", "none")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("how", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(
    visit: Visit, served: Any, scheme: str, how: dict[str, Any]
) -> None:
    """Contrast, names and roles decide who can use it at all."""
    widget = visit(
        f"{served.api}/", color_scheme=scheme, reduced_motion="reduce", **how
    )
    expect(widget.launcher).to_contain_text("This month")
    assert widget.violations() == []

    widget.open()
    widget.panel.get_by_role("list", name="Examples").wait_for()
    assert widget.violations() == []

    widget.ask("daily cost this month")
    answer = widget.ask("cost by model this month against last month")
    answer.get_by_role("button", name="Table").click()
    widget.ask("cost")
    widget.ask("alert me when daily cost is above 2500")
    widget.panel.get_by_role("button", name="Your alerts").click()
    assert widget.violations() == []

    widget.page.context.set_offline(True)
    widget.ask("cost in October 2026")
    assert widget.violations() == []


def test_the_page_of_the_demo_switches_between_people(
    visit: Visit, served: Any
) -> None:
    """The first thing to try is what somebody else sees."""
    widget = visit(f"{served.api}/")
    amount = widget.launcher.locator("b")
    everyone = amount.inner_text()

    widget.page.get_by_label("Signed in as").select_option(label="Customer: acme")
    # Asked before the switch, the question would go with whoever was signed in.
    expect(amount).to_have_text(re.compile(rf"^(?!{re.escape(everyone)}$)\$[\d,]+$"))
    widget.page.get_by_role("button", name="What did we spend yesterday?").click()

    expect(widget.panel).to_be_visible()
    expect(widget.last).to_contain_text("on 20 November 2026")
