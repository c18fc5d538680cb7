"""The step of the daily job that counts how the chat is used."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from chat.store.database import StoreError
from chat.store.usage_days import count_days
from extract.chat_usage import UsageReport, load_chat_usage
from extract.errors import ExtractError
from orchestrate.settings import answering_target
from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from chat.store.database import Store

USAGE = "Chat usage"

describe_usage = UsageReport.describe


def why_not_counted(target: str) -> str:
    """Say why the chat's use is not counted in a warehouse; empty if it is.

    Of several warehouses it stands in the one that the chat answers from: in each of
    them it would look like so many chats.
    """
    counting = answering_target()
    return "" if counting == target else f"the chat's use is counted in {counting}"


def load_usage(store: Store) -> UsageReport:
    """Put what the store counts by the day into the warehouse.

    Args:
        store: Where the chat's answers are kept.

    Raises:
        StepFailed: The store or the warehouse fails.
    """
    try:
        # One that an earlier release made lacks what is counted.
        store.migrate()
        counted = count_days(store)
        rows = [
            (kind.day.isoformat(), *astuple(kind)[1:], *astuple(counts))
            for kind, counts in counted.items()
        ]
        return load_chat_usage(rows)
    except (StoreError, ExtractError) as error:
        raise StepFailed(str(error)) from error
    finally:
        store.close()
