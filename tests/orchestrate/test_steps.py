"""Steps: timed, told, stopped by a failure."""

import io

import pytest
from rich.console import Console

from orchestrate.steps import StepFailed, Steps, show_failure


@pytest.fixture
def console() -> Console:
    """Give a console that writes into memory."""
    return Console(file=io.StringIO(), width=100)


def _text_of(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_failure_names_the_steps_that_were_not_reached(console: Console) -> None:
    """A summary without the missing step reads as if it had never been planned."""
    steps = Steps(console, ("Load", "Build", "Publish"))
    steps.run("Load", lambda _: 3, lambda count: f"{count} bills")

    def fail(report: object) -> None:
        raise StepFailed("no such model", way_out="write it")

    with pytest.raises(StepFailed):
        steps.run("Build", fail, str)

    assert [(step.name, step.status, step.detail) for step in steps.all_results()] == [
        ("Load", "done", "3 bills"),
        ("Build", "failed", "no such model"),
        ("Publish", "not reached", ""),
    ]


def test_an_unexpected_error_is_told_without_a_traceback(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    """A bare traceback helps no user; a swallowed one helps no developer."""
    steps = Steps(console, ("Load",))

    def fail(report: object) -> None:
        raise ZeroDivisionError("division by zero")

    with pytest.raises(StepFailed) as failure:
        steps.run("Load", fail, str)
    show_failure(console, failure.value)

    assert "ZeroDivisionError: division by zero" in _text_of(console)
    assert "Traceback" not in _text_of(console)
    assert "Traceback" in caplog.text


def test_a_failure_shows_each_case_and_the_way_out(console: Console) -> None:
    """Without the way out the reader has to search for what to do."""
    failure = StepFailed(
        "2 failed", lines=("model [a]", "test b"), way_out="Run again."
    )

    show_failure(console, failure)

    assert _text_of(console).split("\n")[1:5] == [
        "2 failed",
        "  model [a]",
        "  test b",
        "Run again.",
    ]


def test_long_work_shows_what_it_is_doing() -> None:
    """A silent minute looks like a hang."""
    screen = io.StringIO()
    console = Console(file=screen, width=100, force_terminal=True)
    steps = Steps(console, ("Build",))

    def work(report: object) -> str:
        assert callable(report)
        report("7 of 40: [daily]_costs")
        return "done"

    steps.run("Build", work, str)

    assert "7 of 40: [daily]_costs" in screen.getvalue()
