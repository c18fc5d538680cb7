"""Loads of bills and of what was asked of the chat, for commands to run."""

from datetime import date, timedelta
from pathlib import Path

from sample_bills.questions import write_questions

# What `llm-costs run` loads, without what it does afterwards.
LOAD = """
import extract
from orchestrate.alerts import open_store
from orchestrate.usage import load_usage

extract.run()
store = open_store()
assert store, "no chat's store is where the settings say"
load_usage(store)
"""


def ask_questions(store: Path, *, days: int, end: date, seed: int = 1) -> None:
    """Write a store of the chat with the sample company's questions of some days.

    Args:
        store: The file.
        days: How many days.
        end: The last one.
        seed: Chooses the questions.
    """
    first = end - timedelta(days=days - 1)
    write_questions(store, first=first, last=end, seed=seed)
