"""The step of the daily job that judges and delivers alerts."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chat.alerts.job import run_alerts
from chat.alerts.report import AlertReport
from chat.alerts.sending import Sender
from chat.alerts.settings import read_alert_settings
from chat.errors import SettingsError
from chat.scope import Scope
from chat.store.database import Store, StoreError
from chat.store.settings import read_store_url
from chat.store.subscriptions import subscription_ids
from chat.warehouse import WarehouseError
from chat.warehouse_choice import make_reader
from chat.warehouse_settings import read_warehouse_settings
from orchestrate.chat_homes import ReadersByHome
from orchestrate.homes import PHASE_2
from orchestrate.settings import answering_target
from orchestrate.steps import StepFailed

if TYPE_CHECKING:
    from orchestrate.settings import Settings

ALERTS = "Alerts"


def open_store(url: str | None = None) -> Store | None:
    """Open the chat's store, if there is one: without it nobody has used the chat.

    Args:
        url: Its address; by default the one of the settings.

    Raises:
        StepFailed: Its address is wrong, or it cannot be reached.
    """
    try:
        store = Store(url or read_store_url())
        is_there = store.is_there
    except StoreError as error:
        raise StepFailed(
            str(error), way_out="`llm-costs serve` makes it when it starts."
        ) from error
    if not is_there:
        store.close()
        return None
    return store


def why_not_judged(target: str) -> str:
    """Say why subscriptions are not judged by a target's figures; empty if they are.

    Of several warehouses that one judges which the chat answers from: the others would
    tell people twice, or a part of the cost as if it were all.
    """
    judge = answering_target()
    return "" if judge == target else f"subscriptions are judged by the run of {judge}"


def send_alerts(store: Store, settings: Settings) -> AlertReport:
    """Judge every subscription by the published figures, and deliver.

    A message that does not arrive fails no run: it is reported, and tried again by the
    next one.

    Args:
        store: Where subscriptions are kept.
        settings: The places of the run.

    Raises:
        StepFailed: The store fails, or a setting is wrong.
    """
    try:
        store.migrate()
        if not subscription_ids(store):
            # The chat may be in use without any alert, and without what alerts need.
            return AlertReport()
        sender = Sender(settings=read_alert_settings())
        warehouse = read_warehouse_settings(target=settings.target)
        reader = make_reader(replace(warehouse, serving=settings.serving))
        if os.environ.get(PHASE_2, "").strip():
            # Once this one has given clouds up, those of Phase 2 together, as the chat.
            reader = ReadersByHome(first=reader)(Scope.everything())
        return run_alerts(store, reader, sender, datetime.now(UTC).date())
    except (StoreError, SettingsError, WarehouseError) as error:
        raise StepFailed(str(error)) from error
